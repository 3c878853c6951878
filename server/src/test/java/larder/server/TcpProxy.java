package larder.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between a client and a server, and does to connections what a test wants. */
final class TcpProxy implements AutoCloseable {
  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final InetSocketAddress server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /** How many have been made. */
  final AtomicInteger connections = new AtomicInteger();

  /** What happens to connections, those that stand too. */
  volatile Behaviour behaviour = new Behaviour.Passing();

  /** What happens to connections. */
  sealed interface Behaviour {
    /** All goes through. */
    record Passing() implements Behaviour {}

    /** They are reset as soon as they stand. */
    record Refusing() implements Behaviour {}

    /** Each request is answered as S3 does when it is asked too much. */
    record Throttling() implements Behaviour {}

    /** The server's answers do not come through. */
    record Stalling() implements Behaviour {}

    /** After so many bytes of the server's a connection is reset. */
    record Cutting(int after) implements Behaviour {}
  }

  TcpProxy(InetSocketAddress server) throws IOException {
    this.server = server;
    threads.execute(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        connections.incrementAndGet();
        threads.execute(() -> connect(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void connect(Socket client) {
    open.add(client);
    try (client) {
      if (behaviour instanceof Behaviour.Refusing) {
        client.setSoLinger(true, 0);
        return;
      }
      if (behaviour instanceof Behaviour.Throttling) {
        throttle(client);
        return;
      }
      try (Socket other = new Socket()) {
        open.add(other);
        other.connect(server);
        var up = threads.submit(() -> client.getInputStream().transferTo(other.getOutputStream()));
        down(other.getInputStream(), client);
        up.cancel(true);
        open.remove(other);
      }
    } catch (IOException e) {
      // Which is what the proxy is for.
    } finally {
      open.remove(client);
    }
  }

  private static void throttle(Socket client) throws IOException {
    int matched = 0;
    for (int next; matched < 4 && (next = client.getInputStream().read()) >= 0; ) {
      matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
    }
    String body = "<Error><Code>SlowDown</Code></Error>";
    String answer =
        "HTTP/1.1 503 Slow Down\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(body.length(), body);
    client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
  }

  private void down(InputStream from, Socket client) throws IOException {
    OutputStream to = client.getOutputStream();
    byte[] piece = new byte[16 * 1024];
    int sent = 0;
    for (int read; (read = from.read(piece)) > 0; ) {
      switch (behaviour) {
        case Behaviour.Passing _ -> to.write(piece, 0, read);
        case Behaviour.Stalling _ -> {}
        case Behaviour.Refusing _, Behaviour.Throttling _ -> {
          client.setSoLinger(true, 0);
          return;
        }
        case Behaviour.Cutting(int after) -> {
          if (sent + read > after) {
            client.setSoLinger(true, 0);
            return;
          }
          to.write(piece, 0, read);
        }
      }
      sent += read;
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket each : open) {
      each.close();
    }
    threads.shutdownNow();
    threads.close();
  }
}
