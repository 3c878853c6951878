package larder.http;

import java.time.Duration;

/**
 * How long a listener waits for its clients, and what it takes from them.
 *
 * @param requestHead from the first byte of a request (of a connection, where TLS is spoken) until
 *     all of its headers are there
 * @param idle between two requests, and before the first
 * @param stalled while the client takes no byte of an answer
 * @param linger for a client to see the answer after which the connection is closed
 * @param requestBody how many bytes of a request's body are read; 0 for none
 */
public record Limits(
    Duration requestHead, Duration idle, Duration stalled, Duration linger, long requestBody) {

  /** What a listener for clients that pull starts from. */
  public static final Limits DEFAULT =
      new Limits(
          Duration.ofSeconds(10),
          Duration.ofSeconds(75),
          Duration.ofSeconds(60),
          Duration.ofSeconds(2),
          0);

  public Limits {
    if (requestBody < 0) {
      throw new IllegalArgumentException("a request's body of " + requestBody + " bytes");
    }
  }

  /** The same with another {@link #stalled}. */
  public Limits withStalled(Duration other) {
    return new Limits(requestHead, idle, other, linger, requestBody);
  }

  /** The same with another {@link #requestBody}. */
  public Limits withRequestBody(long bytes) {
    return new Limits(requestHead, idle, stalled, linger, bytes);
  }

  /** How often waits are looked at, so that none is overdue by more than a quarter. */
  Duration period() {
    Duration shortest = requestHead;
    for (Duration other : new Duration[] {idle, stalled, linger}) {
      shortest = other.compareTo(shortest) < 0 ? other : shortest;
    }
    Duration quarter = shortest.dividedBy(4);
    return quarter.toMillis() < 1 ? Duration.ofMillis(1) : quarter;
  }
}
