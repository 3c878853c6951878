package larder.identity;

import java.util.regex.Pattern;
import larder.config.Secret;
import larder.tiering.SourceException.Unavailable;

/**
 * A user whose password is in a file.
 *
 * @param file whose text is the password, but for an end of line
 */
record FileLogin(String name, WatchedFile file) implements Login {
  private static final Pattern END_OF_LINE = Pattern.compile("\\R\\z");

  @Override
  public Identity identity() throws Unavailable {
    return user(file.text());
  }

  @Override
  public boolean renew(Identity refused) throws Unavailable {
    return !user(file.readAgain()).equals(refused);
  }

  private Identity user(String text) throws Unavailable {
    String password = END_OF_LINE.matcher(text).replaceFirst("");
    if (password.isEmpty()) {
      throw new Unavailable(file + " is empty", null);
    }
    return new Identity.User(name, new Secret(password));
  }
}
