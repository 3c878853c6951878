package larder.tiering;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * The name of a blob: the hash of its bytes, written {@code sha256:<hex>} as in the OCI image
 * specification.
 */
public record Digest(Algorithm algorithm, String hex) {

  /** The algorithms that the OCI image specification registers. */
  public enum Algorithm {
    SHA256("SHA-256", 64),
    SHA512("SHA-512", 128);

    private final String label = name().toLowerCase(Locale.ROOT);
    private final String jdkName;
    private final int hexLength;

    Algorithm(String jdkName, int hexLength) {
      this.jdkName = jdkName;
      this.hexLength = hexLength;
    }

    /** As written before the colon of a digest, and as the name of a folder. */
    public String label() {
      return label;
    }
  }

  /**
   * @throws IllegalArgumentException when {@code hex} is not the lower-case hexadecimal of the
   *     algorithm's length
   */
  public Digest {
    if (!wellFormed(algorithm, hex)) {
      throw new IllegalArgumentException("not a digest: " + algorithm.label() + ":" + hex);
    }
  }

  /** Reads {@code algorithm:hex}; empty when the text is no digest of a known algorithm. */
  public static Optional<Digest> parse(String text) {
    for (Algorithm algorithm : Algorithm.values()) {
      String label = algorithm.label();
      if (text.length() == label.length() + 1 + algorithm.hexLength
          && text.startsWith(label)
          && text.charAt(label.length()) == ':') {
        String hex = text.substring(label.length() + 1);
        return wellFormed(algorithm, hex)
            ? Optional.of(new Digest(algorithm, hex))
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** The digest of bytes in hand. */
  public static Digest of(Algorithm algorithm, byte[] bytes) {
    return ofHash(algorithm, hasher(algorithm).digest(bytes));
  }

  /** The digest whose hash has been computed. */
  public static Digest ofHash(Algorithm algorithm, byte[] hash) {
    return new Digest(algorithm, HexFormat.of().formatHex(hash));
  }

  /** A fresh hash function for checking bytes against this digest. */
  public MessageDigest hasher() {
    return hasher(algorithm);
  }

  private static MessageDigest hasher(Algorithm algorithm) {
    try {
      return MessageDigest.getInstance(algorithm.jdkName);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("the JDK lacks " + algorithm.jdkName, e);
    }
  }

  private static boolean wellFormed(Algorithm algorithm, String hex) {
    if (hex.length() != algorithm.hexLength) {
      return false;
    }
    for (int i = 0; i < hex.length(); i++) {
      char c = hex.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return algorithm.label() + ":" + hex;
  }
}
