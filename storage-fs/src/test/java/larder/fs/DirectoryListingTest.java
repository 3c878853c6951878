package larder.fs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import larder.bucket.Body;
import larder.bucket.ObjectStore;
import larder.bucket.ObjectStore.Condition;
import larder.bucket.ObjectStore.Listed;
import larder.bucket.StoredObject;
import larder.tiering.DiskThreads;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class DirectoryListingTest {
  private static SortedSet<String> byBytes() {
    return new TreeSet<>((a, b) -> Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8)));
  }

  private static void put(ObjectStore store, String key) throws IOException {
    store.put(key, Body.of(key.getBytes(UTF_8)), new Condition.Always());
  }

  private static List<String> all(KeyWalk walk, String prefix, int most) throws IOException {
    List<String> keys = new ArrayList<>();
    String after = "";
    while (true) {
      List<KeyWalk.Found> page = walk.page(prefix, after, most);
      if (page.isEmpty()) {
        return keys;
      }
      assertThat(page).hasSizeLessThanOrEqualTo(most);
      page.forEach(each -> keys.add(each.key()));
      after = keys.getLast();
    }
  }

  @Test
  void theOrderIsThatOfKeysAndNotOfPaths() throws IOException {
    List<String> keys =
        List.of(
            "a-b",
            "a.b",
            "a/b",
            "a/b-c",
            "a/b.c/d",
            "a0",
            "ab",
            "b/Z",
            "b/a",
            "b/é",
            "b/\uffff",
            "b/\ud83e\udd55");
    try (ScratchFolder folder = ScratchFolder.make();
        ObjectStore store = DirectoryObjectStore.open(folder.path(), new DiskThreads())) {
      for (String key : keys.reversed()) {
        put(store, key);
      }
      assertThat(store.list("", "")).extracting(Listed::key).containsExactlyElementsOf(keys);
      for (int i = 0; i < keys.size(); i++) {
        assertThat(store.list("", keys.get(i)))
            .extracting(Listed::key)
            .containsExactlyElementsOf(keys.subList(i + 1, keys.size()));
      }
      assertThat(store.list("a/b", "a/b-c")).extracting(Listed::key).containsExactly("a/b.c/d");
    }
  }

  @Test
  void aFolderOfMoreThanThereIsRoomForIsListedInPieces() throws IOException {
    try (ScratchFolder folder = ScratchFolder.make()) {
      SortedSet<String> keys = byBytes();
      for (int i = 0; i < 300; i++) {
        keys.add("many/" + i);
        Files.createDirectories(folder.path().resolve("empty/" + i + "/of/all"));
      }
      Files.createDirectories(folder.path().resolve("many"));
      for (String key : keys) {
        Files.createFile(folder.path().resolve(key));
      }
      for (int room : new int[] {20, 64, 299, 300, 4096}) {
        KeyWalk walk = new KeyWalk(folder.path(), Disk.real(), room);
        assertThat(all(walk, "", 7)).as("room for %d", room).containsExactlyElementsOf(keys);
        assertThat(all(walk, "", 1000)).as("room for %d", room).containsExactlyElementsOf(keys);
      }
    }
  }

  @Test
  void whatIsNoObjectIsPassedOver() throws IOException {
    try (ScratchFolder folder = ScratchFolder.make();
        ObjectStore store = DirectoryObjectStore.open(folder.path(), new DiskThreads())) {
      put(store, "a/b");
      Path a = folder.path().resolve("a");
      Files.createSymbolicLink(a.resolve("link"), a.resolve("b"));
      Files.createSymbolicLink(a.resolve("around"), folder.path());
      Files.createDirectories(a.resolve("empty/more"));
      for (String other :
          List.of("%61", "c.", "README", ".hidden", "%", "%FF", "x%", "%2F", "%2E%2E%")) {
        Files.writeString(a.resolve(other), "of someone else");
      }
      Files.writeString(folder.path().resolve("%"), "of someone else");
      Path deep = folder.path();
      for (int i = 0; i < 5; i++) {
        deep = Files.createDirectory(deep.resolve("d".repeat(250)));
      }
      Files.writeString(deep.resolve("file"), "too deep for a key");
      assertThat(store.list("", "")).extracting(Listed::key).containsExactly("a/", "a/b");
    }
  }

  @Property(tries = 60)
  void hostileKeysAreKeptApartAndListedInOrder(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    try (ScratchFolder scratch = ScratchFolder.make()) {
      Path root = scratch.path().resolve("root");
      SortedSet<String> keys = byBytes();
      try (ObjectStore store = DirectoryObjectStore.open(root, new DiskThreads())) {
        for (int i = random.nextInt(40); i > 0; i--) {
          String key = KeyPathTest.hostile(random, 8);
          put(store, key);
          keys.removeIf(each -> each.startsWith(key + "/") || key.startsWith(each + "/"));
          keys.add(key);
        }
        for (String key : keys) {
          try (StoredObject object = store.get(key, 0).orElseThrow()) {
            assertThat(object.bytes()).as("seed %d", seed).hasBinaryContent(key.getBytes(UTF_8));
          }
        }
        String prefix = random.nextBoolean() ? "" : KeyPathTest.hostile(random, 2);
        List<String> wanted = keys.stream().filter(each -> each.startsWith(prefix)).toList();
        assertThat(all(new KeyWalk(root, Disk.real()), prefix, 1 + random.nextInt(5)))
            .as("seed %d", seed)
            .containsExactlyElementsOf(wanted);
        assertThat(store.list("", "")).extracting(Listed::key).containsExactlyElementsOf(keys);
        for (String key : keys) {
          store.remove(key);
        }
        assertThat(store.list("", "")).as("seed %d", seed).isEmpty();
      }
      try (var beside = Files.list(scratch.path())) {
        assertThat(beside).as("seed %d", seed).containsExactly(root);
      }
    }
  }
}
