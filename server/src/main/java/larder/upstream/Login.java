package larder.upstream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import larder.config.Credentials;
import larder.tiering.SourceException.Unavailable;
import org.jspecify.annotations.Nullable;

/** What larder shows to an upstream's url and its token service, when they ask who it is. */
final class Login {
  private static final Duration READ_AGAIN = Duration.ofSeconds(1);
  private static final Pattern END_OF_LINE = Pattern.compile("\\R\\z");

  private final Credentials credentials;
  private final InstantSource clock;
  private volatile @Nullable Seen seen;

  private record Seen(String password, Instant when) {}

  Login(Credentials credentials, InstantSource clock) {
    this.credentials = credentials;
    this.clock = clock;
  }

  static Login anonymous(InstantSource clock) {
    return new Login(new Credentials.Anonymous(), clock);
  }

  boolean isAnonymous() {
    return credentials instanceof Credentials.Anonymous;
  }

  /**
   * The value of {@code Authorization} by the Basic scheme (RFC 7617); empty for an anonymous one.
   *
   * @throws Unavailable when the password's file cannot be read
   */
  Optional<String> authorization() throws Unavailable {
    return switch (credentials) {
      case Credentials.Anonymous _ -> Optional.empty();
      case Credentials.Password password ->
          Optional.of(basic(password.username(), password.password().value()));
      case Credentials.PasswordFile(String username, Path file) ->
          Optional.of(basic(username, password(file)));
    };
  }

  private String password(Path file) throws Unavailable {
    Seen known = seen;
    Instant now = clock.instant();
    if (known != null && now.isBefore(known.when().plus(READ_AGAIN))) {
      return known.password();
    }
    String password = read(file);
    seen = new Seen(password, now);
    return password;
  }

  private static String read(Path file) throws Unavailable {
    String text;
    try {
      text = END_OF_LINE.matcher(Files.readString(file)).replaceFirst("");
    } catch (NoSuchFileException e) {
      throw new Unavailable("the password's file " + file + " is not there", e);
    } catch (IOException e) {
      throw new Unavailable("the password's file " + file + " cannot be read: " + e, e);
    }
    if (text.isEmpty()) {
      throw new Unavailable("the password's file " + file + " is empty", null);
    }
    return text;
  }

  private static String basic(String username, String password) {
    byte[] both = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(both);
  }
}
