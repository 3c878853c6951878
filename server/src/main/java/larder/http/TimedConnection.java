package larder.http;

import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.spi.ServerConnection;
import java.time.Duration;

/** A connection of the framework that waits for its client no longer than it should. */
final class TimedConnection implements ServerConnection {
  /*
   * Not an InterruptableTask, and never idle: the framework would interrupt the thread of a connection that it takes for
   * idle, and may hit the request that just came.
   */
  private final ServerConnection connection;
  private final ClientConnection client;
  private final boolean secure;
  private final Runnable left;

  TimedConnection(
      ServerConnection connection, ClientConnection client, boolean secure, Runnable left) {
    this.connection = connection;
    this.client = client;
    this.secure = secure;
    this.left = left;
  }

  @Override
  public void handle(Limit limit) throws InterruptedException {
    try {
      connection.handle(limit);
      linger();
    } catch (CloseConnectionException e) {
      if (client.isLast() || e instanceof CutShortException) {
        linger();
      }
      throw e;
    } finally {
      left.run();
    }
  }

  private void linger() {
    if (!secure) {
      client.linger();
    }
  }

  @Override
  public Duration idleTime() {
    return Duration.ZERO;
  }

  @Override
  public void close(boolean interrupt) {
    if (interrupt) {
      connection.close(true);
    } else {
      client.drain();
    }
  }
}
