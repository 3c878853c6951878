package larder.migrate;

import static larder.migrate.Counterpart.Kind.BECOMES;
import static larder.migrate.Counterpart.Kind.NOTHING;
import static larder.migrate.Counterpart.Kind.STAYS;
import static larder.migrate.Counterpart.Kind.STOPS;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Every setting of the registry's that is known, and what becomes of it; in upper case the
 * variables that its platform reads. Of two that cover one setting the longer counts. What the
 * command says and the table in {@code docs/from-registry.md} follow from this.
 */
final class Counterparts {
  static final String REMOTE = "proxy.remoteurl";
  static final String USERNAME = "proxy.username";
  static final String PASSWORD = "proxy.password";
  static final String EXEC = "proxy.exec";
  static final String ADDRESS = "http.addr";
  static final String NETWORK = "http.net";
  static final String DEBUG_ADDRESS = "http.debug.addr";
  static final String DRAIN = "http.draintimeout";
  static final String CERTIFICATE = "http.tls.certificate";
  static final String KEY = "http.tls.key";
  static final String CLIENT_CAS = "http.tls.clientcas";
  static final String CLIENT_AUTH = "http.tls.clientauth";
  static final String USERS = "auth.htpasswd.path";
  static final String NO_ACCESS_LOG = "log.accesslog.disabled";
  static final String ROOT = "storage.filesystem.rootdirectory";

  private static final String READ_TOO = "larder reads it too";
  private static final String TRUST =
      "larder trusts whom its JVM trusts; `larder.upstreams.0.ca-file` names others besides";

  private static final String SERVED =
      "it may change what clients get or which of them, and larder loads no code of others; take it out, in a copy of the file, if clients may get all there is";

  static final List<Counterpart> ALL =
      List.of(
          row("version", NOTHING, "larder's file has no version"),
          row(
              REMOTE,
              BECOMES,
              "`larder.upstreams.0.name`, `url` and `aliases`, and `allow-private-addresses` for a loopback or private address; a link-local or metadata address stops the migration"),
          row(
              USERNAME,
              BECOMES,
              "`larder.upstreams.0.username`, with `visibility: private`, and `open: true` where the registry guarded nothing"),
          row(
              PASSWORD,
              BECOMES,
              "`larder.upstreams.0.password` in a file that only its owner can read; not printed"),
          row(
              EXEC,
              NOTHING,
              "give `larder.upstreams.0.docker-config`, a `config.json` whose `credHelpers` name the same program"),
          row(
              "proxy.ttl",
              NOTHING,
              "content is named by its digest and never wrong, so it stays until `larder.disk.capacity` needs its room; what ages is a tag, see `larder.upstreams.0.fresh-for`"),
          row(
              "proxy.cachewritetimeout",
              NOTHING,
              "no client waits for larder's disk: what it cannot keep streams through"),
          row(
              ADDRESS,
              BECOMES,
              "`server.host` and `server.port`; `larder.guarded.host` and `port` where the registry was guarded"),
          row(NETWORK, NOTHING, "larder listens on TCP; `unix` stops the migration"),
          row(
              CERTIFICATE,
              BECOMES,
              "`server.tls.private-key.pem.cert-chain.resource.path`, or `larder.guarded.certificate-file`"),
          row(
              KEY,
              BECOMES,
              "`server.tls.private-key.pem.key.resource.path`, or `larder.guarded.key-file`; the first takes no `BEGIN EC PRIVATE KEY`, which `openssl pkcs8 -topk8 -nocrypt` turns into one that it takes"),
          row(
              CLIENT_CAS,
              BECOMES,
              "`larder.guarded.client-ca` where clients had to show a certificate, for one file; several, or htpasswd too, stop the migration"),
          row(
              CLIENT_AUTH,
              NOTHING,
              "a client CA is always required and verified; what let in everyone needs none; `require-any-client-cert` stops the migration"),
          row(
              "http.tls.minimumtls",
              NOTHING,
              "larder takes TLS 1.2 and 1.3; `LARDER_JAVA_OPTS=-Djdk.tls.server.protocols=TLSv1.3` narrows it"),
          row(
              "http.tls.ciphersuites",
              NOTHING,
              "the JVM has its own; `-Djdk.tls.server.cipherSuites` in `LARDER_JAVA_OPTS` names others"),
          row("http.tls.letsencrypt", NOTHING, "without `cachefile` it did nothing"),
          row(
              "http.tls.letsencrypt.cachefile",
              STOPS,
              "larder fetches no certificates, and clients that were encrypted would not be; give `http.tls.certificate` and `http.tls.key` instead, in a copy of the file"),
          row(
              DEBUG_ADDRESS,
              BECOMES,
              "`larder.admin.host` and `port`, for `/metrics`, `/health/live` and `/health/ready`"),
          row("http.debug.prometheus.enabled", NOTHING, "metrics are always on, under other names"),
          row("http.debug.prometheus.path", NOTHING, "metrics are at `/metrics`"),
          row(DRAIN, BECOMES, "`larder.drain`"),
          row("http.secret", NOTHING, "it signs uploads, and larder takes no pushes"),
          row("http.host", NOTHING, "larder names no address of its own to clients"),
          row(
              "http.prefix",
              NOTHING,
              "larder serves at `/v2/` only; a proxy in front can take a prefix off"),
          row("http.relativeurls", NOTHING, "larder's links are always relative"),
          row("http.headers", NOTHING, "larder adds no headers of choice; a proxy in front can"),
          row("http.http2", NOTHING, "larder speaks HTTP/1.1, which every client speaks"),
          row("http.h2c", NOTHING, "larder speaks HTTP/1.1, which every client speaks"),
          row(USERS, BECOMES, "`larder.guarded.users-file`, on the registry's address"),
          row("auth.htpasswd", NOTHING, "of use is its `path` only"),
          row("auth.htpasswd.realm", NOTHING, "larder's challenge has a realm of its own"),
          row("auth.none", NOTHING, "it guarded nothing"),
          row(
              "auth",
              STOPS,
              "larder has no such guard, and without it whoever reaches larder would get what the registry kept for some; put `auth.htpasswd` in its place, in a copy of the file"),
          row(
              ROOT,
              BECOMES,
              "`larder.disk.path`, a folder `larder` in it: the same disk, but files of another form"),
          row("storage.filesystem", NOTHING, "larder bounds its disk threads by itself"),
          row("storage.s3", NOTHING, "not yet: larder's cache is a disk"),
          row("storage.gcs", NOTHING, "not yet: larder's cache is a disk"),
          row("storage.azure", NOTHING, "not yet: larder's cache is a disk"),
          row("storage.swift", NOTHING, "larder's cache is a disk"),
          row("storage.oss", NOTHING, "larder's cache is a disk"),
          row(
              "storage.inmemory",
              NOTHING,
              "larder's cache is a disk; `larder.disk.path` may be a tmpfs"),
          row(
              "storage.delete",
              NOTHING,
              "larder is a cache: what it needs room for it removes by itself"),
          row(
              "storage.maintenance.uploadpurging",
              NOTHING,
              "larder takes no pushes; `larder.disk.capacity` bounds its disk instead"),
          row("storage.maintenance.readonly", NOTHING, "larder takes no pushes"),
          row(
              "storage.cache",
              NOTHING,
              "what is on disk is known in memory, and manifests are kept there: `larder.memory.capacity`"),
          row("storage.redirect", NOTHING, "larder sends every body itself"),
          row("storage.tag", NOTHING, "tags are looked up by name, not by a walk"),
          row(NO_ACCESS_LOG, BECOMES, "`larder.access-log`"),
          row("log.level", NOTHING, "larder logs what an operator acts on"),
          row("loglevel", NOTHING, "larder logs what an operator acts on"),
          row(
              "log.formatter",
              NOTHING,
              "the access log is JSON, a line a request; the rest is text"),
          row("log.fields", NOTHING, "`larder.cluster` labels meters"),
          row("log.hooks", NOTHING, "larder sends no mail; alert on its metrics"),
          row("log.reportcaller", NOTHING, "for the registry's makers"),
          row(
              "health",
              NOTHING,
              "`/health/live` and `/health/ready` are always there, and check what larder needs"),
          row("redis", NOTHING, "larder needs no other server"),
          row(
              "notifications",
              NOTHING,
              "larder calls no one; its metrics and access log tell the same"),
          row("middleware", NOTHING, "larder loads no code of others"),
          row("middleware.registry", STOPS, SERVED),
          row("middleware.repository", STOPS, SERVED),
          row("catalog", NOTHING, "larder lists no repositories: its cache is not all there is"),
          row("tags", NOTHING, "lists of tags are the upstream's"),
          row("validation", NOTHING, "it is for pushes"),
          row("policy", NOTHING, "it is for pushes"),
          row("compatibility", NOTHING, "it is for pushes of an old form"),
          row("reporting", NOTHING, "larder sends no reports"),
          row(
              "configuration.path",
              NOTHING,
              "it names the registry's file, which is read unless `--from` names one"),
          row("HTTP_PROXY", STAYS, READ_TOO),
          row("HTTPS_PROXY", STAYS, READ_TOO),
          row("NO_PROXY", STAYS, READ_TOO),
          row("SSL_CERT_FILE", NOTHING, TRUST),
          row("SSL_CERT_DIR", NOTHING, TRUST),
          row("OTEL_TRACES_EXPORTER", NOTHING, "larder sends no traces"));

  private Counterparts() {}

  /** Empty for a setting that is not known. */
  static Optional<Counterpart> of(String path) {
    return ALL.stream()
        .filter(row -> row.covers(path))
        .max(Comparator.comparingInt(row -> row.setting().length()));
  }

  /** Whether a variable that is no setting of its own had a say in the registry too. */
  static boolean ofVariable(String name) {
    String path = name.toUpperCase(Locale.ROOT);
    return ALL.stream().anyMatch(row -> row.setting().equals(path));
  }

  private static Counterpart row(String setting, Counterpart.Kind kind, String text) {
    return new Counterpart(setting, kind, text);
  }
}
