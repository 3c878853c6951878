package larder.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A client that sends what it is told and reads what comes. */
final class RawClient implements Closeable {
  /** Long enough for a busy machine; a test that runs into it fails. */
  private static final int PATIENCE_MILLIS = 20_000;

  record Answer(int status, Map<String, String> headers, byte[] body) {
    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    boolean closes() {
      return "close".equalsIgnoreCase(headers.get("connection"));
    }
  }

  private final Socket socket;
  private final InputStream in;

  RawClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(PATIENCE_MILLIS);
    this.in = new BufferedInputStream(socket.getInputStream(), 256 * 1024);
  }

  static RawClient to(int port) throws IOException {
    return to(port, 0);
  }

  /**
   * @param receiveBuffer in bytes; 0 for the system's
   */
  static RawClient to(int port, int receiveBuffer) throws IOException {
    Socket socket = new Socket();
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    return new RawClient(socket);
  }

  RawClient send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  RawClient sendNoMore() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** Sends a request without a body. */
  RawClient request(String method, String path) throws IOException {
    return send(method + " " + path + " HTTP/1.1\r\nHost: larder\r\n\r\n");
  }

  Answer get(String path) throws IOException {
    return request("GET", path).answer();
  }

  Answer answer() throws IOException {
    return answer(true);
  }

  /** Reads an answer's head alone. */
  Answer head() throws IOException {
    return answer(false);
  }

  private Answer answer(boolean withBody) throws IOException {
    String first = line();
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    int status = Integer.parseInt(first, 9, 12, 10);
    byte[] body = new byte[0];
    if (withBody && "chunked".equals(headers.get("transfer-encoding"))) {
      body = chunks();
    } else if (withBody && headers.containsKey("content-length")) {
      body = bytes(Integer.parseInt(headers.get("content-length")));
    }
    return new Answer(status, headers, body);
  }

  private byte[] chunks() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    while (true) {
      int length = Integer.parseInt(line(), 16);
      all.write(bytes(length));
      line();
      if (length == 0) {
        return all.toByteArray();
      }
    }
  }

  byte[] bytes(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the answer ends after " + bytes.length + " of " + length + " bytes");
    }
    return bytes;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the connection ended after '" + line + "'");
      }
      line.write(b);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  /** Reads to the end of the connection; how many bytes there were. */
  long rest() throws IOException {
    return in.transferTo(java.io.OutputStream.nullOutputStream());
  }

  /** Whether the server closes the connection, or has reset it, with nothing more to say. */
  boolean isClosedByServer() throws IOException {
    try {
      return in.read() < 0;
    } catch (SocketException e) {
      return true;
    }
  }

  /** The same, after waiting no longer than this. */
  boolean isClosedByServerWithin(Duration time) throws IOException {
    socket.setSoTimeout((int) time.toMillis());
    try {
      return isClosedByServer();
    } catch (SocketTimeoutException e) {
      return false;
    } finally {
      socket.setSoTimeout(PATIENCE_MILLIS);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
