package larder.upstream;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;
import javax.net.ServerSocketFactory;
import larder.tiering.Digest;
import larder.upstream.Response.Ending;
import larder.upstream.Response.Framing;

/** A loopback HTTP/1.1 port that sends what it is told in the manner that it is told. */
final class TestServer implements AutoCloseable {
  private static final int PIECE = 64 * 1024;

  private final ServerSocket listener;
  private final Function<Received, Response> handler;
  private final ObjLongConsumer<Digest> sent;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong accepted = new AtomicLong();
  private final Thread acceptor;
  private volatile boolean closed;

  /**
   * @param port or 0 for any
   * @param sent told of bytes of a blob that have been written
   */
  TestServer(
      ServerSocketFactory sockets,
      int port,
      Function<Received, Response> handler,
      ObjLongConsumer<Digest> sent)
      throws IOException {
    this.listener = sockets.createServerSocket(port, 1024, InetAddress.ofLiteral("127.0.0.1"));
    this.handler = handler;
    this.sent = sent;
    this.acceptor = Thread.ofVirtual().name("test-registry-" + port()).start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** How many connections there have been. */
  long accepted() {
    return accepted.get();
  }

  /** How many connections are open now. */
  int open() {
    return open.size();
  }

  /** Drops all connections, as a server does that restarts. */
  void dropConnections() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
  }

  private void accept() {
    while (!closed) {
      try {
        Socket socket = listener.accept();
        accepted.incrementAndGet();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        // Closed, or a client that left at once.
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      var in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
      var out = new BufferedOutputStream(socket.getOutputStream(), PIECE);
      Optional<Received> request = Received.read(port(), in);
      while (request.isPresent() && !socket.isClosed() && answer(request.get(), socket, out)) {
        request = Received.read(port(), in);
      }
    } catch (IOException e) {
      // The client left.
    } finally {
      open.remove(socket);
    }
  }

  /** Whether the connection can go on. */
  private boolean answer(Received request, Socket socket, OutputStream out) throws IOException {
    Response response = handler.apply(request);
    Response.Manner manner = response.manner();
    pause(manner.latency().toNanos());
    if (manner.ending() != Ending.WHOLE && manner.after().isEmpty()) {
      return end(manner.ending(), socket);
    }
    response.writeHead(out);
    out.flush();
    if (request.isHead()) {
      return response.framing() != Framing.CLOSE;
    }
    OutputStream paced =
        manner.bytesPerSecond() > 0 ? new RateLimitedOutput(out, manner.bytesPerSecond()) : out;
    if (!writeBody(response, paced)) {
      return end(manner.ending(), socket);
    }
    return response.framing() != Framing.CLOSE;
  }

  /** Whether the whole body has been written. */
  private boolean writeBody(Response response, OutputStream out) throws IOException {
    boolean chunked = response.framing() == Framing.CHUNKED;
    long most = response.manner().after().orElse(Long.MAX_VALUE);
    byte[] piece = new byte[PIECE];
    long done = 0;
    try (InputStream body = response.body()) {
      while (done < most) {
        int n = body.read(piece, 0, (int) Math.min(PIECE, most - done));
        if (n < 0) {
          break;
        }
        if (chunked) {
          out.write((Integer.toHexString(n) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }
        out.write(piece, 0, n);
        if (chunked) {
          out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        out.flush();
        done += n;
        int written = n;
        response.blob().ifPresent(digest -> sent.accept(digest, written));
      }
    }
    boolean whole = response.manner().ending() == Ending.WHOLE;
    if (whole && chunked) {
      out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    out.flush();
    return whole;
  }

  private boolean end(Ending ending, Socket socket) throws IOException {
    switch (ending) {
      case RESET -> socket.setSoLinger(true, 0);
      case HANGING -> {
        // Until the client gives up: nothing more comes from it before.
        if (socket.getInputStream().read() >= 0) {
          throw new IOException("a client that goes on talking");
        }
      }
      case CLOSED, WHOLE -> {}
    }
    return false;
  }

  private static void pause(long nanos) {
    long until = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    listener.close();
    try {
      // The port is free only once nobody is left in accept.
      acceptor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    dropConnections();
  }
}
