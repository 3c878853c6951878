package larder.upstream;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request as the test registry got it.
 *
 * @param port that it came to
 * @param target path and query as sent
 * @param headers by their names in lower case; several of one name are joined by a comma
 * @param body where it has one with a length
 */
public record Received(
    int port, String method, String target, Map<String, String> headers, String body) {

  /** The next request of a connection; empty when the client has closed it. */
  static Optional<Received> read(int port, InputStream in) throws IOException {
    String line = line(in);
    if (line.isEmpty()) {
      return Optional.empty();
    }
    String[] words = line.split(" ", 3);
    if (words.length != 3) {
      throw new IOException("not a request line: " + line);
    }
    Map<String, String> headers = new TreeMap<>();
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      int colon = header.indexOf(':');
      headers.merge(
          header.substring(0, colon).toLowerCase(Locale.ROOT),
          header.substring(colon + 1).strip(),
          (one, other) -> one + ", " + other);
    }
    int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
    String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    return Optional.of(new Received(port, words[0], words[1], Map.copyOf(headers), body));
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        if (line.isEmpty()) {
          return "";
        }
        throw new EOFException("in the middle of a line");
      }
      line.append((char) c);
    }
    return new String(line.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
        .strip();
  }

  public String path() {
    return target.split("\\?", 2)[0];
  }

  /** Without the question mark; empty when there is none. */
  public String query() {
    int mark = target.indexOf('?');
    return mark < 0 ? "" : target.substring(mark + 1);
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
  }

  public boolean isBlob() {
    return path().contains("/blobs/");
  }

  public boolean isManifest() {
    return path().contains("/manifests/");
  }

  public boolean isToken() {
    return path().equals("/token");
  }

  /** Whether it followed the redirect of a blob. */
  public boolean isCdn() {
    return path().startsWith("/cdn/");
  }

  boolean isHead() {
    return method.equals("HEAD");
  }
}
