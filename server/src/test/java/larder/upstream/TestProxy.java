package larder.upstream;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ServerSocketFactory;

/**
 * A proxy on loopback, for tunnels and for plain requests. Whatever the name of a host, it goes to
 * that port of this machine.
 */
final class TestProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final Queue<Received> received = new ConcurrentLinkedQueue<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile Optional<String> login = Optional.empty();
  private volatile String refusal = "";
  private volatile boolean hangs;

  private TestProxy(ServerSocketFactory sockets) throws IOException {
    this.listener = sockets.createServerSocket(0, 64, InetAddress.ofLiteral("127.0.0.1"));
    Thread.ofVirtual().start(this::accept);
  }

  static TestProxy start() throws IOException {
    return start(ServerSocketFactory.getDefault());
  }

  static TestProxy start(ServerSocketFactory sockets) throws IOException {
    return new TestProxy(sockets);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Only this user is let through. */
  void knowsOnly(String username, String password) {
    byte[] both = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
    login = Optional.of("Basic " + Base64.getEncoder().encodeToString(both));
  }

  /** Answers each request with this status line and headers. */
  void refuses(String head) {
    refusal = head;
  }

  /** Answers nothing. */
  void hangs() {
    hangs = true;
  }

  /** What was asked of it; not what went through its tunnels. */
  List<Received> received() {
    return List.copyOf(received);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      Optional<Received> request = Received.read(port(), in);
      if (request.isEmpty()) {
        return;
      }
      received.add(request.get());
      if (hangs) {
        in.read();
      } else if (!refusal.isEmpty()) {
        write(out, refusal + "\r\nContent-Length: 2\r\n\r\nno");
      } else if (login.isPresent() && !login.equals(request.get().header("Proxy-Authorization"))) {
        write(
            out,
            "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      } else if (request.get().method().equals("CONNECT")) {
        tunnel(request.get(), in, out);
      } else {
        forward(request.get(), out);
      }
    } catch (IOException e) {
      // Either side left.
    } finally {
      open.remove(socket);
    }
  }

  private void tunnel(Received request, InputStream in, OutputStream out) throws IOException {
    String target = request.target();
    try (Socket host = connect(Integer.parseInt(target.substring(target.lastIndexOf(':') + 1)))) {
      write(out, "HTTP/1.1 200 OK\r\n\r\n");
      Thread.ofVirtual().start(() -> copy(in, host));
      host.getInputStream().transferTo(out);
    }
  }

  private static void copy(InputStream in, Socket host) {
    try (host) {
      in.transferTo(host.getOutputStream());
    } catch (IOException e) {
      // Either side left.
    }
  }

  private void forward(Received request, OutputStream out) throws IOException {
    URI uri = URI.create(request.target());
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    StringBuilder head =
        new StringBuilder(request.method() + " " + uri.getRawPath() + query + " HTTP/1.1\r\n");
    request
        .headers()
        .forEach((name, value) -> {
          if (!name.equals("connection") && !name.equals("proxy-authorization")) {
            head.append(name).append(": ").append(value).append("\r\n");
          }
        });
    try (Socket host = connect(uri.getPort())) {
      write(host.getOutputStream(), head + "\r\n" + request.body());
      // A registry keeps its connections open, so its answer is passed on until larder leaves.
      host.getInputStream().transferTo(out);
    }
  }

  private Socket connect(int port) throws IOException {
    Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
    open.add(socket);
    return socket;
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
