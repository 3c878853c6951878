package larder.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Random;
import larder.registry.RegistryError.Code;
import larder.tiering.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
  private static final String HEX = "0123456789abcdef".repeat(4);
  private static final Digest DIGEST = Digest.parse("sha256:" + HEX).orElseThrow();

  @Test
  void readsWhatARegistryHas() throws Exception {
    assertThat(Target.parse("/v2/")).isEqualTo(new Target.Ping());
    assertThat(Target.parse("/v2")).isEqualTo(new Target.Ping());
    assertThat(Target.parse("/v2/a/b/blobs/sha256:" + HEX))
        .isEqualTo(new Target.Blob("a/b", DIGEST));
    assertThat(Target.parse("/v2/a/b/blobs/sha256%3A" + HEX))
        .isEqualTo(new Target.Blob("a/b", DIGEST));
    assertThat(Target.parse("/v2/ghcr.io/a/manifests/v1.0_x-y"))
        .isEqualTo(new Target.Manifest("ghcr.io/a", new Target.Reference.Tag("v1.0_x-y")));
    assertThat(Target.parse("/v2/host:5000/a/manifests/sha256:" + HEX))
        .isEqualTo(new Target.Manifest("host:5000/a", new Target.Reference.ByDigest(DIGEST)));
    assertThat(Target.parse("/v2/a/tags/list")).isEqualTo(new Target.Tags("a"));
    assertThat(Target.parse("/v2/a/referrers/sha256:" + HEX))
        .isEqualTo(new Target.Referrers("a", DIGEST));
  }

  @Test
  void aRepositoryMayBeNamedLikeAPartOfThePath() throws Exception {
    assertThat(Target.parse("/v2/blobs/manifests/tags/list"))
        .isEqualTo(new Target.Tags("blobs/manifests"));
  }

  @ParameterizedTest
  @CsvSource({
    "/v2/a/blobs/sha256:short, 400, DIGEST_INVALID",
    "/v2/a/blobs/md5:0123, 400, DIGEST_INVALID",
    "/v2/a/blobs/sha256:0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef, 400, DIGEST_INVALID",
    "/v2/a/manifests/sha256:xyz, 400, DIGEST_INVALID",
    "/v2/a/manifests/.hidden, 400, TAG_INVALID",
    "/v2/a/manifests/a%00b, 400, TAG_INVALID",
    "/v2/a%2Fb/manifests/x, 400, NAME_INVALID",
    "/v2/a/manifests/%zz, 400, NAME_INVALID",
    "/v2/a/manifests/%, 400, NAME_INVALID",
    "/v2/a/manifests/%ff, 400, NAME_INVALID",
    "/v2/_catalog, 404, UNSUPPORTED",
    "/v2/a/tags/other, 404, UNSUPPORTED",
    "/v2/a/blobs/uploads/x, 404, UNSUPPORTED",
    "/v1/a/b/c, 404, UNSUPPORTED",
    "/, 404, UNSUPPORTED",
    "//v2/a/tags/list, 404, UNSUPPORTED"
  })
  void refusesWhatItHasNot(String path, int status, Code code) {
    RegistryException refused =
        catchThrowableOfType(RegistryException.class, () -> Target.parse(path));
    assertThat(refused).isNotNull();
    assertThat(refused.error().status()).isEqualTo(status);
    assertThat(refused.error().code()).isEqualTo(code);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anyTextIsReadOrRefused(long seed) {
    Random random = new Random(seed);
    String alphabet = "/v2abs:%0.\u0000\n\u00e9\ud83d-_sha256manifestsblobs";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder path = new StringBuilder("/v2/");
      for (int length = random.nextInt(60); length > 0; length--) {
        path.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      try {
        assertThat(Target.parse(path.toString())).isNotNull();
      } catch (RegistryException refused) {
        assertThat(refused.error().status()).isIn(400, 404);
        assertThat(refused.error().message()).doesNotContain("\n", "\u0000");
      }
    }
  }
}
