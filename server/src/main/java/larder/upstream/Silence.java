package larder.upstream;

import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import larder.tiering.SourceException;
import org.apache.hc.core5.http.NoHttpResponseException;

/** Tells a registry that says nothing from one that says something unwelcome. */
final class Silence {
  private Silence() {}

  static boolean is(SourceException e) {
    return switch (e.getCause()) {
      case CheckedNames.RefusedException refused -> false;
      case BusyException busy -> false;
      case Redirects.ElsewhereTimeoutException another -> false;
      case InterruptedIOException timedOut -> true;
      case SocketException unreachable -> true;
      case UnknownHostException unresolved -> true;
      case NoHttpResponseException closed -> true;
      case null, default -> false;
    };
  }
}
