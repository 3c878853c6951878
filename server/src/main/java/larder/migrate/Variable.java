package larder.migrate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import larder.config.ConfigException;

/**
 * A variable of the environment as the registry takes it, word by word. Where the registry has a
 * list of names it compares them in upper case, and passes over a variable that has another. Where
 * names are free, any is taken, but only one in upper case is led to what is there: another starts
 * anew, without it.
 *
 * @param path of the setting
 * @param replaced the path at or over that one, of which nothing is kept
 */
record Variable(String path, String replaced) {
  private static final String PREFIX = "REGISTRY_";

  private static final Pattern FREE =
      Pattern.compile("(auth|storage|middleware|log\\.fields|(.+\\.)?headers)(\\..*)?");
  private static final Pattern LISTED_NAME = Pattern.compile("[A-Z0-9]+");
  private static final Pattern UPPER = Pattern.compile("[\\p{ASCII}&&[^a-z]]*");

  /** Whether it is meant for the registry. */
  static boolean isOne(String name) {
    return name.startsWith(PREFIX);
  }

  /**
   * Reads a name.
   *
   * @return empty for one that the registry passes over
   */
  static Optional<Variable> of(String name) throws ConfigException {
    List<String> path = new ArrayList<>();
    Optional<String> replaced = Optional.empty();
    for (String word : name.substring(PREFIX.length()).split("_", -1)) {
      boolean free = FREE.matcher(String.join(".", path)).matches();
      if (!free && !LISTED_NAME.matcher(word).matches()) {
        return Optional.empty();
      }
      if (word.contains(".")) {
        throw refused(name, "has a dot in its name; write an underscore, or take it away");
      }
      path.add(word.toLowerCase(Locale.ROOT));
      if (replaced.isEmpty() && free && !UPPER.matcher(word).matches()) {
        replaced = Optional.of(String.join(".", path));
      }
    }
    String whole = String.join(".", path);
    if (whole.startsWith(Counterparts.CLIENT_CAS + ".")) {
      throw refused(
          name,
          "is not taken by the registry, which has no variables for single entries of this list; write REGISTRY_HTTP_TLS_CLIENTCAS='[/file]', or take it away");
    }
    return Optional.of(new Variable(whole, replaced.orElse(whole)));
  }

  private static ConfigException refused(String name, String why) {
    return new ConfigException(RegistrySettings.shown(name) + " " + why);
  }
}
