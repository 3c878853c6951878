package larder.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import larder.server.Version;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** {@code larder}: what a person types. */
@Command(
    name = "larder",
    description = "A pull-through cache for container images.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.CurrentVersion.class,
    subcommands = {
      ServeCommand.class,
      PurgeCommand.class,
      BucketCommand.class,
      FsckCommand.class,
      SimulateCommand.class,
      MigrateCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    LineLog.install();
    System.exit(run(arguments, new PrintWriter(System.err, true, StandardCharsets.UTF_8)));
  }

  /**
   * Runs a command to its end.
   *
   * @return the exit code: 0 when all went well, 1 when it failed, 2 when what it was told makes no
   *     sense
   */
  static int run(String[] arguments, PrintWriter errors) {
    return prepared(new CommandLine(new Main()), errors)
        .execute(arguments.length == 0 ? new String[] {"--help"} : arguments);
  }

  /** A command that says what fails on one line. */
  static CommandLine prepared(CommandLine command, PrintWriter errors) {
    return command
        .setErr(errors)
        .setParameterExceptionHandler(
            (e, given) -> told(e.getCommandLine(), String.valueOf(e.getMessage())))
        .setExecutionExceptionHandler((e, failing, parsed) -> failed(e, errors));
  }

  private static int told(CommandLine command, String message) {
    command.getErr().println("larder: " + message + " (larder --help shows what there is)");
    return CommandLine.ExitCode.USAGE;
  }

  private static int failed(Exception e, PrintWriter errors) {
    if (e instanceof CommandFailedException failure) {
      errors.println("larder: " + failure.getMessage());
      return failure.exitCode();
    }
    errors.println("larder: a bug, please report it");
    e.printStackTrace(errors);
    return CommandLine.ExitCode.SOFTWARE;
  }

  /** The version as the build says. */
  static final class CurrentVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"larder " + Version.CURRENT};
    }
  }
}
