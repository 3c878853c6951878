package larder.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import larder.config.ConfigException;
import larder.migrate.Migration;
import larder.migrate.NotMigratedException;
import larder.migrate.RegistrySettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code larder migrate}: makes larder's configuration of a reference registry's. */
@Command(
    name = "migrate",
    description = {
      "Makes larder's configuration of that of a reference registry that is a pull-through cache.",
      "Reads its environment variables (REGISTRY_*) over its file, as the registry does, and says of each setting what became of it."
    },
    mixinStandardHelpOptions = true)
final class MigrateCommand implements Callable<Integer> {
  private final Map<String, String> environment;

  @Option(names = "--from", paramLabel = "FILE", description = "The registry's config.yml.")
  private @Nullable Path from;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description =
          "A new file for larder's configuration, which only its owner can read; without it, it is printed without the password.")
  private @Nullable Path output;

  @Spec private @Nullable CommandSpec spec;

  MigrateCommand() {
    this(System.getenv());
  }

  MigrateCommand(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  @Override
  public Integer call() throws CommandFailedException {
    Migration result = migrate();
    CommandLine command = Objects.requireNonNull(spec).commandLine();
    if (output == null) {
      command.getOut().print(result.yaml());
      command.getOut().flush();
    } else {
      write(output, result.yaml());
    }
    result.lines().forEach(line -> command.getErr().println("larder: " + line));
    return ExitCode.OK;
  }

  private Migration migrate() throws CommandFailedException {
    try {
      return Migration.of(
          RegistrySettings.read(Optional.ofNullable(from), environment), output != null);
    } catch (ConfigException e) {
      throw new CommandFailedException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    } catch (NotMigratedException e) {
      throw new CommandFailedException(ExitCode.SOFTWARE, String.valueOf(e.getMessage()), e);
    }
  }

  private static void write(Path file, String yaml) throws CommandFailedException {
    try (SeekableByteChannel channel =
        Files.newByteChannel(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = ByteBuffer.wrap(yaml.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (FileAlreadyExistsException e) {
      throw new CommandFailedException(
          ExitCode.SOFTWARE, file + " is there already, and is left as it is; name a new file", e);
    } catch (IOException e) {
      throw new CommandFailedException(
          ExitCode.SOFTWARE, LineLog.oneLine(file + " cannot be written: " + e.getMessage()), e);
    }
  }
}
