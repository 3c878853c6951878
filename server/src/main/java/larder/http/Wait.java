package larder.http;

/**
 * Something that a connection waits for its client to do.
 *
 * @param until when, by {@link System#nanoTime}
 */
record Wait(What what, long until) {

  enum What {
    /** The handshake of TLS, or the connection's first step. */
    HANDSHAKE,
    /** The first byte of a request. */
    REQUEST,
    /** The rest of a request. */
    REST_OF_REQUEST,
    /** Room for more of an answer. */
    READER,
    /** The end of a connection that larder has closed. */
    CLOSE
  }

  boolean over(long now) {
    return now - until > 0;
  }
}
