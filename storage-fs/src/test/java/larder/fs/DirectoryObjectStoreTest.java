package larder.fs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import larder.bucket.Body;
import larder.bucket.ObjectStore;
import larder.bucket.ObjectStore.Condition;
import larder.bucket.ObjectStore.Listed;
import larder.bucket.ObjectStore.Written;
import larder.bucket.ObjectStoreContract;
import larder.bucket.StoredObject;
import larder.tiering.Digest;
import larder.tiering.DiskThreads;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryObjectStoreTest extends ObjectStoreContract {
  private static final Duration SOON = Duration.ofMinutes(1);

  private static final Condition ALWAYS = new Condition.Always();

  private final Path outside;
  private final Path root;
  private DirectoryObjectStore store;

  DirectoryObjectStoreTest(@TempDir Path folder) throws IOException {
    outside = Files.createDirectory(folder.resolve("outside"));
    root = folder.resolve("root");
    store = DirectoryObjectStore.open(root, new DiskThreads());
  }

  @Override
  protected ObjectStore openStore() {
    return store;
  }

  @BeforeEach
  void something() throws IOException {
    Files.writeString(outside.resolve("file"), "outside");
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    assertThat(outside.resolve("file")).hasContent("outside");
    store.close();
    assertThat(root.resolve(".drafts")).doesNotExist();
  }

  private void reopen() throws IOException {
    store.close();
    store = DirectoryObjectStore.open(root, new DiskThreads());
  }

  private static Body text(String text) {
    return Body.of(text.getBytes(UTF_8));
  }

  private List<Path> drafts() throws IOException {
    try (var files = Files.list(root.resolve(".drafts"))) {
      return files.filter(file -> !file.endsWith("clock")).toList();
    }
  }

  private Path file(String path) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    return file;
  }

  @Test
  void plainKeysArePlainPaths() throws IOException {
    put("blobs/sha256/ab/abcd", "bytes".getBytes(UTF_8));
    assertThat(root.resolve("blobs/sha256/ab/abcd")).hasContent("bytes");
    Files.writeString(file("blobs/sha256/cd/cdef"), "copied there");
    assertThat(found("blobs/sha256/cd/cdef", 0)).asString(UTF_8).isEqualTo("copied there");
  }

  @Test
  void aSecondLarderIsToldWhichDirectoryAndWhatToDo() throws IOException {
    Files.writeString(root.resolve(".drafts/1"), "half of a blob");
    assertThatThrownBy(() -> DirectoryObjectStore.open(root, new DiskThreads()))
        .isInstanceOf(DataDirectory.InUseException.class)
        .hasMessageContainingAll(root.toString(), "another larder", "larder.bucket.path")
        .message()
        .doesNotContain("\n");
    assertThat(root.resolve(".drafts/1")).as("a draft of the first").exists();
  }

  @Test
  void whatDeadProcessesLeftIsSwept() throws IOException {
    String etag = put("a", bytes(10, 1));
    store.close();
    Files.createDirectories(root.resolve(".drafts/more"));
    Files.writeString(root.resolve(".drafts/more/1"), "half of a blob");
    Files.createSymbolicLink(root.resolve(".drafts/out"), outside);
    reopen();
    assertThat(drafts()).isEmpty();
    assertThat(store.list("", "")).extracting(Listed::etag).containsExactly(etag);
  }

  @Test
  void draftsThatSomeoneRemovedAreMadeAgain() throws IOException {
    Folders.remove(root.resolve(".drafts"));
    put("a", bytes(10, 1));
    Folders.remove(root.resolve(".drafts"));
    assertThat(found("a", 0)).hasSize(10);
  }

  @Test
  void etagsAreTheSameAfterARestart() throws IOException {
    String etag = put("a/b", bytes(10, 1));
    reopen();
    try (StoredObject object = store.get("a/b", 0).orElseThrow()) {
      assertThat(object.etag()).isEqualTo(etag);
    }
    Listed before = store.look("a/b").orElseThrow();
    assertThat(store.put("a/b", text("next"), new Condition.Unchanged(etag)))
        .isInstanceOf(Written.Stored.class);
    assertThat(store.remove(before, SOON)).isFalse();
  }

  @Test
  void etagsDifferHoweverSoonAFileFollowsAnother() throws IOException {
    Set<String> etags = new HashSet<>();
    Path coarse = outside.resolveSibling("coarse");
    try (ObjectStore other =
        DirectoryObjectStore.open(coarse, new DiskThreads(), new CoarseDisk())) {
      for (int i = 0; i < 20; i++) {
        Written written = other.put("a/b", Body.of(bytes(10, i)), ALWAYS);
        assertThat(written).isInstanceOf(Written.Stored.class);
        assertThat(etags.add(((Written.Stored) written).etag())).as("write %d", i).isTrue();
        if (i % 3 == 0) {
          other.remove("a/b");
        }
      }
    }
  }

  @Test
  void aFileChangedByHandIsAnotherObject() throws IOException {
    String etag = put("a", "bytes".getBytes(UTF_8));
    FileTime modified = Files.getLastModifiedTime(root.resolve("a"));
    Files.writeString(root.resolve("a"), "BYTES");
    Files.setLastModifiedTime(root.resolve("a"), modified);
    assertThat(store.put("a", text("next"), new Condition.Unchanged(etag)))
        .isInstanceOf(Written.Refused.class);
  }

  @Test
  void whatIsReadStaysReadable() throws IOException {
    byte[] first = bytes(5_000_000, 1);
    byte[] second = bytes(5_000_000, 2);
    put("a", first);
    try (StoredObject one = store.get("a", 0).orElseThrow()) {
      put("a", second);
      try (StoredObject two = store.get("a", 0).orElseThrow()) {
        store.remove("a");
        assertThat(Arrays.equals(one.bytes().readAllBytes(), first)).isTrue();
        assertThat(Arrays.equals(two.bytes().readAllBytes(), second)).isTrue();
      }
    }
  }

  @Test
  void aFileThatGotShorterBreaks() throws IOException {
    put("a", bytes(100, 1));
    try (StoredObject object = store.get("a", 0).orElseThrow()) {
      Files.write(root.resolve("a"), bytes(50, 1));
      assertThatIOException()
          .isThrownBy(() -> object.bytes().readAllBytes())
          .withMessageContainingAll("a in", root.toString(), "byte 50 of 100");
    }
  }

  @Test
  void ageIsByTheFileSystemsClock() throws IOException {
    for (int i = 0; i < 300; i++) {
      put("a", bytes(1, i));
      try (StoredObject object = store.get("a", 0).orElseThrow()) {
        assertThat(object.age()).isBetween(Duration.ZERO, Duration.ofSeconds(30));
      }
    }
    Instant then = Instant.now().minus(Duration.ofHours(5));
    Files.setLastModifiedTime(root.resolve("a"), FileTime.from(then));
    try (StoredObject object = store.get("a", 0).orElseThrow()) {
      assertThat(object.age()).isBetween(Duration.ofHours(5), Duration.ofHours(6));
      assertThat(store.list("", ""))
          .extracting(Listed::modified)
          .containsExactly(object.modified());
    }
  }

  @Test
  void linksAreNotFollowed() throws IOException {
    Files.createSymbolicLink(root.resolve("out"), outside);
    Files.createSymbolicLink(root.resolve("link"), outside.resolve("file"));
    for (String key : List.of("out/file", "link", "../outside/file", "out/../outside/file")) {
      assertThat(store.get(key, 0)).as(key).isEmpty();
      store.remove(key);
      put(key, key.getBytes(UTF_8));
      assertThat(found(key, 0)).as(key).isEqualTo(key.getBytes(UTF_8));
    }
    assertThat(outside).isDirectoryContaining("glob:**/file");
    assertThat(outside.toFile().list()).hasSize(1);
  }

  @Test
  void whatIsInTheWayIsAbsentAndReplaced() throws IOException {
    Files.writeString(file("a/b/c"), "someone's");
    assertThat(store.get("a/b", 0)).isEmpty();
    assertThat(store.put("a/b", text("ours"), new Condition.Absent()))
        .isInstanceOf(Written.Stored.class);
    assertThat(found("a/b", 0)).asString(UTF_8).isEqualTo("ours");
    assertThat(store.get("a/b/c/d", 0)).isEmpty();
    store.remove("a/b/c/d");
    put("a/b/c/d", "again".getBytes(UTF_8));
    assertThat(store.list("", "")).extracting(Listed::key).containsExactly("a/b/c/d");
  }

  @Test
  void ofThoseInEachOthersWayNoneFails() throws Exception {
    inParallel(number -> {
      for (int i = 0; i < 100; i++) {
        String key = "a/b/c/d".substring(0, 1 + 2 * ((number + i) % 4));
        put(key, key.getBytes(UTF_8));
      }
    });
    assertThat(store.list("", "")).hasSize(1);
    assertThat(drafts()).isEmpty();
  }

  @Test
  void noPutFailsByRemovals() throws Exception {
    inParallel(number -> {
      for (int i = 0; i < 100; i++) {
        String key = "a/" + i % 3 + "/" + number;
        put(key, bytes(10, i));
        assertThat(found(key, 0)).isEqualTo(bytes(10, i));
        store.remove(key);
      }
    });
    assertThat(store.list("", "")).isEmpty();
  }

  /** Something done by one of many. */
  private interface Work {
    void by(int number) throws IOException;
  }

  private static void inParallel(Work work) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        int number = i;
        Callable<Boolean> one =
            () -> {
              work.by(number);
              return true;
            };
        all.add(threads.submit(one));
      }
      for (Future<Boolean> each : all) {
        assertThat(each.get()).isTrue();
      }
    }
  }

  /** Waits in the midst of its bytes. */
  private record SlowBody(CountDownLatch begun, CountDownLatch go) implements Body {
    @Override
    public long size() {
      return 2;
    }

    @Override
    public String contentType() {
      return OCTETS;
    }

    @Override
    public Optional<Digest> sha256() {
      return Optional.empty();
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      begun.countDown();
      try {
        go.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      into.put((byte) position);
      return 1;
    }
  }

  @Test
  void nobodyWaitsForASlowBody() throws Exception {
    SlowBody slow = new SlowBody(new CountDownLatch(1), new CountDownLatch(1));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Written> one = () -> store.put("a", slow, new Condition.Absent());
      Future<Written> written = threads.submit(one);
      try {
        slow.begun().await();
        assertThat(store.list("", "")).isEmpty();
        put("a", bytes(10, 1));
      } finally {
        slow.go().countDown();
      }
      assertThat(written.get()).isInstanceOf(Written.Refused.class);
      assertThat(store.remove(store.look("a").orElseThrow(), SOON)).isTrue();
      assertThat(store.put("a", slow, ALWAYS)).isInstanceOf(Written.Stored.class);
      assertThat(found("a", 0)).containsExactly(0, 1);
    }
    assertThat(drafts()).isEmpty();
  }

  @Test
  void aBodyThatEndsEarlyIsNoObject() throws IOException {
    Body whole = text("four");
    Body body =
        new Body() {
          @Override
          public long size() {
            return 5;
          }

          @Override
          public String contentType() {
            return OCTETS;
          }

          @Override
          public Optional<Digest> sha256() {
            return Optional.empty();
          }

          @Override
          public int read(ByteBuffer into, long position) throws IOException {
            return whole.read(into, position);
          }
        };
    assertThatIOException()
        .isThrownBy(() -> store.put("a", body, ALWAYS))
        .withMessageContainingAll("write a in", root.toString(), "4 bytes, not 5");
    assertThat(store.list("", "")).isEmpty();
    assertThat(drafts()).isEmpty();
  }

  @Test
  void keysThatCannotBeAreTrouble() {
    for (String key : List.of("", "k".repeat(1025), "a\ud800")) {
      assertThatIOException()
          .isThrownBy(() -> put(key, bytes(1, 1)))
          .withMessageContainingAll(key, root.toString());
      assertThatIOException().isThrownBy(() -> store.get(key, 0));
      assertThatIOException().isThrownBy(() -> store.remove(key));
    }
  }

  @Test
  void aFullDiskIsTroubleForThoseWhoWriteOnly() throws IOException {
    Mount.assumePossible();
    Path full = outside.resolveSibling("full");
    try (Mount mount = Mount.tmpfs(full, "size=1m");
        ObjectStore other = DirectoryObjectStore.open(full, new DiskThreads())) {
      other.put("a", text("whole"), ALWAYS);
      Path filler = mount.fill();
      assertThatIOException()
          .isThrownBy(() -> other.put("a", Body.of(bytes(100_000, 1)), ALWAYS))
          .withMessageContainingAll("write a in", full.toString(), "No space left");
      try (StoredObject object = other.get("a", 0).orElseThrow()) {
        assertThat(object.bytes()).hasContent("whole");
      }
      assertThat(other.list("", "filler")).isEmpty();
      Files.delete(filler);
      other.put("a", Body.of(bytes(100_000, 1)), ALWAYS);
    }
  }
}
