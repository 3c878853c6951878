package larder.guarded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Stand for texts in tables: of one size, secrets not to be read from them, and which of them fall
 * together not to be foreseen.
 */
final class Fingerprints {
  private static final String ALGORITHM = "HmacSHA256";

  private final Mac keyed;

  Fingerprints(SecureRandom random) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    try {
      keyed = Mac.getInstance(ALGORITHM);
      keyed.init(new SecretKeySpec(bytes, ALGORITHM));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  /** All of an HMAC-SHA256. */
  record Fingerprint(long first, long second, long third, long fourth) {}

  /**
   * The fingerprint of a text.
   *
   * @param purpose keeps those for one table apart from those for another
   */
  Fingerprint of(Purpose purpose, String text) {
    try {
      Mac mac = (Mac) keyed.clone(); // much quicker than to make and key one
      ByteBuffer bytes = ByteBuffer.wrap(mac.doFinal((purpose + " " + text).getBytes(UTF_8)));
      return new Fingerprint(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's " + ALGORITHM + " can be copied", e);
    }
  }

  /** What a fingerprint is for. */
  enum Purpose {
    HEADER,
    ADDRESS,
    NAME,
    DECOY
  }
}
