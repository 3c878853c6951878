package larder.bucket;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the larders of one fleet have in common: a record in the bucket that carries no HMAC-SHA256
 * by it over where it is and what it says does not exist, since whoever may write to the bucket
 * could have put it there.
 */
public final class FleetKey {
  private static final String ALGORITHM = "HmacSHA256";
  private static final String LABEL = "hmac-sha256 ";

  private final SecretKeySpec key;

  public FleetKey(String secret) {
    this.key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM);
  }

  /**
   * @param place the object's key
   * @param text ends with a line break
   */
  public String sign(String place, String text) {
    return text + LABEL + hmac(place, text) + "\n";
  }

  /** What was signed; empty when it was not by this key, or not for this place. */
  public Optional<String> verified(String place, String signed) {
    byte[] theirs = signed.getBytes(StandardCharsets.UTF_8);
    return unverified(signed)
        .filter(text ->
            MessageDigest.isEqual(theirs, sign(place, text).getBytes(StandardCharsets.UTF_8)));
  }

  /** What somebody signed, be it by this key or another; empty when nobody did. */
  static Optional<String> unverified(String signed) {
    int last = signed.lastIndexOf("\n" + LABEL);
    return last < 0 ? Optional.empty() : Optional.of(signed.substring(0, last + 1));
  }

  private String hmac(String place, String text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      // No key has a line break.
      return HexFormat.of()
          .formatHex(mac.doFinal((place + "\n" + text).getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }
}
