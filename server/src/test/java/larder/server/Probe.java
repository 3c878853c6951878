package larder.server;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import larder.tiering.Digest;

/** Everything a client can ask about one digest, and all that the answers tell. */
final class Probe {
  private static final List<String> PATHS =
      List.of("blobs/DIGEST", "manifests/DIGEST", "referrers/DIGEST");

  private Probe() {}

  /**
   * Asks by every method, path and range.
   *
   * @param name as in the path, with what else is to stand before it
   * @param query with its question mark, or empty
   * @return one line for each answer: its status, headers and body without the digest's own name
   */
  static List<String> of(
      RunningLarder larder, String name, Digest digest, String query, String... headers)
      throws IOException {
    return of(larder::send, name, digest, query, headers);
  }

  /** One way to ask a larder. */
  @FunctionalInterface
  interface Listener {
    HttpResponse<byte[]> send(String method, String path, String... headers) throws IOException;
  }

  /** The same by another listener. */
  static List<String> of(
      Listener listener, String name, Digest digest, String query, String... headers)
      throws IOException {
    List<String> told = new ArrayList<>();
    for (String path : PATHS) {
      String target = "/v2/" + name + "/" + path.replace("DIGEST", digest.toString()) + query;
      told.add(told("GET", digest, listener.send("GET", target, headers)));
      told.add(told("HEAD", digest, listener.send("HEAD", target, headers)));
      for (String range : List.of("bytes=0-0", "bytes=100-", "bytes=99999999-")) {
        String[] with = java.util.Arrays.copyOf(headers, headers.length + 2);
        with[headers.length] = "Range";
        with[headers.length + 1] = range;
        told.add(told("GET " + range, digest, listener.send("GET", target, with)));
      }
    }
    return told;
  }

  private static String told(String how, Digest digest, HttpResponse<byte[]> answer) {
    String headers =
        answer.headers().map().entrySet().stream()
            .filter(each -> !each.getKey().equalsIgnoreCase("date"))
            .map(Object::toString)
            .sorted()
            .collect(Collectors.joining(" "));
    String all =
        how
            + " "
            + answer.statusCode()
            + " "
            + headers
            + " "
            + new String(answer.body(), StandardCharsets.ISO_8859_1);
    return all.replace(digest.toString(), "DIGEST");
  }
}
