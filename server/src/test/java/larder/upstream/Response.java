package larder.upstream;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import larder.tiering.Digest;

/**
 * What the test registry is about to answer; faults change it.
 *
 * @param body that is sent, unless the request was a HEAD
 * @param announced what {@code Content-Length} says when the framing is by length
 * @param blob whose bytes are counted, where the body is a blob's
 */
record Response(
    int status,
    Map<String, String> headers,
    InputStream body,
    long announced,
    Framing framing,
    Manner manner,
    Optional<Digest> blob) {

  /** How a client learns where the body ends. */
  enum Framing {
    LENGTH,
    CHUNKED,
    CLOSE
  }

  /** What happens after a number of bytes of the body. */
  enum Ending {
    WHOLE,
    RESET,
    CLOSED,
    HANGING
  }

  /**
   * How it is sent.
   *
   * @param latency before the first byte
   * @param bytesPerSecond of the body; 0 for as fast as it goes
   * @param after how many bytes of the body the ending happens; before the status line when empty
   */
  record Manner(Duration latency, long bytesPerSecond, Ending ending, OptionalLong after) {
    static final Manner GOOD = new Manner(Duration.ZERO, 0, Ending.WHOLE, OptionalLong.empty());
  }

  static Response of(int status, String type, byte[] body) {
    return of(status, type, new ByteArrayInputStream(body), body.length);
  }

  static Response of(int status, String type, InputStream body, long length) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.put("Content-Type", type);
    return new Response(
        status, headers, body, length, Framing.LENGTH, Manner.GOOD, Optional.empty());
  }

  static Response error(int status, String code) {
    String json = "{\"errors\":[{\"code\":\"" + code + "\",\"message\":\"scripted\"}]}";
    return of(status, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  Response with(String header, String value) {
    Map<String, String> more = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    more.putAll(headers);
    more.put(header, value);
    return new Response(status, more, body, announced, framing, manner, blob);
  }

  Response without(String header) {
    Map<String, String> fewer = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    fewer.putAll(headers);
    fewer.remove(header);
    return new Response(status, fewer, body, announced, framing, manner, blob);
  }

  Response sending(InputStream other, long length) {
    return new Response(status, headers, other, length, framing, manner, blob);
  }

  Response coded(int code) {
    return new Response(code, headers, body, announced, framing, manner, blob);
  }

  Response framed(Framing other) {
    return new Response(status, headers, body, announced, other, manner, blob);
  }

  Response sent(Manner other) {
    return new Response(status, headers, body, announced, framing, other, blob);
  }

  Response ofBlob(Digest digest) {
    return new Response(status, headers, body, announced, framing, manner, Optional.of(digest));
  }

  /** The status line and headers as sent. */
  void writeHead(OutputStream out) throws IOException {
    StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Scripted\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    switch (framing) {
      case LENGTH -> head.append("Content-Length: ").append(announced).append("\r\n");
      case CHUNKED -> head.append("Transfer-Encoding: chunked\r\n");
      case CLOSE -> head.append("Connection: close\r\n");
    }
    out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
  }
}
