package larder.identity;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import larder.config.Secret;

/**
 * Reads what {@code docker login} and its like write: {@code config.json}. As with Docker, a helper
 * of the registry's own goes before the helper of all, and that before what the file itself holds.
 */
final class DockerConfig {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final Pattern HELPER = Pattern.compile("[A-Za-z0-9._-]+");

  private final String where;
  private final JsonNode root;

  private DockerConfig(String where, JsonNode root) {
    this.where = where;
    this.root = root;
  }

  /**
   * @param where it was read from, for messages
   */
  static DockerConfig parse(String text, String where) throws LoginException {
    try {
      return new DockerConfig(where, JSON.readTree(text));
    } catch (JacksonException e) {
      // A parser's message may quote what it read.
      throw new LoginException(where + " is no JSON", null);
    }
  }

  /**
   * What it says of a registry.
   *
   * @throws LoginException when it says nothing, or what makes no sense
   */
  DockerEntry entry(DockerNames names) throws LoginException {
    Optional<JsonNode> own = find("credHelpers", names);
    JsonNode helper = own.orElse(root.path("credsStore"));
    if (!helper.asText("").isEmpty()) {
      if (!HELPER.matcher(helper.asText()).matches()) {
        throw new LoginException(
            where + " names a credential helper by other than letters, digits, '.', '_' and '-'",
            null);
      }
      return new DockerEntry.Helper(helper.asText());
    }
    JsonNode entry =
        find("auths", names)
            .orElseThrow(() ->
                new LoginException(
                    where + " has neither a helper nor an entry for " + names.server(), null));
    return new DockerEntry.Inline(identity(entry, names));
  }

  private Optional<JsonNode> find(String section, DockerNames names) {
    JsonNode map = root.path(section);
    return names.among(map.propertyStream().map(Map.Entry::getKey).toList()).map(map::path);
  }

  private Identity identity(JsonNode entry, DockerNames names) throws LoginException {
    String said = where + ", " + names.server();
    String identityToken = entry.path("identitytoken").asText("");
    if (!identityToken.isEmpty()) {
      return new Identity.IdentityToken(new Secret(identityToken));
    }
    String registryToken = entry.path("registrytoken").asText("");
    if (!registryToken.isEmpty()) {
      if (!registryToken.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
        throw new LoginException(said + ": its registrytoken is no token", null);
      }
      return new Identity.RegistryToken(new Secret(registryToken));
    }
    String auth = entry.path("auth").asText("");
    return auth.isEmpty()
        ? user(entry.path("username").asText(""), entry.path("password").asText(""), said)
        : decoded(auth, said);
  }

  /** The user that {@code user:password} in base64 stands for. */
  static Identity decoded(String auth, String said) throws LoginException {
    String both;
    try {
      both = new String(Base64.getDecoder().decode(auth.strip()), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // Its message quotes a character of the secret.
      throw new LoginException(said + ": its auth is no base64", null);
    }
    int colon = both.indexOf(':');
    if (colon < 0) {
      throw new LoginException(said + ": its auth is no user and password", null);
    }
    return user(both.substring(0, colon), both.substring(colon + 1), said);
  }

  /** A user of which both parts are there. */
  static Identity user(String name, String password, String said) throws LoginException {
    if (name.isEmpty() || password.isEmpty() || name.indexOf(':') >= 0) {
      throw new LoginException(said + ": without a user name or a password", null);
    }
    return new Identity.User(name, new Secret(password));
  }
}
