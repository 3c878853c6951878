package larder.identity;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import larder.files.SmallFile;
import org.jspecify.annotations.Nullable;

/** The text of a small file that may change at any time. */
final class WatchedFile {
  private static final Duration READ_AGAIN = Duration.ofSeconds(1);

  private final String what;
  private final Path path;
  private final InstantSource clock;
  private volatile @Nullable Seen seen;

  private record Seen(String text, Instant when) {}

  /**
   * @param what it is, for messages, such as {@code "the password's file"}
   */
  WatchedFile(String what, Path path, InstantSource clock) {
    this.what = what;
    this.path = path;
    this.clock = clock;
  }

  /**
   * Its text, at most a second old.
   *
   * @throws LoginException when it cannot be read
   */
  String text() throws LoginException {
    Seen known = seen;
    return known != null && isFresh(known, clock.instant()) ? known.text() : readAgain();
  }

  private static boolean isFresh(Seen known, Instant now) {
    // A clock that was set back must not put the next reading off.
    return !now.isBefore(known.when()) && now.isBefore(known.when().plus(READ_AGAIN));
  }

  /** Its text now. */
  String readAgain() throws LoginException {
    Instant now = clock.instant();
    String text = read();
    seen = new Seen(text, now);
    return text;
  }

  private String read() throws LoginException {
    try {
      byte[] bytes = SmallFile.read(what, path);
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new LoginException(this + " is no text in UTF-8", e);
    } catch (IOException e) {
      throw new LoginException(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public String toString() {
    return what + " " + path;
  }
}
