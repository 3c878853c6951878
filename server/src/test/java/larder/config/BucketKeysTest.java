package larder.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may be written about the bucket, and what it says. */
class BucketKeysTest {
  private static Optional<BucketConfig> read(String bucket) throws ConfigException {
    return new ConfigLoader(Map.of(), Map.of(), 1L << 30)
        .load("larder: { disk: { path: /cache }, bucket: " + bucket + " }", "larder.yaml")
        .config()
        .bucket();
  }

  private static BucketConfig.S3 s3(String bucket) throws ConfigException {
    return (BucketConfig.S3) read(bucket).orElseThrow();
  }

  @Test
  void withoutAWordThereIsNone() throws Exception {
    assertThat(new ConfigLoader(Map.of(), Map.of(), 1L << 30).load().config().bucket()).isEmpty();
  }

  @Test
  void aNameIsEnough() throws Exception {
    assertThat(s3("{ name: images }"))
        .isEqualTo(
            new BucketConfig.S3(
                "images",
                Optional.empty(),
                "us-east-1",
                "",
                Optional.empty(),
                false,
                Optional.empty()));
  }

  @Test
  void anEndpointMeansPathsUnlessItIsSaidElse() throws Exception {
    assertThat(s3("{ name: images, endpoint: 'http://minio:9000' }").pathStyle()).isTrue();
    assertThat(
            s3("{ name: images, endpoint: 'https://s3.example/', path-style: false }").pathStyle())
        .isFalse();
  }

  @Test
  void aPrefixIsAFolder() throws Exception {
    assertThat(s3("{ name: images, prefix: a/b }").prefix()).isEqualTo("a/b/");
    assertThat(s3("{ name: images, prefix: a/b/ }").prefix()).isEqualTo("a/b/");
  }

  @Test
  void aDirectoryMayStandInForIt() throws Exception {
    assertThat(read("{ path: /bucket }")).contains(new BucketConfig.Directory(Path.of("/bucket")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{ region: eu-central-1 }; larder.bucket.name is missing",
        "{ name: A_b }; larder.bucket.name",
        "{ name: ab }; larder.bucket.name",
        "{ name: images, endpoint: 'http://minio:9000/images' }; larder.bucket.endpoint",
        "{ name: images, endpoint: 'minio:9000' }; larder.bucket.endpoint",
        "{ name: images, endpoint: 'http://a:b@minio:9000' }; larder.bucket.endpoint",
        "{ name: images, prefix: /a }; larder.bucket.prefix",
        "{ name: images, prefix: a/../b }; larder.bucket.prefix",
        "{ name: images, access-key: a }; needs larder.bucket.secret-key too",
        "{ name: images, secret-key: planted }; needs larder.bucket.access-key too",
        "{ name: images, path: /bucket }; larder.bucket.path too; keep one",
        "{ path: /bucket, region: x }; larder.bucket.path too",
        "{ path: /cache }; may not be in one another",
        "{ path: /cache/bucket }; may not be in one another",
        "{ path: / }; may not be in one another",
        "{ name: images, ca-file: /no/such/file }; larder.bucket.ca-file: /no/such/file is not there",
      })
  void whatMakesNoSenseStopsTheStart(String bucket, String complaint) {
    assertThatThrownBy(() -> read(bucket))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(complaint)
        .hasMessageNotContaining("planted");
  }
}
