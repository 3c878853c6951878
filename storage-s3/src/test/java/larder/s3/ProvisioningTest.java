package larder.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.minio.MinioClient;
import io.minio.SetBucketVersioningArgs;
import io.minio.messages.VersioningConfiguration;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import larder.bucket.Finding;
import larder.bucket.Finding.Level;
import larder.s3.Rules.Action;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code larder bucket} does to a store, and says of it. */
class ProvisioningTest {
  private final List<Finding> found = new ArrayList<>();
  private S3TestServer server;
  private S3Bucket bucket;

  @BeforeEach
  void chooseABucket() throws Exception {
    server = S3TestServer.get();
    bucket = server.nextBucket();
  }

  private List<Finding> done(InstantSource clock, S3Bucket bucket, Consumer<Provisioning> step)
      throws IOException {
    found.clear();
    try (Provisioning provisioning = Provisioning.open(bucket, clock, new Random(1), found::add)) {
      step.accept(provisioning);
    }
    return List.copyOf(found);
  }

  private List<Finding> init() throws IOException {
    return done(InstantSource.system(), bucket, Provisioning::init);
  }

  private List<Finding> check() throws IOException {
    return done(InstantSource.system(), bucket, Provisioning::check);
  }

  private static List<String> texts(List<Finding> found, Level level) {
    return found.stream().filter(each -> each.level() == level).map(Finding::text).toList();
  }

  /** A store that knows no rules is told of as such, and that is all there is to warn of. */
  private void assertWell(List<Finding> found) {
    assertThat(texts(found, Level.ERROR)).isEmpty();
    if (server.minio()) {
      assertThat(texts(found, Level.WARNING)).isEmpty();
    }
  }

  @Test
  void aBucketIsMadeOnceAndNothingIsLeftInIt() throws Exception {
    assertThat(check())
        .singleElement()
        .satisfies(only -> {
          assertThat(only.level()).isEqualTo(Level.ERROR);
          assertThat(only.text()).contains("larder bucket init").contains("larder.bucket.name");
        });
    List<Finding> first = init();
    assertThat(first).contains(Finding.ok("the bucket " + bucket.name() + " has been made"));
    assertWell(first);
    List<Finding> second = init();
    assertThat(second).isEqualTo(check());
    assertWell(second);
    assertThat(texts(second, Level.OK))
        .contains(
            "objects are written",
            "objects are read",
            "objects are listed",
            "objects are removed",
            "uploads in parts are begun and ended",
            "the clocks here and at the store agree")
        .anyMatch(text -> text.contains("region us-east-1"))
        .anyMatch(text -> text.startsWith("conditions of writes are kept"));
    try (S3Clients clients = S3TestServer.clients(bucket)) {
      assertThat(clients.writing().listObjectsV2(b -> b.bucket(bucket.name())).contents())
          .isEmpty();
      assertThat(clients.writing().listMultipartUploads(b -> b.bucket(bucket.name())).uploads())
          .isEmpty();
    }
  }

  @Test
  void othersRulesStayAndThoseThatDoHarmAreNamed() throws Exception {
    assumeTrue(server.minio(), "only MinIO of the stores here keeps lifecycle rules");
    init();
    try (Administration administration = Administration.of(bucket)) {
      Rules rules = administration.rules();
      rules.put("theirs", "logs/", new Action.Expire(30));
      rules.put("sweep", "test-", new Action.Expire(7));
      rules.put("ours no more", bucket.prefix() + "probes/", new Action.Expire(3));
      rules.remove(rules.all().getFirst().id());
      administration.set(rules);
    }
    List<Finding> second = init();
    assertThat(texts(second, Level.OK))
        .anyMatch(text -> text.startsWith("lifecycle rules have been set"));
    assertThat(texts(second, Level.WARNING))
        .singleElement()
        .asString()
        .contains("'sweep' removes larder's objects")
        .contains(bucket.prefix());
    try (Administration administration = Administration.of(bucket)) {
      assertThat(administration.rules().all())
          .extracting(Rules.Rule::id)
          .contains("theirs", "sweep", "ours no more")
          .anyMatch(id -> id.endsWith(": probes"));
    }
  }

  @Test
  void versionsThatCostMoneyAreSaid() throws Exception {
    assumeTrue(server.minio(), "only MinIO of the stores here keeps versions");
    init();
    try (MinioClient client =
        MinioClient.builder()
            .endpoint(server.endpoint().toString())
            .credentials(server.key().id(), server.key().secret())
            .build()) {
      client.setBucketVersioning(
          SetBucketVersioningArgs.builder()
              .bucket(bucket.name())
              .config(
                  new VersioningConfiguration(
                      VersioningConfiguration.Status.ENABLED, null, null, null))
              .build());
    }
    assertThat(texts(check(), Level.WARNING))
        .singleElement()
        .asString()
        .startsWith("versioning is on")
        .contains("NoncurrentVersionExpiration");
    try (Administration administration = Administration.of(bucket)) {
      administration.set(
          Rules.read(
              Optional.of(
                  """
                  <LifecycleConfiguration>
                    <Rule>
                      <ID>old</ID>
                      <Filter><Prefix></Prefix></Filter>
                      <Status>Enabled</Status>
                      <NoncurrentVersionExpiration><NoncurrentDays>3</NoncurrentDays></NoncurrentVersionExpiration>
                    </Rule>
                  </LifecycleConfiguration>
                  """)));
    }
    assertWell(check());
  }

  @Test
  void aClockThatIsWrongIsSaid() throws Exception {
    init();
    for (Duration wrong : List.of(Duration.ofMinutes(6), Duration.ofMinutes(-6))) {
      InstantSource clock = () -> InstantSource.system().instant().plus(wrong);
      assertThat(texts(done(clock, bucket, Provisioning::check), Level.WARNING))
          .anyMatch(text ->
              text.contains(
                  wrong.isNegative() ? "minutes behind the store's" : "minutes ahead of the"));
    }
  }

  @Test
  void wrongKeysAreOneLineWithoutThem() throws Exception {
    S3Bucket wrong =
        new S3Bucket(
            bucket.name(),
            bucket.endpoint(),
            bucket.region(),
            bucket.prefix(),
            Optional.of(new S3Bucket.AccessKey(server.key().id(), "not-the-secret")),
            true,
            List.of());
    for (Consumer<Provisioning> step :
        List.<Consumer<Provisioning>>of(Provisioning::check, Provisioning::init)) {
      assertThat(done(InstantSource.system(), wrong, step))
          .singleElement()
          .satisfies(only -> {
            assertThat(only.level()).isEqualTo(Level.ERROR);
            assertThat(only.text())
                .contains("larder.bucket.secret-key")
                .doesNotContain("not-the-secret");
          });
    }
  }

  /** AWS's own ways begin with system properties. */
  @Test
  void withoutKeysThoseOfAwsAreTaken() throws Exception {
    S3Bucket keyless =
        new S3Bucket(
            bucket.name(),
            bucket.endpoint(),
            bucket.region(),
            bucket.prefix(),
            Optional.empty(),
            true,
            List.of());
    System.setProperty("aws.accessKeyId", server.key().id());
    System.setProperty("aws.secretAccessKey", server.key().secret());
    try {
      assertWell(done(InstantSource.system(), keyless, Provisioning::init));
    } finally {
      System.clearProperty("aws.accessKeyId");
      System.clearProperty("aws.secretAccessKey");
    }
  }
}
