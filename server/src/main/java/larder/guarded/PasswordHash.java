package larder.guarded;

import java.io.IOException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.bouncycastle.crypto.params.Argon2Parameters;

/** The hash of a password, made slow so that whoever gets hold of it cannot guess on. */
sealed interface PasswordHash {
  /** KiB: a quarter of the smallest heap that larder is meant for. */
  int LARGEST_MEMORY = 64 * 1024;

  /** What an entry costs is paid by whoever guesses at it too, and by all who wait meanwhile. */
  int HIGHEST_COST = 14;

  int MOST_PASSES = 10;
  int MOST_LANES = 16;

  /** Whether it is of this password, in UTF-8. Takes a good part of a second of a processor. */
  boolean matches(byte[] password);

  /** KiB that checking a password takes. */
  int memory();

  /**
   * Reads what stands behind a user's name.
   *
   * @throws IOException whose message names the line and the user, but nothing of the hash
   */
  static PasswordHash of(CredentialsFile.Line line, String name, String text) throws IOException {
    Optional<String> trouble = Optional.empty();
    Matcher bcrypt = Bcrypt.FORM.matcher(text);
    Matcher argon2 = Argon2.FORM.matcher(text);
    if (bcrypt.matches()) {
      trouble = Bcrypt.trouble(Integer.parseInt(bcrypt.group(1)));
    } else if (argon2.matches()) {
      trouble = Argon2.trouble(argon2);
    } else {
      trouble =
          Optional.of(
              "is hashed neither by bcrypt nor by Argon2; make the line anew, as by htpasswd -nB");
    }
    if (trouble.isPresent()) {
      throw line.trouble(
          "the password of %s %s".formatted(CredentialsFile.Line.shown(name), trouble.get()));
    }
    return bcrypt.matches() ? new Bcrypt(text) : Argon2.of(argon2);
  }

  /** Of the form {@code $2y$10$…}. */
  record Bcrypt(String text) implements PasswordHash {
    // The last characters of salt and hash stand for fewer bits than they could; others are typos.
    private static final Pattern FORM =
        Pattern.compile(
            "\\$2[aby]\\$([0-9]{2})\\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{30}[.CGKOSWaeimquy26]");

    /** Bytes of a password that bcrypt looks at. */
    private static final int LONGEST = 72;

    /**
     * A longer password is refused rather than cut, after the same work: what bcrypt does not look
     * at would be no secret.
     */
    @Override
    public boolean matches(byte[] password) {
      byte[] seen = Arrays.copyOf(password, Math.min(password.length, LONGEST));
      return OpenBSDBCrypt.checkPassword(text, seen) && password.length <= LONGEST;
    }

    @Override
    public int memory() {
      return 0;
    }

    private static Optional<String> trouble(int cost) {
      return cost >= 4 && cost <= HIGHEST_COST
          ? Optional.empty()
          : Optional.of(
              "has the bcrypt cost %d; make it anew with 4 to %d".formatted(cost, HIGHEST_COST));
    }

    @Override
    public String toString() {
      return "bcrypt (secret)";
    }
  }

  /** Of the form {@code $argon2id$v=19$m=65536,t=3,p=4$…$…}. */
  record Argon2(int type, int version, int memory, int passes, int lanes, byte[] salt, byte[] hash)
      implements PasswordHash {
    private static final Pattern FORM =
        Pattern.compile(
            "\\$argon2(id|i|d)(?:\\$v=(16|19))?\\$m=([0-9]{1,9}),t=([0-9]{1,9}),p=([0-9]{1,9})"
                + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");
    private static final Map<String, Integer> TYPES =
        Map.of(
            "i", Argon2Parameters.ARGON2_i,
            "d", Argon2Parameters.ARGON2_d,
            "id", Argon2Parameters.ARGON2_id);

    @Override
    public boolean matches(byte[] password) {
      Argon2BytesGenerator generator = new Argon2BytesGenerator();
      generator.init(
          new Argon2Parameters.Builder(type)
              .withVersion(version)
              .withMemoryAsKB(memory)
              .withIterations(passes)
              .withParallelism(lanes)
              .withSalt(salt)
              .build());
      byte[] computed = new byte[hash.length];
      generator.generateBytes(password, computed);
      return MessageDigest.isEqual(computed, hash);
    }

    private static Argon2 of(Matcher parts) {
      return new Argon2(
          Objects.requireNonNull(TYPES.get(parts.group(1))),
          parts.group(2) == null ? Argon2Parameters.ARGON2_VERSION_10 : number(parts, 2),
          number(parts, 3),
          number(parts, 4),
          number(parts, 5),
          Base64.getDecoder().decode(parts.group(6)),
          Base64.getDecoder().decode(parts.group(7)));
    }

    private static Optional<String> trouble(Matcher parts) {
      int lanes = number(parts, 5);
      if (number(parts, 3) > LARGEST_MEMORY) {
        return Optional.of("takes more memory by Argon2 than m=" + LARGEST_MEMORY + "; take less");
      }
      if (number(parts, 4) < 1 || number(parts, 4) > MOST_PASSES) {
        return Optional.of("takes other than t=1 to t=" + MOST_PASSES + " by Argon2; correct that");
      }
      if (lanes < 1 || lanes > MOST_LANES || number(parts, 3) < 8 * lanes) {
        return Optional.of(
            "takes other than p=1 to p=%d by Argon2, or less than m=8 for each; correct that"
                .formatted(MOST_LANES));
      }
      return parts.group(6).length() % 4 == 1 || parts.group(7).length() % 4 == 1
          ? Optional.of("is not whole; make the line anew")
          : Optional.empty();
    }

    private static int number(Matcher parts, int group) {
      return Integer.parseInt(parts.group(group));
    }

    @Override
    public String toString() {
      return "Argon2 (secret)";
    }
  }
}
