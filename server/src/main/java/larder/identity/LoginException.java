package larder.identity;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Why larder cannot tell who it is. The message may name files and programs of this machine, so it
 * is for the log and not for clients.
 */
public final class LoginException extends IOException {
  private static final long serialVersionUID = 1;

  LoginException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
