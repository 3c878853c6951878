package larder.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Optional;
import larder.tiering.Digest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestDocumentTest {

  @Test
  void theBodyTellsItsTypeBeforeTheServerDoes() throws Exception {
    ManifestDocument document =
        read("{\"schemaVersion\":2,\"mediaType\":\"application/x\"}", Optional.of("text/plain"));
    assertThat(document.mediaType()).isEqualTo("application/x");
    assertThat(document.typed()).isTrue();
  }

  @Test
  void aBodyWithOneListTellsItsTypeByThat() throws Exception {
    assertThat(read("{\"schemaVersion\":2,\"layers\":[]}", Optional.empty()).mediaType())
        .isEqualTo(MediaTypes.OCI_MANIFEST);
    assertThat(read("{\"schemaVersion\":2,\"manifests\":[]}", Optional.empty()).mediaType())
        .isEqualTo(MediaTypes.OCI_INDEX);
  }

  @Test
  void aBodyThatItsServerCallsOtherwiseIsNotTyped() throws Exception {
    ManifestDocument document =
        read("{\"schemaVersion\":2,\"layers\":[]}", Optional.of("application/y"));
    assertThat(document.mediaType()).isEqualTo("application/y");
    assertThat(document.typed()).isFalse();
  }

  @Test
  void aBodyThatMayBeBothIsNotTyped() throws Exception {
    String both = "{\"schemaVersion\":2,\"layers\":[],\"manifests\":[]}";
    assertThat(read(both, Optional.of(MediaTypes.OCI_INDEX)).typed()).isFalse();
    assertThatThrownBy(() -> read(both, Optional.empty())).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "<html></html>", "[]", "null", "{}", "{\"schemaVersion\":\"2\"}", "{\"schema"})
  void isNoManifest(String body) {
    assertThatThrownBy(() -> read(body, Optional.of(MediaTypes.OCI_MANIFEST)))
        .isInstanceOf(IOException.class);
  }

  private static ManifestDocument read(String body, Optional<String> served) throws IOException {
    return ManifestDocument.of(Digest.Algorithm.SHA256, body.getBytes(UTF_8), served);
  }
}
