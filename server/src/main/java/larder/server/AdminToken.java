package larder.server;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import larder.files.SmallFile;

/**
 * By what an operator may change the state of a running larder: a token of this process, which is
 * written beside its data for those who may read that, and the one in a file of the operator's.
 */
final class AdminToken implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(AdminToken.class.getName());
  private static final String FILE = "admin";
  private static final int BYTES = 32;
  private static final String KEY = "larder.admin.token-file";

  /** In characters: of base64, 128 bits. */
  private static final int SHORTEST = 22;

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Path file;
  private final String token;
  private final Optional<Path> ofOperator;
  private final AtomicReference<String> complaint = new AtomicReference<>("");

  /** Where a running larder is told what to do, and by which token. */
  record Access(URI admin, String token) {
    @Override
    public String toString() {
      return "Access[admin=" + admin + ", token=(secret)]";
    }
  }

  private AdminToken(Path file, String token, Optional<Path> ofOperator) {
    this.file = file;
    this.token = token;
    this.ofOperator = ofOperator;
  }

  /**
   * Makes a token of this process.
   *
   * @param data the data directory
   * @param ofOperator whose text is accepted too, as long as it can be read
   * @throws IOException when that file cannot be read now
   */
  static AdminToken make(Path data, Optional<Path> ofOperator, SecureRandom random)
      throws IOException {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    if (ofOperator.isPresent()) {
      var _ = read(ofOperator.get());
    }
    return new AdminToken(data.resolve(FILE), HexFormat.of().formatHex(bytes), ofOperator);
  }

  /** Lets who may read the data directory know where to go. */
  void publish(URI admin) {
    try {
      Files.deleteIfExists(file);
      Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      Files.writeString(file, admin + "\n" + token + "\n", StandardOpenOption.TRUNCATE_EXISTING);
    } catch (IOException | UnsupportedOperationException e) {
      LOG.log(
          Level.WARNING,
          "cannot write " + file + ": larder purge works only when this larder is stopped",
          e);
    }
  }

  /**
   * Finds the larder that runs on a data directory.
   *
   * @throws IOException when it has not said where it is, or this user may not know
   */
  static Access find(Path data) throws IOException {
    List<String> lines = Files.readAllLines(data.resolve(FILE));
    if (lines.size() != 2) {
      throw new IOException(data.resolve(FILE) + " is not whole");
    }
    return new Access(URI.create(lines.getFirst()), lines.getLast());
  }

  /** Whether an {@code Authorization} header shows one of the tokens. */
  boolean isIn(Optional<String> authorization) {
    String scheme = "Bearer ";
    if (authorization.isEmpty() || !authorization.get().startsWith(scheme)) {
      return false;
    }
    byte[] shown = hash(authorization.get().substring(scheme.length()));
    boolean own = MessageDigest.isEqual(shown, hash(token));
    boolean operators =
        operators().map(each -> MessageDigest.isEqual(shown, hash(each))).orElse(false);
    return own || operators;
  }

  /** Read each time, so that it is worth nothing as soon as the file is gone. */
  private Optional<String> operators() {
    if (ofOperator.isEmpty()) {
      return Optional.empty();
    }
    try {
      Optional<String> now = read(ofOperator.get());
      complaint.set("");
      return now;
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      if (!message.equals(complaint.getAndSet(message))) {
        LOG.warning(message + "; until then nobody is let in by it");
      }
      return Optional.empty();
    }
  }

  /** Empty when the file is: then nobody has it. */
  private static Optional<String> read(Path file) throws IOException {
    byte[] text = SmallFile.read(KEY, file);
    String token = new String(text, StandardCharsets.UTF_8).strip();
    if (!token.isEmpty() && token.length() < SHORTEST) {
      throw new IOException(
          "%s: the token in %s has %d characters, which can be guessed; give it %d or more, such as of: openssl rand -hex 32"
              .formatted(KEY, file, token.length(), SHORTEST));
    }
    return Optional.of(token).filter(each -> !each.isEmpty());
  }

  private static byte[] hash(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** Nobody is there to be told any more. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
  }
}
