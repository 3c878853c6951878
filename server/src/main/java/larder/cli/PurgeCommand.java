package larder.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import larder.config.LarderConfig;
import larder.fs.DataDirectory;
import larder.registry.Purge;
import larder.registry.PurgeRequest;
import larder.server.PurgeAtRest;
import larder.server.PurgeOfRunning;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code larder purge}: removes what is kept, be the larder running or not. */
@Command(
    name = "purge",
    description =
        "Removes an image, a digest or all of an upstream from what this machine's larder keeps.",
    mixinStandardHelpOptions = true)
final class PurgeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ConfigOption config = new ConfigOption();

  @ArgGroup(multiplicity = "1")
  private What what = new What();

  /** One of them is given. */
  static final class What {
    @Parameters(
        paramLabel = "IMAGE|DIGEST",
        description = {
          "An image as clients name it, such as ghcr.io/owner/name:tag, with what it is made of;",
          "without a tag, all tags of that repository; or one digest, of whatever upstream."
        })
    private @Nullable String image;

    @Option(
        names = "--upstream",
        paramLabel = "NAME",
        description = "All that came from there; of a public one, what its tags are made of.")
    private @Nullable String upstream;
  }

  @Override
  public Integer call() throws CommandFailedException, InterruptedException {
    LarderConfig loaded = config.load().config();
    try {
      spec.commandLine().getOut().println(run(loaded));
      return ExitCode.OK;
    } catch (Purge.UnknownNameException | IOException e) {
      String line = LineLog.oneLine(String.valueOf(e.getMessage()));
      throw new CommandFailedException(ExitCode.SOFTWARE, line, e);
    }
  }

  private String run(LarderConfig loaded)
      throws IOException, Purge.UnknownNameException, InterruptedException {
    try {
      return PurgeAtRest.run(
          loaded,
          what.upstream == null
              ? PurgeRequest.of(String.valueOf(what.image))
              : new PurgeRequest.OfUpstream(what.upstream));
    } catch (DataDirectory.InUseException running) {
      return what.upstream == null
          ? PurgeOfRunning.run(loaded.disk().path(), "what", String.valueOf(what.image))
          : PurgeOfRunning.run(loaded.disk().path(), "upstream", what.upstream);
    }
  }
}
