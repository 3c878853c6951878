package larder.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import larder.bucket.Finding;
import larder.config.BucketConfig;
import larder.server.BucketFitness;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code larder bucket}: makes the bucket, and tells whether it is as larder needs it. */
@Command(
    name = "bucket",
    description = "Makes the bucket that is configured, or checks it.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
final class BucketCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(
      name = "init",
      description = {
        "Makes the bucket where there is none, sets the lifecycle rules that larder wants and the store keeps, and checks it.",
        "What is as it should be stays as it is, and so do others' rules."
      },
      mixinStandardHelpOptions = true)
  int init(@Mixin ConfigOption config) throws CommandFailedException {
    return told(config, BucketFitness::init);
  }

  @Command(
      name = "check",
      description =
          "Tells whether the bucket is there and what larder may do in it, on a line each: ok, warning or error. The exit status is 1 after an error.",
      mixinStandardHelpOptions = true)
  int check(@Mixin ConfigOption config) throws CommandFailedException {
    return told(config, BucketFitness::check);
  }

  private interface Step {
    void on(BucketFitness fitness) throws IOException;
  }

  private int told(ConfigOption option, Step step) throws CommandFailedException {
    BucketConfig bucket =
        option
            .load()
            .config()
            .bucket()
            .orElseThrow(() ->
                new CommandFailedException(
                    ExitCode.USAGE,
                    "no bucket is configured; name it by larder.bucket.name, or a directory by larder.bucket.path"));
    PrintWriter out = spec.commandLine().getOut();
    AtomicBoolean wrong = new AtomicBoolean();
    try {
      step.on(
          new BucketFitness(
              bucket,
              finding -> {
                wrong.compareAndSet(false, finding.level() == Finding.Level.ERROR);
                out.println(line(finding));
                out.flush();
              }));
    } catch (IOException e) {
      throw new CommandFailedException(
          ExitCode.SOFTWARE, LineLog.oneLine(String.valueOf(e.getMessage())), e);
    }
    return wrong.get() ? ExitCode.SOFTWARE : ExitCode.OK;
  }

  private static String line(Finding finding) {
    return "%-8s %s"
        .formatted(
            finding.level().name().toLowerCase(Locale.ROOT), LineLog.oneLine(finding.text()));
  }
}
