package larder.guarded;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the value of {@code Authorization} says (RFC 7617 and RFC 6750). */
sealed interface Authorization {
  /** Characters of the value, more than any name and password or token needs. */
  int LONGEST = 8 * 1024;

  int LONGEST_BLANK = 16;
  int LONGEST_NAME = 255;
  int LONGEST_PASSWORD = 1024;

  Pattern BASIC = Pattern.compile("(?i:basic) +([A-Za-z0-9+/]+={0,2})");
  Pattern BEARER = Pattern.compile("(?i:bearer) +([A-Za-z0-9._~+/-]+=*)");

  /**
   * A name with a password, which may be a token's.
   *
   * @param password in UTF-8
   */
  record Basic(String name, byte[] password) implements Authorization {}

  /** A token by itself. */
  record Bearer(byte[] token) implements Authorization {}

  /** Whether there is neither a name nor a password, as from Podman where it has no login. */
  static boolean isBlank(String value) {
    if (value.length() > LONGEST_BLANK) {
      return false;
    }
    Matcher basic = BASIC.matcher(value);
    return basic.matches() && decoded(basic.group(1)).equals(Optional.of(":"));
  }

  /** Empty for anything else, such as another scheme, two of them, or characters out of place. */
  static Optional<Authorization> read(String value) {
    if (value.length() > LONGEST) {
      return Optional.empty();
    }
    Matcher bearer = BEARER.matcher(value);
    if (bearer.matches()) {
      return Optional.of(new Bearer(bearer.group(1).getBytes(US_ASCII)));
    }
    Matcher basic = BASIC.matcher(value);
    return basic.matches()
        ? decoded(basic.group(1)).flatMap(Authorization::basic)
        : Optional.empty();
  }

  private static Optional<Authorization> basic(String both) {
    int colon = both.indexOf(':');
    if (colon <= 0 || both.chars().anyMatch(Character::isISOControl)) {
      return Optional.empty();
    }
    String name = both.substring(0, colon);
    byte[] password = both.substring(colon + 1).getBytes(UTF_8);
    return name.length() <= LONGEST_NAME && password.length <= LONGEST_PASSWORD
        ? Optional.of(new Basic(name, password))
        : Optional.empty();
  }

  private static Optional<String> decoded(String base64) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(base64));
      return Optional.of(UTF_8.newDecoder().decode(bytes).toString());
    } catch (IllegalArgumentException | CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
