package larder.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a client: its socket, and what it is waiting for. All but {@link #expire} and
 * {@link #drain} belongs to the connection's own thread.
 */
final class ClientConnection {
  /*
   * A wait that is over is ended by closing the socket, or only its receiving side where the thread may have gone on to
   * a request meanwhile. Interrupting the thread would be simpler, but would close whatever file it then reads, and
   * with it the file of all other readers.
   */
  private static final int LINGER_BUFFER = 16 * 1024;
  private static final long LINGER_MOST = 4 << 20;

  private final SocketChannel socket;
  private final Limits limits;
  private volatile @Nullable Wait wait;
  private long requestSince;
  private boolean inRequest;
  private boolean bodyExpected;
  private long bodyLeft;
  private boolean last;
  private boolean ended;

  ClientConnection(SocketChannel socket, Limits limits) {
    this.socket = socket;
    this.limits = limits;
    waitFor(Wait.What.HANDSHAKE, limits.requestHead());
  }

  SocketChannel socket() {
    return socket;
  }

  void waitFor(Wait.What what, Duration most) {
    wait = new Wait(what, System.nanoTime() + most.toNanos());
  }

  void waitForReader() {
    waitFor(Wait.What.READER, limits.stalled());
  }

  /** Until the next wait, nothing that is missing is the client's to do. */
  void goOn() {
    wait = null;
  }

  /**
   * Starts the wait for more bytes of the client.
   *
   * @param buffered whether some of a request that was not yet handled are there
   * @return whether there may be more
   */
  boolean waitForBytes(boolean buffered) {
    if (bodyExpected) {
      if (bodyLeft <= 0) {
        return false;
      }
      wait = new Wait(Wait.What.REST_OF_REQUEST, requestSince + limits.requestHead().toNanos());
      return true;
    }
    if (last) {
      return false;
    }
    if (!inRequest && buffered) {
      requestStarts();
    }
    if (inRequest) {
      wait = new Wait(Wait.What.REST_OF_REQUEST, requestSince + limits.requestHead().toNanos());
    } else {
      waitFor(Wait.What.REQUEST, limits.idle());
    }
    return true;
  }

  /** Ends the wait for bytes. */
  void received(int bytes) {
    goOn();
    if (bodyExpected) {
      bodyLeft -= bytes;
    } else if (!inRequest) {
      requestStarts();
    }
  }

  private void requestStarts() {
    inRequest = true;
    requestSince = System.nanoTime();
  }

  /** The client has closed its side. */
  void ended() {
    goOn();
    ended = true;
  }

  /** Whether no further request is to be answered. */
  boolean isLast() {
    return last;
  }

  /** Says that all headers of a request are there. */
  void requestHead(Headers headers) {
    inRequest = false;
    bodyExpected =
        headers.contains(HeaderNames.TRANSFER_ENCODING)
            || (headers.contains(HeaderNames.CONTENT_LENGTH)
                && !headers.get(HeaderNames.CONTENT_LENGTH).get().equals("0"));
    bodyLeft = limits.requestBody();
    last |= bodyExpected || ConnectionHeader.closes(headers);
  }

  /** Says what an answer is about to promise. */
  void answerHead(Headers headers) {
    last |= ConnectionHeader.closes(headers);
  }

  /**
   * Lets the client read the last answer. Closing at once would reset the connection where bytes of
   * the client have not been read, and a reset takes the answer with it.
   */
  void linger() {
    if (ended) {
      return;
    }
    waitFor(Wait.What.CLOSE, limits.linger());
    try {
      socket.shutdownOutput();
      ByteBuffer discarded = ByteBuffer.allocate(LINGER_BUFFER);
      long left = LINGER_MOST;
      for (int read = 0; read >= 0 && left > 0; read = socket.read(discarded.clear())) {
        left -= read;
      }
    } catch (IOException e) {
      // Nobody is there to be polite to.
    } finally {
      goOn();
    }
  }

  /** Lets a running request end and takes no other. */
  void drain() {
    stopReceiving();
  }

  /** Ends the wait under way when it has lasted too long; from any thread. */
  void expire(long now) {
    Wait current = wait;
    if (current == null || !current.over(now)) {
      return;
    }
    switch (current.what()) {
      case REQUEST, REST_OF_REQUEST -> stopReceiving();
      case READER -> reset();
      case HANDSHAKE, CLOSE -> close();
    }
  }

  private void stopReceiving() {
    try {
      socket.shutdownInput();
    } catch (IOException e) {
      close();
    }
  }

  private void reset() {
    try {
      // What the client does not take would stay in the kernel for minutes after a close.
      socket.setOption(StandardSocketOptions.SO_LINGER, 0);
    } catch (IOException e) {
      // It is gone already.
    }
    close();
  }

  void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // Nothing is left to be done with it.
    }
  }
}
