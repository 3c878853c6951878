package larder.upstream;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import larder.tiering.Digest;

/** What the test registry holds, and its good answers. */
final class TestContent {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

  private final Map<Digest, Stored> blobs = new ConcurrentHashMap<>();
  private final Map<String, Document> documents = new ConcurrentHashMap<>();
  private final Map<String, Map<String, Digest>> tags = new ConcurrentHashMap<>();

  private record Stored(long size, LongFunction<InputStream> from) {}

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Document(String type, byte[] body, Optional<Digest> digest) {}

  Digest blob(byte[] bytes) {
    Digest digest = Digest.of(Digest.Algorithm.SHA256, bytes);
    blobs.put(digest, new Stored(bytes.length, offset -> tail(bytes, offset)));
    return digest;
  }

  Digest blob(GeneratedBlob blob) {
    blobs.put(blob.digest(), new Stored(blob.size(), blob::from));
    return blob.digest();
  }

  private static InputStream tail(byte[] bytes, long offset) {
    int at = (int) offset;
    return new ByteArrayInputStream(bytes, at, bytes.length - at);
  }

  Digest manifest(String repository, String tag, String type, byte[] body) {
    Digest digest = Digest.of(Digest.Algorithm.SHA256, body);
    var document = new Document(type, body, Optional.of(digest));
    documents.put(repository + "/manifests/" + digest, document);
    documents.put(repository + "/manifests/" + tag, document);
    tags.computeIfAbsent(repository, r -> new ConcurrentSkipListMap<>()).put(tag, digest);
    return digest;
  }

  void document(String path, String type, String body) {
    documents.put(
        path, new Document(type, body.getBytes(StandardCharsets.UTF_8), Optional.empty()));
  }

  /**
   * @param path after {@code /v2/}
   * @param range the header, or empty
   */
  Response answer(String path, String range) {
    if (path.isEmpty()) {
      return Response.of(200, "application/json", "{}".getBytes(StandardCharsets.UTF_8));
    }
    Document document = documents.get(path);
    if (document != null) {
      Response good = Response.of(200, document.type(), document.body());
      return document
          .digest()
          .map(digest -> good.with("Docker-Content-Digest", digest.toString()))
          .orElse(good);
    }
    int blob = path.lastIndexOf("/blobs/");
    if (blob >= 0) {
      return blob(path.substring(blob + 7), range);
    }
    if (path.endsWith("/tags/list")) {
      return tags(path.substring(0, path.length() - 10));
    }
    return Response.error(404, path.contains("/manifests/") ? "MANIFEST_UNKNOWN" : "NAME_UNKNOWN");
  }

  Response blob(String name, String range) {
    Digest digest = Digest.parse(name).orElse(null);
    Stored blob = digest == null ? null : blobs.get(digest);
    if (digest == null || blob == null) {
      return Response.error(404, "BLOB_UNKNOWN");
    }
    Matcher m = RANGE.matcher(range);
    long start = m.matches() ? Long.parseLong(m.group(1)) : 0;
    if (m.matches() && start >= blob.size()) {
      return Response.error(416, "RANGE_INVALID");
    }
    long end =
        m.matches() && !m.group(2).isEmpty()
            ? Math.min(Long.parseLong(m.group(2)), blob.size() - 1)
            : blob.size() - 1;
    long length = end - start + 1;
    InputStream body = new Fault.Limited(blob.from().apply(start), length);
    Response whole =
        Response.of(m.matches() ? 206 : 200, "application/octet-stream", body, length)
            .with("Docker-Content-Digest", digest.toString())
            .with("Accept-Ranges", "bytes")
            .ofBlob(digest);
    return m.matches()
        ? whole.with("Content-Range", "bytes " + start + "-" + end + "/" + blob.size())
        : whole;
  }

  private Response tags(String repository) {
    Map<String, Digest> known = tags.get(repository);
    if (known == null) {
      return Response.error(404, "NAME_UNKNOWN");
    }
    String list =
        new TreeMap<>(known)
            .keySet().stream().map(t -> '"' + t + '"').collect(Collectors.joining(","));
    String json = "{\"name\":\"" + repository + "\",\"tags\":[" + list + "]}";
    return Response.of(200, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }
}
