package larder.identity;

import java.util.regex.Pattern;
import larder.config.Secret;

/**
 * A user whose password is in a file.
 *
 * @param file whose text is the password, but for an end of line
 */
record FileLogin(String name, WatchedFile file) implements Login {
  private static final Pattern END_OF_LINE = Pattern.compile("\\R\\z");

  @Override
  public Identity identity() throws LoginException {
    return user(file.text());
  }

  @Override
  public boolean renew(Identity refused) throws LoginException {
    return !user(file.readAgain()).equals(refused);
  }

  private Identity user(String text) throws LoginException {
    String password = END_OF_LINE.matcher(text).replaceFirst("");
    if (password.isEmpty()) {
      throw new LoginException(file + " is empty", null);
    }
    return new Identity.User(name, new Secret(password));
  }
}
