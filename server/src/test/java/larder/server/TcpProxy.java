package larder.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
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

  private void down(InputStream from, Socket client) throws IOException {
    OutputStream to = client.getOutputStream();
    byte[] piece = new byte[16 * 1024];
    int sent = 0;
    for (int read; (read = from.read(piece)) > 0; ) {
      switch (behaviour) {
        case Behaviour.Passing _ -> to.write(piece, 0, read);
        case Behaviour.Stalling _ -> {}
        case Behaviour.Refusing _ -> {
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
