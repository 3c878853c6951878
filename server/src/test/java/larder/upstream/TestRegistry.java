package larder.upstream;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import javax.net.ServerSocketFactory;
import larder.tiering.Digest;

/**
 * A registry on loopback that misbehaves on demand and knows what it was asked and what it sent.
 *
 * <pre>{@code
 * try (TestRegistry registry = TestRegistry.start()) {
 *   Digest layer = registry.putBlob(new GeneratedBlob(1, 10_000_000));
 *   registry.script().once(Received::isBlob, new Fault.Cut(4_000_000, true));
 *   ... registry.url() ...
 *   assertThat(registry.payloadBytes(layer)).isEqualTo(10_000_000);
 * }
 * }</pre>
 */
public final class TestRegistry implements AutoCloseable {
  /** The media type of what {@link #putImage} makes. */
  public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  private final TestContent content = new TestContent();
  private final TestTokens tokens = new TestTokens();
  private final Script script = new Script();
  private final Queue<Received> received = new ConcurrentLinkedQueue<>();
  private final LongAdder requests = new LongAdder();
  private final Map<Digest, LongAdder> payload = new ConcurrentHashMap<>();
  private final AtomicLong signatures = new AtomicLong();
  private final Map<String, Boolean> usedSignatures = new ConcurrentHashMap<>();
  private final String scheme;
  private final TestServer registry;
  private final TestServer cdn;
  private volatile boolean wantsTokens;
  private volatile boolean wantsBasic;
  private volatile boolean redirectsBlobs;
  private volatile boolean recording = true;

  private TestRegistry(ServerSocketFactory sockets, String scheme, int port) throws IOException {
    this.scheme = scheme;
    this.registry = new TestServer(sockets, port, this::answer, this::sent);
    this.cdn = new TestServer(sockets, 0, this::answer, this::sent);
  }

  public static TestRegistry start() throws IOException {
    return start(0);
  }

  /**
   * @param port or 0 for any
   */
  public static TestRegistry start(int port) throws IOException {
    return new TestRegistry(ServerSocketFactory.getDefault(), "http", port);
  }

  /** One that speaks TLS. */
  static TestRegistry start(ServerSocketFactory tls) throws IOException {
    return new TestRegistry(tls, "https", 0);
  }

  /** What an upstream is configured with. */
  public URI url() {
    return URI.create(scheme + "://127.0.0.1:" + registry.port());
  }

  /** Where blobs are when they are redirected. */
  public int cdnPort() {
    return cdn.port();
  }

  /** Who meets which faults. */
  public Script script() {
    return script;
  }

  /** Whether each repository wants a token of its own. */
  public void wantsTokens(boolean wants) {
    wantsTokens = wants;
  }

  /** Whether each request wants the login itself. */
  public void wantsBasic(boolean wants) {
    wantsBasic = wants;
  }

  /** Only this user gets tokens, or whatever else is wanted. */
  public void knowsOnly(String username, String password) {
    byte[] both = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
    tokens.knowsOnly("Basic " + Base64.getEncoder().encodeToString(both));
  }

  /** Only this gets tokens, when it is posted to the token service. */
  void knowsOnlyIdentityToken(String token) {
    tokens.knowsOnlyIdentityToken(token);
  }

  /** Takes a token that its token service has not given. */
  void takes(String token, String scope) {
    tokens.allow(token, scope);
  }

  /** Tokens given so far are worth nothing from now on. */
  public void revokeTokens() {
    tokens.revokeAll();
  }

  /** Whether blobs are redirected to a second port, each time under an address that works once. */
  public void redirectsBlobs(boolean redirects) {
    redirectsBlobs = redirects;
  }

  /** Whether requests are kept, which a long benchmark has no memory for. */
  public void recording(boolean records) {
    recording = records;
  }

  public Digest putBlob(byte[] bytes) {
    return content.blob(bytes);
  }

  public Digest putBlob(GeneratedBlob blob) {
    return content.blob(blob);
  }

  public Digest putManifest(String repository, String tag, String mediaType, byte[] body) {
    return content.manifest(repository, tag, mediaType, body);
  }

  /** An image of these layers; answers its manifest's digest. */
  public Digest putImage(String repository, String tag, List<GeneratedBlob> layers) {
    byte[] config =
        "{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}"
            .getBytes(StandardCharsets.UTF_8);
    StringBuilder json =
        new StringBuilder("{\"schemaVersion\":2,\"mediaType\":\"" + OCI_MANIFEST + "\",\"config\":")
            .append(
                descriptor(
                    "application/vnd.oci.image.config.v1+json", putBlob(config), config.length))
            .append(",\"layers\":[");
    for (int i = 0; i < layers.size(); i++) {
      GeneratedBlob layer = layers.get(i);
      json.append(i == 0 ? "" : ",")
          .append(
              descriptor("application/vnd.oci.image.layer.v1.tar", putBlob(layer), layer.size()));
    }
    byte[] manifest = json.append("]}").toString().getBytes(StandardCharsets.UTF_8);
    return putManifest(repository, tag, OCI_MANIFEST, manifest);
  }

  private static String descriptor(String type, Digest digest, long size) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}".formatted(type, digest, size);
  }

  /**
   * Any other document.
   *
   * @param path after {@code /v2/}, such as {@code app/referrers/sha256:…}
   */
  public void putDocument(String path, String type, String body) {
    content.document(path, type, body);
  }

  /** All requests so far, of both ports, in order. */
  public List<Received> received() {
    return List.copyOf(received);
  }

  public List<Received> received(Predicate<Received> which) {
    return received.stream().filter(which).toList();
  }

  public long count(Predicate<Received> which) {
    return received.stream().filter(which).count();
  }

  /** How many requests there have been, recorded or not. */
  public long requests() {
    return requests.sum();
  }

  /** How many bytes of the blob have been written to clients. */
  public long payloadBytes(Digest digest) {
    LongAdder bytes = payload.get(digest);
    return bytes == null ? 0 : bytes.sum();
  }

  /** How many bytes of all blobs have been written to clients. */
  public long payloadBytes() {
    return payload.values().stream().mapToLong(LongAdder::sum).sum();
  }

  /** Forgets requests and bytes so far. */
  public void resetCounts() {
    received.clear();
    requests.reset();
    payload.clear();
  }

  /** How many connections clients have made to both ports. */
  public long connections() {
    return registry.accepted() + cdn.accepted();
  }

  /** How many of them are open. */
  public int openConnections() {
    return registry.open() + cdn.open();
  }

  /** Drops all connections, as a server does that restarts. */
  public void dropConnections() throws IOException {
    registry.dropConnections();
    cdn.dropConnections();
  }

  private void sent(Digest digest, long bytes) {
    payload.computeIfAbsent(digest, d -> new LongAdder()).add(bytes);
  }

  private Response answer(Received request) {
    requests.increment();
    if (recording) {
      received.add(request);
    }
    List<Fault> faults = script.faults(request);
    Response response = good(request, faults.contains(new Fault.IgnoreRange()));
    for (Fault fault : faults) {
      response = fault.on(response);
    }
    return response;
  }

  private Response good(Received request, boolean ignoreRange) {
    String range = ignoreRange ? "" : request.header("Range").orElse("");
    String path = request.path();
    if (path.equals("/stats")) {
      String json =
          "{\"requests\":%d,\"payloadBytes\":%d,\"connections\":%d}\n"
              .formatted(requests(), payloadBytes(), connections());
      return Response.of(200, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }
    if (request.isToken()) {
      return tokens.give(request);
    }
    if (path.startsWith("/cdn/")) {
      // Signed addresses run out: one that is used again has been kept too long.
      boolean used = usedSignatures.put(request.query(), true) != null;
      return used ? Response.error(403, "DENIED") : content.blob(path.substring(5), range);
    }
    if (!path.startsWith("/v2/")) {
      return Response.error(404, "UNSUPPORTED");
    }
    if (!request.method().equals("GET") && !request.isHead()) {
      return Response.error(405, "UNSUPPORTED");
    }
    String scope = scope(path.substring(4));
    if (wantsTokens && !tokens.allows(request, scope)) {
      return TestTokens.challenge(url() + "/token", scope);
    }
    if (wantsBasic && !tokens.knows(request)) {
      return Response.error(401, "UNAUTHORIZED").with("WWW-Authenticate", "Basic realm=\"test\"");
    }
    Response good = content.answer(path.substring(4), range);
    return redirectsBlobs && good.blob().isPresent() ? redirect(good.blob().get()) : good;
  }

  private Response redirect(Digest digest) {
    String location =
        "%s://127.0.0.1:%d/cdn/%s?signature=%d"
            .formatted(scheme, cdn.port(), digest, signatures.incrementAndGet());
    return Response.of(307, "text/html", new byte[0]).with("Location", location);
  }

  private static String scope(String path) {
    String repository = path.replaceFirst("/(manifests|blobs|tags|referrers)/.*$", "");
    return path.isEmpty() ? "" : "repository:" + repository + ":pull";
  }

  @Override
  public void close() throws IOException {
    registry.close();
    cdn.close();
  }
}
