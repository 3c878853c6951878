package larder.guarded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/** What files say of users and tokens, and what these send. */
final class People {
  private static final int CHEAPEST = 4;

  private People() {}

  static String user(String name, String password) {
    return name + ":" + hash(password) + "\n";
  }

  static String token(String name, String token) {
    return name + ":sha256:" + sha256(token) + "\n";
  }

  static String hash(String password) {
    byte[] salt = new byte[16];
    return OpenBSDBCrypt.generate("2y", password.getBytes(UTF_8), salt, CHEAPEST);
  }

  static String sha256(String token) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static String basic(String name, String password) {
    return "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(UTF_8));
  }
}
