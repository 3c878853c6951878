package larder.http;

import io.helidon.common.socket.PeerInfo;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The open connections of a listener; a thread ends those that wait too long for their client. */
final class ClientConnections implements AutoCloseable {
  private record Ends(SocketAddress client, SocketAddress server) {}

  private final Limits limits;
  private final ConcurrentHashMap<Ends, ClientConnection> open = new ConcurrentHashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  private ClientConnections(Limits limits) {
    this.limits = limits;
  }

  static ClientConnections open(Limits limits) {
    ClientConnections connections = new ClientConnections(limits);
    Thread.ofPlatform().daemon().name("larder-waits").start(connections::watch);
    return connections;
  }

  void accepted(SocketChannel socket) {
    try {
      open.put(
          new Ends(socket.getRemoteAddress(), socket.getLocalAddress()),
          new ClientConnection(socket, limits));
    } catch (IOException e) {
      // The client has left before it was met.
    }
  }

  /** The connection between two ends; empty when its socket was not accepted here. */
  Optional<ClientConnection> find(PeerInfo client, PeerInfo server) {
    return Optional.ofNullable(open.get(new Ends(client.address(), server.address())));
  }

  void left(PeerInfo client, PeerInfo server) {
    open.remove(new Ends(client.address(), server.address()));
  }

  private void watch() {
    Duration period = limits.period();
    try {
      while (!closed.await(period.toNanos(), TimeUnit.NANOSECONDS)) {
        long now = System.nanoTime();
        for (ClientConnection connection : open.values()) {
          connection.expire(now);
        }
        open.values().removeIf(connection -> !connection.socket().isOpen());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
