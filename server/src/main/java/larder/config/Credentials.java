package larder.config;

import java.nio.file.Path;

/** By what larder makes itself known to an upstream and to its token service. */
public sealed interface Credentials {

  /** By nothing. */
  record Anonymous() implements Credentials {}

  /** By a user name and a password. */
  record Password(String username, Secret password) implements Credentials {}

  /**
   * By a user name and a password from a file, which may change at any time.
   *
   * @param file whose text is the password, but for an end of line
   */
  record PasswordFile(String username, Path file) implements Credentials {}
}
