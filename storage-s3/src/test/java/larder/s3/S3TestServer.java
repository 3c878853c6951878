package larder.s3;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import larder.bucket.Conditions;
import larder.tiering.Events;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.MinIOContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A store that speaks S3, once for all tests of a process: the one that {@code LARDER_TEST_S3}
 * names ({@code http://key:secret@host:port}), else MinIO in a container, else S3Proxy in this
 * process. Which conditions a store that is given is known to keep is said by {@code
 * LARDER_TEST_S3_CONDITIONS} (some of {@code absent,unchanged,removal}); without it, it is taken
 * for MinIO.
 *
 * @param kind which of these
 * @param minio whether it is real MinIO, as far as is known
 * @param conditions that it is known to keep
 * @param oneByOne whether of many who change an object at once one does
 */
public record S3TestServer(
    String kind,
    boolean minio,
    URI endpoint,
    S3Bucket.AccessKey key,
    Conditions conditions,
    boolean oneByOne) {
  /** Removals know no conditions there. */
  private static final Conditions OF_MINIO = new Conditions(true, true, false);

  private static final String BUCKET = "images";
  private static final String IMAGE = "minio/minio:RELEASE.2025-09-07T16-13-09Z";

  private static @Nullable S3TestServer running; // guarded by the class

  /**
   * @throws IllegalStateException when there is neither a store given nor a Docker for MinIO,
   *     though {@code CI} is set
   */
  public static synchronized S3TestServer get() throws Exception {
    S3TestServer server = running;
    if (server == null) {
      server = start();
      System.out.println(
          "S3 tests run against %s at %s, known for %s"
              .formatted(server.kind(), server.endpoint(), server.conditions()));
      running = server;
      try (S3Clients clients = clients(server.bucket())) {
        if (clients.writing().listBuckets().buckets().stream()
            .noneMatch(each -> each.name().equals(BUCKET))) {
          var _ = clients.writing().createBucket(b -> b.bucket(BUCKET));
        }
      }
    }
    return server;
  }

  /** For what a test itself asks; the caller closes them. */
  static S3Clients clients(S3Bucket bucket) {
    return S3Clients.open(bucket, 1, 1, new S3Requests(Events.NONE, InstantSource.system()));
  }

  /** A prefix below which nothing is. */
  public S3Bucket bucket() {
    return bucket(BUCKET);
  }

  /** A bucket of a name that no test has used, which is not there. */
  S3Bucket nextBucket() {
    return bucket("test-" + UUID.randomUUID());
  }

  private S3Bucket bucket(String name) {
    return new S3Bucket(
        name,
        Optional.of(endpoint),
        "us-east-1",
        "test-" + UUID.randomUUID() + "/",
        Optional.of(key),
        true,
        List.of());
  }

  private static S3TestServer start() throws Exception {
    String given = System.getenv("LARDER_TEST_S3");
    if (given != null) {
      URI uri = URI.create(given);
      List<String> login = List.of(uri.getUserInfo().split(":", 2));
      String conditions = System.getenv("LARDER_TEST_S3_CONDITIONS");
      return new S3TestServer(
          "the store given",
          conditions == null,
          new URI(uri.getScheme(), null, uri.getHost(), uri.getPort(), null, null, null),
          new S3Bucket.AccessKey(login.getFirst(), login.getLast()),
          conditions == null ? OF_MINIO : conditions(conditions),
          true);
    }
    if (DockerClientFactory.instance().isDockerAvailable()) {
      MinIOContainer minio = new MinIOContainer(DockerImageName.parse(IMAGE));
      minio.start();
      Runtime.getRuntime().addShutdownHook(new Thread(minio::stop));
      return new S3TestServer(
          "MinIO in a container",
          true,
          URI.create(minio.getS3URL()),
          new S3Bucket.AccessKey(minio.getUserName(), minio.getPassword()),
          OF_MINIO,
          true);
    }
    if (System.getenv("CI") != null) {
      throw new IllegalStateException("no Docker answers, and with CI set only real MinIO will do");
    }
    return proxy();
  }

  private static Conditions conditions(String names) {
    Set<String> kept = Set.of(names.split(","));
    Set<String> all = Set.of("absent", "unchanged", "removal");
    if (!all.containsAll(kept)) {
      throw new IllegalArgumentException("conditions are some of " + all + ", not " + kept);
    }
    return new Conditions(
        kept.contains("absent"), kept.contains("unchanged"), kept.contains("removal"));
  }

  private static S3TestServer proxy() throws Exception {
    Path folder = Files.createTempDirectory("s3proxy");
    Properties settings = new Properties();
    settings.setProperty("jclouds.filesystem.basedir", folder.toString());
    settings.setProperty("jclouds.identity", "");
    settings.setProperty("jclouds.credential", "");
    S3Proxy proxy =
        S3Proxy.builder()
            .blobStore(BlobStores.create("filesystem", settings))
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, "larder", "larder-secret")
            .build();
    proxy.start();
    return new S3TestServer(
        "S3Proxy in this process, since no Docker answers",
        false,
        URI.create("http://127.0.0.1:" + proxy.getPort()),
        new S3Bucket.AccessKey("larder", "larder-secret"),
        Conditions.ALL,
        false);
  }
}
