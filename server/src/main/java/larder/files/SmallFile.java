package larder.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads files that are read whole. */
public final class SmallFile {
  private static final int LARGEST = 1 << 20;

  private SmallFile() {}

  /**
   * All bytes of a small file.
   *
   * @param what the file is for, such as the key under which it is configured
   * @throws IOException whose message names what, the file and what to do
   */
  public static byte[] read(String what, Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new IOException(what + ": " + file + " is not there; create it");
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException(what + ": " + file + " is not a file; name one");
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(LARGEST + 1);
    } catch (IOException e) {
      throw new IOException(what + ": " + file + " cannot be read; let larder read it: " + e, e);
    }
    if (bytes.length > LARGEST) {
      throw new IOException(what + ": " + file + " is larger than 1 MiB; shorten it");
    }
    return bytes;
  }
}
