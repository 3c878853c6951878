package larder.fs;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A file system mounted for a test, which takes a superuser. */
record Mount(Path at) implements Closeable {

  /** Stops the test, loudly, where nothing can be mounted. */
  static void assumePossible() throws IOException {
    if (!Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
      String message =
          "NOT TESTED: full and read-only file systems. Only a superuser can mount them; run these"
              + " tests as root.";
      System.err.println("*****\n***** " + message + "\n*****");
      Assumptions.abort(message);
    }
  }

  /** A file system in memory. */
  static Mount tmpfs(Path at, String options) throws IOException {
    Files.createDirectories(at);
    run("mount", "-t", "tmpfs", "-o", options, "tmpfs", at.toString());
    return new Mount(at);
  }

  /** A folder that is also to be found elsewhere. */
  static Mount bind(Path folder, Path at) throws IOException {
    Files.createDirectories(folder);
    Files.createDirectories(at);
    run("mount", "--bind", folder.toString(), at.toString());
    return new Mount(at);
  }

  void remount(String options) throws IOException {
    run("mount", "-o", "remount," + options, at.toString());
  }

  /** Writes until there is no room at all. */
  Path fill() throws IOException {
    Path filler = at.resolve("filler");
    try (var out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(new byte[4096]);
      }
    } catch (IOException _) {
      return filler;
    }
  }

  @Override
  public void close() throws IOException {
    run("umount", at.toString());
  }

  private static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + ": " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted in " + command[0], e);
    }
  }
}
