package larder.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

final class SpaceNameTest {

  @Property
  void anyNameIsOneFolderAndComesBack(@ForAll @StringLength(max = 20) String name) {
    if (!java.nio.charset.StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
      return;
    }
    String folder = SpaceName.encode(name);
    assertThat(folder).matches("[a-z0-9_%A-F-][a-z0-9._%A-F-]*");
    assertThat(SpaceName.decode(folder)).contains(name);
  }

  @Property
  void aFolderThatIsReadIsWrittenTheSame(@ForAll @StringLength(max = 8) String folder) {
    SpaceName.decode(folder)
        .ifPresent(name -> assertThat(SpaceName.encode(name)).isEqualTo(folder));
  }

  @Test
  void namesOfRegistriesStayReadable() {
    assertThat(SpaceName.encode("ghcr.io")).isEqualTo("ghcr.io");
    assertThat(SpaceName.encode("registry.corp:5000")).isEqualTo("registry.corp%3A5000");
    assertThat(SpaceName.encode("..")).isEqualTo("%2E.");
    assertThat(SpaceName.encode("a/../b")).isEqualTo("a%2F..%2Fb");
  }

  @Test
  void namesThatDifferInCaseOnlyDoNotMeetOnAnyFileSystem() {
    assertThat(SpaceName.encode("A").toLowerCase(Locale.ROOT)).isNotEqualTo(SpaceName.encode("a"));
  }

  @Test
  void aNameThatIsTooLongIsRefused() {
    assertThatThrownBy(() -> SpaceName.encode("x".repeat(256)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
