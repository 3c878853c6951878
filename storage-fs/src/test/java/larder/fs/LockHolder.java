package larder.fs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/** A process that takes a data directory, leaves something in its spool and waits to be killed. */
final class LockHolder {
  private LockHolder() {}

  public static void main(String[] args) throws IOException {
    DataDirectory directory = DataDirectory.open(Path.of(args[0]), InstantSource.system());
    Files.writeString(directory.spool().resolve("1"), "half of a blob");
    System.out.println("open");
    System.in.read();
    directory.close();
  }

  static Process start(Path root) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LockHolder.class.getName(),
                root.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (!"open".equals(process.inputReader().readLine())) {
      throw new IOException("the other process could not take " + root);
    }
    return process;
  }
}
