package larder.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import larder.config.LarderConfig;
import larder.config.Quantities;
import larder.fsck.Sample;
import larder.server.Fsck;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code larder fsck}: reads what is kept, and removes what is not what its name says. */
@Command(
    name = "fsck",
    description = {
      "Reads what is kept on the disk and in the bucket and removes what is not what its digest says, so that it is fetched again.",
      "The exit status is 0 when all was right, 1 when something was not, or could not be looked at."
    },
    mixinStandardHelpOptions = true)
final class FsckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ConfigOption config = new ConfigOption();

  @Option(names = "--disk", description = "The disk only, whose larder must have been stopped.")
  private boolean disk;

  @Option(names = "--bucket", description = "The bucket only, which larders may use meanwhile.")
  private boolean bucket;

  @Option(
      names = "--sample",
      paramLabel = "PERCENT",
      description = "Only so many of a hundred, chosen by chance.")
  private double sample = 100;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      description = "Chooses the same sample as another run did that told this number.")
  private @Nullable Long seed;

  @Option(
      names = "--rate",
      paramLabel = "SIZE",
      description = "How much is read in a second at the most, such as 50MiB.")
  private @Nullable String rate;

  @Option(
      names = "--repair",
      description =
          "Looks for right bytes in place of those removed: on the disk, in the bucket, and at the upstream that a tag leads to.")
  private boolean repair;

  @Override
  public Integer call() throws CommandFailedException {
    LarderConfig loaded = config.load().config();
    Sample chosen = chosen();
    OptionalLong perSecond = perSecond();
    if (bucket && loaded.bucket().isEmpty()) {
      throw new CommandFailedException(
          ExitCode.USAGE,
          "no bucket is configured; name it by larder.bucket.name, or a directory by larder.bucket.path");
    }
    PrintWriter out = spec.commandLine().getOut();
    if (!chosen.isAll()) {
      out.println("a sample of %s %%, with --seed %d".formatted(sample, chosen.seed()));
    }
    try (ProgressLine progress = ProgressLine.on(spec.commandLine().getErr())) {
      Fsck.Outcome outcome =
          Fsck.run(
              loaded,
              new Fsck.Wanted(disk || !bucket, bucket || !disk, chosen, perSecond, repair),
              watcher(out, progress));
      progress.close();
      out.println(told(outcome));
      out.flush();
      return outcome.wrong() == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
    } catch (IOException e) {
      throw new CommandFailedException(
          ExitCode.SOFTWARE, LineLog.oneLine(String.valueOf(e.getMessage())), e);
    }
  }

  private Sample chosen() throws CommandFailedException {
    try {
      return new Sample(sample, seed == null ? new SecureRandom().nextInt() : seed);
    } catch (IllegalArgumentException e) {
      throw new CommandFailedException(
          ExitCode.USAGE, "--sample: %s; not %s".formatted(e.getMessage(), sample), e);
    }
  }

  private OptionalLong perSecond() throws CommandFailedException {
    if (rate == null) {
      return OptionalLong.empty();
    }
    long bytes = Quantities.size(rate).orElse(0L);
    if (bytes <= 0) {
      throw new CommandFailedException(
          ExitCode.USAGE, "--rate: '%s' is no size such as 50MiB".formatted(rate));
    }
    return OptionalLong.of(bytes);
  }

  private static Fsck.Watcher watcher(PrintWriter out, ProgressLine progress) {
    return new Fsck.Watcher() {
      @Override
      public void line(String text) {
        progress.around(() -> {
          out.println(LineLog.oneLine(text));
          out.flush();
        });
      }

      @Override
      public void reached(String where, double part, long objects, long bytes) {
        progress.reached(where, part, objects, bytes);
      }
    };
  }

  private String told(Fsck.Outcome outcome) {
    String all =
        "%d objects looked at, %d bytes read: %d wrong"
            .formatted(outcome.objects(), outcome.bytes(), outcome.wrong());
    return repair && outcome.wrong() > 0
        ? all + ", %d not repaired".formatted(outcome.unrepaired())
        : all;
  }
}
