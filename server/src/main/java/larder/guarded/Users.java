package larder.guarded;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Users and the hashes of their passwords: {@code user:hash} on each line. */
final class Users {
  static final Users NONE = new Users(Map.of());

  private final Map<String, PasswordHash> byName;
  private final List<PasswordHash> all;

  private Users(Map<String, PasswordHash> byName) {
    this.byName = Map.copyOf(byName);
    this.all = List.copyOf(byName.values());
  }

  /**
   * Reads a file's lines.
   *
   * @throws IOException whose message tells the line, the user and what to do, but nothing of the
   *     hash
   */
  static Users of(CredentialsFile file) throws IOException {
    Map<String, PasswordHash> byName = new LinkedHashMap<>();
    for (CredentialsFile.Line line : file.lines()) {
      int colon = line.text().indexOf(':');
      if (colon <= 0) {
        throw line.trouble("is not user:hash; make it by htpasswd -nB");
      }
      String name = line.name(line.text().substring(0, colon));
      PasswordHash hash = PasswordHash.of(line, name, line.text().substring(colon + 1));
      if (byName.put(name, hash) != null) {
        throw line.trouble(
            "is a second one for %s; keep one".formatted(CredentialsFile.Line.shown(name)));
      }
    }
    return new Users(byName);
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** The hash of a user's password. */
  Optional<PasswordHash> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /**
   * Somebody's hash, to be checked for a user who is not there, so that he costs what others cost.
   *
   * @param number the same for the same name, and not to be foreseen
   */
  PasswordHash decoy(long number) {
    return all.get((int) Math.floorMod(number, (long) all.size()));
  }
}
