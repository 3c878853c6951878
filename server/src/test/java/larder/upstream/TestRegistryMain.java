package larder.upstream;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The test registry as a program, for benchmarks. {@code GET /stats} tells what it has sent. */
@Command(
    name = "test-registry",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "A registry on loopback with a stated rate, latency and share of broken answers.")
final class TestRegistryMain implements Callable<Integer> {
  private static final String SIZES = "KMG";

  @Option(
      names = "--port",
      defaultValue = "5005",
      description = "to listen on, 0 for any (default: ${DEFAULT-VALUE})")
  private int port;

  @Option(
      names = "--image",
      paramLabel = "REPOSITORY:SIZE[,SIZE…]",
      description =
          "an image tagged latest with layers of these sizes, such as app:64M,1G; repeatable")
  private List<String> images = new ArrayList<>();

  @Option(
      names = "--rate",
      paramLabel = "BYTES",
      defaultValue = "0",
      description = "per second and connection, such as 100M; 0 for no limit")
  private String rate = "0";

  @Option(
      names = "--latency",
      paramLabel = "MS",
      defaultValue = "0",
      description = "before each answer (default: ${DEFAULT-VALUE})")
  private long latency;

  @Option(
      names = "--broken",
      paramLabel = "SHARE",
      defaultValue = "0",
      description = "of the requests, between 0 and 1, that are answered 500 or cut midway")
  private double broken;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "of contents and of what is broken (default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(names = "--tokens", description = "each repository wants a token")
  private boolean tokens;

  @Option(names = "--redirect", description = "blobs are redirected to a second port")
  private boolean redirect;

  public static void main(String[] args) {
    System.exit(new CommandLine(new TestRegistryMain()).execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    TestRegistry registry = TestRegistry.start(port);
    registry.recording(false);
    registry.wantsTokens(tokens);
    registry.redirectsBlobs(redirect);
    for (String image : images) {
      put(registry, image);
    }
    script(registry.script());
    System.err.println("listening on " + registry.url() + ", seed " + seed);
    new CountDownLatch(1).await();
    return 0;
  }

  private void put(TestRegistry registry, String image) {
    int colon = image.lastIndexOf(':');
    List<GeneratedBlob> layers = new ArrayList<>();
    for (String size : image.substring(colon + 1).split(",", -1)) {
      layers.add(new GeneratedBlob(seed + image.hashCode() + layers.size(), bytes(size)));
    }
    String repository = image.substring(0, colon);
    System.err.println(
        repository + ":latest is " + registry.putImage(repository, "latest", layers));
    layers.forEach(layer -> System.err.println("  " + layer.digest() + " " + layer.size()));
  }

  private void script(Script script) {
    List<Fault> manner = new ArrayList<>();
    if (latency > 0) {
      manner.add(new Fault.Latency(Duration.ofMillis(latency)));
    }
    if (bytes(rate) > 0) {
      manner.add(new Fault.Rate(bytes(rate)));
    }
    var random = new SplittableRandom(seed);
    Fault[] good = manner.toArray(Fault[]::new);
    script.always(
        r -> !r.path().equals("/stats") && draw(random) < broken / 2,
        with(manner, Fault.status(500)));
    script.always(
        r -> r.isBlob() && draw(random) < broken / 2, with(manner, new Fault.Cut(1 << 20, true)));
    script.always(r -> true, good);
  }

  private static synchronized double draw(SplittableRandom random) {
    return random.nextDouble();
  }

  private static Fault[] with(List<Fault> manner, Fault fault) {
    List<Fault> both = new ArrayList<>();
    both.add(fault);
    both.addAll(manner);
    return both.toArray(Fault[]::new);
  }

  private static long bytes(String text) {
    int unit = SIZES.indexOf(text.charAt(text.length() - 1));
    return unit < 0
        ? Long.parseLong(text)
        : Long.parseLong(text.substring(0, text.length() - 1)) << (10 * (unit + 1));
  }
}
