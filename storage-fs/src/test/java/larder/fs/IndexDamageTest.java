package larder.fs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import larder.tiering.BlobKey;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The index is disposable: damaged in whatever way, the start goes on and no wrong file is trusted.
 */
final class IndexDamageTest {

  @Property(tries = 150)
  void noDamageStopsTheStartOrMakesAWrongFileTrusted(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    List<byte[]> blobs = new ArrayList<>();
    try (QuietLog _ = new QuietLog();
        ScratchFolder root = ScratchFolder.make()) {
      try (OpenDirectory open = OpenDirectory.open(root.path())) {
        for (int i = 0; i < 6; i++) {
          byte[] bytes = new byte[1 + random.nextInt(100)];
          random.nextBytes(bytes);
          bytes[0] = (byte) i;
          blobs.add(bytes);
          open.put(bytes);
        }
      }
      Path index = root.path().resolve("index");
      byte[] damaged = damage(Files.readAllBytes(index), random);
      Files.write(index, damaged);
      try (OpenDirectory open = OpenDirectory.open(root.path())) {
        for (int i = 0; i < blobs.size(); i++) {
          BlobKey key = OpenDirectory.keyOf(blobs.get(i));
          if (i % 2 == 0) {
            Damage.flip(open.directory().place(key), 0);
            assertThat(open.trusts(key)).as("blob %d of seed %d", i, seed).isFalse();
          } else {
            assertThat(open.read(key)).isEqualTo(blobs.get(i));
          }
        }
      }
    }
  }

  private static byte[] damage(byte[] index, Random random) {
    byte[] bytes = index.clone();
    for (int i = random.nextInt(4); i >= 0; i--) {
      bytes = damageOnce(bytes, random);
    }
    return bytes;
  }

  private static byte[] damageOnce(byte[] bytes, Random random) {
    byte[] garbage = new byte[random.nextInt(5000)];
    random.nextBytes(garbage);
    if (bytes.length == 0) {
      return garbage;
    }
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(7)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> Arrays.fill(bytes, at, bytes.length, (byte) 0);
      case 2 -> bytes = Arrays.copyOf(bytes, at);
      case 3 -> bytes = garbage;
      case 4 -> bytes = splice(bytes, at, garbage);
      case 5 -> bytes = splice(bytes, at, bytes);
      default -> {
        List<String> lines =
            new ArrayList<>(new String(bytes, StandardCharsets.ISO_8859_1).lines().toList());
        Collections.shuffle(lines, random);
        bytes = String.join("\n", lines).getBytes(StandardCharsets.ISO_8859_1);
      }
    }
    return bytes;
  }

  private static byte[] splice(byte[] bytes, int at, byte[] between) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, at);
    out.writeBytes(between);
    out.write(bytes, at, bytes.length - at);
    return out.toByteArray();
  }

  @Test
  void aDamagedLineCostsOnlyItsOwnBlob(@TempDir Path root) throws IOException {
    BlobKey first;
    BlobKey second;
    try (OpenDirectory open = OpenDirectory.open(root)) {
      first = open.put(new byte[] {1});
      second = open.put(new byte[] {2});
    }
    Path index = root.resolve("index");
    String hex = first.digest().hex();
    String other = (hex.charAt(0) == 'a' ? "b" : "a") + hex.substring(1);
    Files.writeString(index, Files.readString(index).replace(hex, other) + "torn");
    try (OpenDirectory open = OpenDirectory.open(root)) {
      assertThat(open.trusts(first)).isFalse();
      assertThat(open.trusts(second)).isTrue();
      open.put(new byte[] {1});
    }
    try (OpenDirectory open = OpenDirectory.open(root)) {
      assertThat(open.trusts(first)).isTrue();
      assertThat(open.trusts(second)).isTrue();
    }
  }

  @Test
  void aFolderInPlaceOfTheIndexIsReplaced(@TempDir Path root) throws IOException {
    BlobKey key;
    try (OpenDirectory open = OpenDirectory.open(root)) {
      key = open.put(new byte[] {1});
    }
    for (String name : List.of("index", "index.next")) {
      Files.deleteIfExists(root.resolve(name));
      Files.createDirectories(root.resolve(name).resolve("inside"));
    }
    try (QuietLog _ = new QuietLog();
        OpenDirectory open = OpenDirectory.open(root)) {
      assertThat(open.trusts(key)).isFalse();
      open.put(new byte[] {1});
    }
    try (OpenDirectory open = OpenDirectory.open(root)) {
      assertThat(open.trusts(key)).isTrue();
    }
  }

  @Test
  void recordsOfAnotherVersionAreIgnored(@TempDir Path root) throws IOException {
    BlobKey key;
    try (OpenDirectory open = OpenDirectory.open(root)) {
      key = open.put(new byte[] {1});
    }
    Path index = root.resolve("index");
    String body = Files.readString(index).strip().substring(9).replaceFirst("^1 ", "2 ");
    java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
    crc.update(body.getBytes(StandardCharsets.ISO_8859_1));
    Files.writeString(index, "%08x %s%n".formatted(crc.getValue(), body));
    try (OpenDirectory open = OpenDirectory.open(root)) {
      assertThat(open.trusts(key)).isFalse();
    }
  }
}
