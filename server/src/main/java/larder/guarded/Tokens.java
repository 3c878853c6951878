package larder.guarded;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tokens by their SHA-256, which is enough for what nobody can guess: {@code name:sha256:HASH} on
 * each line.
 */
record Tokens(List<Token> all) {
  private static final Pattern LINE = Pattern.compile("([^:]+):sha256:([0-9a-fA-F]{64})");
  static final Tokens NONE = new Tokens(List.of());

  /** One token and whose it is. */
  record Token(String name, byte[] hash) {}

  Tokens {
    all = List.copyOf(all);
  }

  /**
   * Reads a file's lines.
   *
   * @throws IOException whose message tells the line and what to do, but nothing of its hash
   */
  static Tokens of(CredentialsFile file) throws IOException {
    List<Token> tokens = new ArrayList<>();
    for (CredentialsFile.Line line : file.lines()) {
      Matcher parts = LINE.matcher(line.text());
      if (!parts.matches()) {
        throw line.trouble("is not name:sha256:HASH with 64 hexadecimal digits");
      }
      String name = line.name(parts.group(1));
      byte[] hash = HexFormat.of().parseHex(parts.group(2));
      for (Token other : tokens) {
        if (MessageDigest.isEqual(other.hash(), hash)) {
          throw line.trouble("has the token of an earlier line; make a token for each name");
        }
      }
      tokens.add(new Token(name, hash));
    }
    return new Tokens(tokens);
  }

  /** Whose token this is. */
  Optional<String> owner(byte[] token) {
    byte[] hash = sha256(token);
    Optional<String> owner = Optional.empty();
    // To the end of the list, so that the time does not tell how far a guess came.
    for (Token each : all) {
      if (MessageDigest.isEqual(each.hash(), hash)) {
        owner = Optional.of(each.name());
      }
    }
    return owner;
  }

  private static byte[] sha256(byte[] token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
