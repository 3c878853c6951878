package larder.identity;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import larder.config.Secret;

/** Who larder is to a registry and to its token service, at one moment. */
public sealed interface Identity {

  /** Nobody: what is there for everyone. */
  record Nobody() implements Identity {}

  /** A user with a password, or with what stands for one. */
  record User(String name, Secret password) implements Identity {

    /** The value of {@code Authorization} by the Basic scheme (RFC 7617). */
    public String authorization() {
      byte[] both = (name + ":" + password.value()).getBytes(StandardCharsets.UTF_8);
      return "Basic " + Base64.getEncoder().encodeToString(both);
    }
  }

  /** What a token service gives tokens for: a refresh token of OAuth 2 (RFC 6749, 6). */
  record IdentityToken(Secret token) implements Identity {}

  /** A Bearer token that the registry takes as it is, without its token service. */
  record RegistryToken(Secret token) implements Identity {}
}
