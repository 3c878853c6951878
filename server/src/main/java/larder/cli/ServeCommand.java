package larder.cli;

import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Logger;
import larder.config.LarderConfig;
import larder.config.LoadedConfig;
import larder.server.Larder;
import larder.server.Version;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** {@code larder serve}: serves until it is told to end by a signal. */
@Command(
    name = "serve",
    description = "Serves images until it gets SIGTERM, then lets requests in flight end.",
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
  private static final Logger LOG = Logger.getLogger("larder");

  @Mixin private ConfigOption config = new ConfigOption();

  @Override
  public Integer call() throws CommandFailedException, InterruptedException {
    LoadedConfig loaded = config.load();
    loaded.warnings().forEach(LOG::warning);
    tryServerKeys(loaded.config());
    Larder larder = start(loaded.config());
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(larder, ended), "larder-end"));
    ended.await();
    return ExitCode.OK;
  }

  /** The framework's own keys are its to judge: TLS files that are not there, names, numbers. */
  private static void tryServerKeys(LarderConfig config) throws CommandFailedException {
    try {
      WebServer.builder().config(config.server()).buildPrototype();
    } catch (RuntimeException e) {
      String why = String.valueOf(e.getMessage()).replaceAll(": Invocation of mapper.*", "");
      String line = LineLog.oneLine("a key below server is not accepted: " + why);
      throw new CommandFailedException(ExitCode.USAGE, line, e);
    }
  }

  private static Larder start(LarderConfig config) throws CommandFailedException {
    try {
      Larder larder = Larder.start(config);
      LOG.info(() ->
          "larder %s serves on port %d%s, metrics and health on port %d, blobs are kept in %s"
              .formatted(
                  Version.CURRENT,
                  larder.port(),
                  guarded(larder.guardedPort()),
                  larder.adminPort(),
                  config.disk().path()));
      return larder;
    } catch (IOException e) {
      String line = Listening.obstacle(config).orElse(String.valueOf(e.getMessage()));
      throw new CommandFailedException(ExitCode.SOFTWARE, LineLog.oneLine(line), e);
    }
  }

  private static String guarded(OptionalInt port) {
    return port.isPresent() ? " and those it knows on port " + port.getAsInt() : "";
  }

  private static void end(Larder larder, CountDownLatch ended) {
    LOG.info("told to end: no new clients, requests in flight end");
    larder.close();
    LOG.info("ended");
    ended.countDown();
  }
}
