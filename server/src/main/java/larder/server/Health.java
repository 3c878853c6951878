package larder.server;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Whether this process lives, and whether clients shall come to it. A disk or an upstream that
 * fails changes neither: larder serves what it can without them. A listener that has ended, as the
 * framework's does when it cannot accept, changes both.
 */
final class Health implements HttpService {
  /** A probe has a second by default, and a full backlog takes no connection at all. */
  private static final int PATIENCE_MILLIS = 200;

  private volatile boolean open;
  private final List<InetSocketAddress> listeners = new CopyOnWriteArrayList<>();

  /** Clients are listened to at this name or address and port. */
  void watch(String host, int port) throws IOException {
    InetAddress local = InetAddress.getByName(host);
    InetSocketAddress address =
        new InetSocketAddress(
            local.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : local, port);
    // An address that cannot be reached from here would tell nothing later.
    if (!refuses(address)) {
      listeners.add(address);
    }
  }

  /** Clients shall come from now on. */
  void open() {
    open = true;
  }

  /** Clients shall come no more: the process is told to end. */
  void close() {
    open = false;
  }

  boolean live() {
    return !open || listens();
  }

  boolean ready() {
    return open && listens();
  }

  private boolean listens() {
    return listeners.stream().noneMatch(Health::refuses);
  }

  /** Only a refusal tells that no one listens; one who is busy lets others wait. */
  private static boolean refuses(InetSocketAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(address, PATIENCE_MILLIS);
      return false;
    } catch (ConnectException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void routing(HttpRules rules) {
    rules
        .get("/live", (request, response) -> answer(response, live()))
        .get("/ready", (request, response) -> answer(response, ready()));
  }

  private static void answer(ServerResponse response, boolean up) {
    response.status(up ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503);
    response.header(HeaderNames.CONTENT_TYPE, "application/json");
    response.send(
        ("{\"status\":\"" + (up ? "UP" : "DOWN") + "\"}").getBytes(StandardCharsets.UTF_8));
  }
}
