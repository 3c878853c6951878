package larder.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Every key there is. What is read, what is unknown, the names of environment variables and {@code
 * docs/configuration.md} follow from this table.
 */
final class Keys {
  static final Key<String> SERVER_HOST =
      new Key<>(
          "server.host", Types.HOST, "0.0.0.0", "Name or address that clients are listened to on.");
  static final Key<Integer> SERVER_PORT =
      new Key<>(
          "server.port",
          Types.PORT,
          "5000",
          "Port that clients are listened to on; 0 takes any free one.");
  static final Key<Boolean> SERVER_NIO =
      new Key<>(
          "server.use-nio",
          ServerTypes.BLOCKING,
          "false",
          "Must stay `false`: the kernel sends bodies straight from files, which needs blocking sockets.");
  static final Key<Integer> SERVER_WRITE_QUEUE =
      new Key<>(
          "server.write-queue-length",
          ServerTypes.UNQUEUED,
          "0",
          "Must stay `0`: a body sent by the kernel would overtake what is queued.");
  static final Key<Integer> SERVER_WRITE_BUFFER =
      new Key<>(
          "server.write-buffer-size",
          Types.COUNT,
          "65536",
          "Bytes of the buffer for bodies that the kernel does not send, such as those over TLS.");
  static final Key<Duration> SERVER_IDLE_TIMEOUT =
      new Key<>(
          "server.idle-connection-timeout",
          Types.TIMEOUT,
          "75s",
          "How long a connection without a request stays open.");
  static final Key<Duration> SERVER_IDLE_PERIOD =
      new Key<>(
          "server.idle-connection-period",
          Types.TIMEOUT,
          "10s",
          "How often idle connections are looked for.");
  static final Key<Boolean> SERVER_NO_DELAY =
      new Key<>(
          "server.connection-options.tcp-no-delay",
          Types.BOOLEAN,
          "true",
          "Whether small answers leave at once.");

  /** The keys of Helidon's that larder gives a default of its own or checks. */
  static final List<Key<?>> SERVER =
      List.of(
          SERVER_HOST,
          SERVER_PORT,
          SERVER_NIO,
          SERVER_WRITE_QUEUE,
          SERVER_WRITE_BUFFER,
          SERVER_IDLE_TIMEOUT,
          SERVER_IDLE_PERIOD,
          SERVER_NO_DELAY);

  static final Key<String> CLUSTER =
      new Key<>(
          "larder.cluster",
          Types.LABEL,
          "default",
          "The CI cluster that this replica serves: a label of its meters and events.");
  static final Key<String> ADMIN_HOST =
      new Key<>(
          "larder.admin.host",
          Types.HOST,
          "0.0.0.0",
          "Name or address of the listener for `/metrics`, `/health/live` and `/health/ready`.");
  static final Key<Integer> ADMIN_PORT =
      new Key<>("larder.admin.port", Types.PORT, "5001", "Port of that listener.");
  static final Key<Path> ADMIN_TOKEN_FILE =
      new Key<>(
          "larder.admin.token-file",
          Types.PATH,
          Key.NONE,
          "A file with a token of at least 22 characters, read at each use, by which operators may have larder purge what it keeps: `Authorization: Bearer …`. It crosses the network as it is, unless something in front speaks TLS. On larder's own machine `larder purge` needs none.");
  static final Key<Secret> FLEET_KEY =
      new Key<>(
          "larder.fleet-key",
          Types.FLEET_KEY,
          Key.NONE,
          "A secret that all larders of one bucket have in common, such as of `openssl rand -hex 32`: tags are shared by the bucket only with it, since whoever may write to the bucket could move them else.");
  static final Key<Path> FLEET_KEY_FILE =
      new Key<>(
          "larder.fleet-key-file",
          Types.PATH,
          Key.NONE,
          "A file with it instead. Read at the start.");
  static final Key<Path> DISK_PATH =
      new Key<>(
          "larder.disk.path",
          Types.PATH,
          "./data",
          "Directory that keeps blobs, for one process at a time. A relative one starts at the working directory.");
  static final Key<DiskCapacity> DISK_CAPACITY =
      new Key<>(
          "larder.disk.capacity",
          Types.DISK_CAPACITY,
          "auto",
          "What blobs may take on disk. `auto` is 50GiB, or 80 % of the free space when that is less; what larder already keeps there counts as free.");
  static final Key<Long> DISK_MIN_FREE =
      new Key<>(
          "larder.disk.min-free",
          Types.SIZE,
          "1GiB",
          "What stays free on that file system, whatever the capacity allows.");
  static final Key<DiskPolicy> DISK_POLICY =
      new Key<>(
          "larder.disk.policy",
          ValueType.oneOf(DiskPolicy.class),
          "lru",
          "What goes first when the disk is full. `lru`: what was not read for the longest. `s3-fifo`: what is new and is not asked for again, so that scans drive out less.");
  static final Key<Long> DISK_SCRUB =
      new Key<>(
          "larder.disk.scrub",
          Types.SIZE,
          "1MiB",
          "How much of what is kept is read in a second, at the most, to find what the disk has damaged. All is read once a day at the most. `0` reads nothing.");
  static final Key<Long> MEMORY_CAPACITY =
      new Key<>(
          "larder.memory.capacity",
          Types.SIZE,
          "64MiB",
          "What manifests may take in memory; part of the Java heap, and more than half of it is warned of.");
  static final Key<AccessLog> ACCESS_LOG =
      new Key<>(
          "larder.access-log",
          ValueType.oneOf(AccessLog.class),
          "stderr",
          "Where one line for each request goes.");
  static final Key<Duration> DRAIN =
      new Key<>(
          "larder.drain",
          Types.DURATION,
          "30s",
          "How long requests in flight may go on after SIGTERM; stands for `server.shutdown-grace-period`.");

  static final String UPSTREAMS = "larder.upstreams";
  static final Key<String> NAME =
      new Key<>(
          "larder.upstreams.*.name",
          Types.UPSTREAM_NAME,
          Key.REQUIRED,
          "What clients call the registry. Names and aliases are unique over all upstreams.");
  static final Key<URI> URL =
      new Key<>(
          "larder.upstreams.*.url", Types.URL, Key.REQUIRED, "Where its API is, without `/v2/`.");
  static final Key<Boolean> DEFAULT =
      new Key<>(
          "larder.upstreams.*.default",
          Types.BOOLEAN,
          "false",
          "Whether names without a registry mean this one. Exactly one upstream is the default; a single one is it anyway.");
  static final Key<List<String>> ALIASES =
      new Key<>(
          "larder.upstreams.*.aliases",
          ValueType.listOf(Types.UPSTREAM_NAME),
          "[]",
          "Other names of it.");
  static final Key<List<URI>> MIRRORS =
      new Key<>(
          "larder.upstreams.*.mirrors",
          ValueType.listOf(Types.URL),
          "[]",
          "URLs that are tried in this order when the url fails.");
  static final Key<Visibility> VISIBILITY =
      new Key<>(
          "larder.upstreams.*.visibility",
          ValueType.oneOf(Visibility.class),
          "public",
          "Who may have what it holds; must be written where there are credentials. `public`: whoever reaches larder. `private`: it is kept apart, and served under this upstream's name only, to clients that have a right to it.");
  static final Key<Boolean> OPEN =
      new Key<>(
          "larder.upstreams.*.open",
          Types.BOOLEAN,
          "false",
          "For a private upstream: whether the listener that guards nothing serves it too.");
  static final Key<String> USERNAME =
      new Key<>(
          "larder.upstreams.*.username",
          Types.USERNAME,
          Key.NONE,
          "By which larder makes itself known to the url and its token service, such as for Docker Hub's higher limits. Mirrors are asked without.");
  static final Key<Secret> PASSWORD =
      new Key<>(
          "larder.upstreams.*.password",
          Types.SECRET,
          Key.NONE,
          "The user's password or access token. Better in a file, or in this key's environment variable.");
  static final Key<Path> PASSWORD_FILE =
      new Key<>(
          "larder.upstreams.*.password-file",
          Types.PATH,
          Key.NONE,
          "A file with the password, which is read anew when it has changed.");
  static final Key<Path> DOCKER_CONFIG =
      new Key<>(
          "larder.upstreams.*.docker-config",
          Types.PATH,
          Key.NONE,
          "A `config.json` of Docker's instead, which is read anew when it has changed: its entry for the url's host, with `auth`, `username` and `password`, `identitytoken` or `registrytoken`, or its `credHelpers` and `credsStore`, programs on `PATH`.");
  static final Key<TokenSource> TOKEN_SOURCE =
      new Key<>(
          "larder.upstreams.*.token-source",
          ValueType.oneOf(TokenSource.class),
          Key.NONE,
          "A cloud that lends the login instead: `ecr` for a registry of Amazon ECR, by the usual credentials of AWS, or `gcp` for one of Google's, by the machine's service account.");
  static final Key<Duration> FRESH_FOR =
      new Key<>(
          "larder.upstreams.*.fresh-for",
          Types.DURATION,
          "1m",
          "How long a tag is served without asking; `0s` asks each time.");
  static final Key<Duration> STALE_FOR =
      new Key<>(
          "larder.upstreams.*.stale-for",
          Types.DURATION,
          "7d",
          "How long a known tag is served while the upstream fails.");
  static final Key<Boolean> RANGES =
      new Key<>(
          "larder.upstreams.*.ranges",
          Types.AUTO_OR_OFF,
          "auto",
          "Whether it is asked for parts of a blob, to go on where a connection broke.");
  static final Key<Boolean> PRIVATE_ADDRESSES =
      new Key<>(
          "larder.upstreams.*.allow-private-addresses",
          Types.BOOLEAN,
          "false",
          "Whether the url, redirects and token realms may be on private or loopback addresses.");
  static final Key<Path> CA_FILE =
      new Key<>(
          "larder.upstreams.*.ca-file",
          Types.PATH,
          Key.NONE,
          "Certificates in PEM that are trusted for all connections of this upstream, besides those that the JDK trusts. Read anew when it has changed.");
  static final Key<Path> CLIENT_CERTIFICATE_FILE =
      new Key<>(
          "larder.upstreams.*.client-certificate-file",
          Types.PATH,
          Key.NONE,
          "A certificate in PEM, with those that vouch for it, that is shown to the url's host and port and to no other. Read anew when it has changed.");
  static final Key<Path> CLIENT_KEY_FILE =
      new Key<>(
          "larder.upstreams.*.client-key-file",
          Types.PATH,
          Key.NONE,
          "Its private key in PEM: PKCS#8, PKCS#1 or SEC 1; not encrypted.");
  static final Key<Duration> CONNECT_TIMEOUT =
      new Key<>(
          "larder.upstreams.*.connect-timeout",
          Types.TIMEOUT,
          "3s",
          "How long a connection may take to stand.");
  static final Key<Duration> RESPONSE_TIMEOUT =
      new Key<>(
          "larder.upstreams.*.response-timeout",
          Types.TIMEOUT,
          "10s",
          "How long the headers of an answer may take.");
  static final Key<Duration> SILENCE_TIMEOUT =
      new Key<>(
          "larder.upstreams.*.silence-timeout", Types.TIMEOUT, "10s", "How long a body may pause.");
  static final Key<Duration> STALE_AFTER =
      new Key<>(
          "larder.upstreams.*.stale-after",
          Types.TIMEOUT,
          "4s",
          "How long a client with a known tag waits for the upstream before it is served stale.");

  /** The keys below {@code larder} that are not of an upstream or of the guarded listener. */
  static final List<Key<?>> GENERAL =
      List.of(
          CLUSTER,
          ADMIN_HOST,
          ADMIN_PORT,
          ADMIN_TOKEN_FILE,
          FLEET_KEY,
          FLEET_KEY_FILE,
          DISK_PATH,
          DISK_CAPACITY,
          DISK_MIN_FREE,
          DISK_POLICY,
          DISK_SCRUB,
          MEMORY_CAPACITY,
          ACCESS_LOG,
          DRAIN);

  /** The keys of one upstream. */
  static final List<Key<?>> UPSTREAM =
      List.of(
          NAME,
          URL,
          DEFAULT,
          ALIASES,
          MIRRORS,
          VISIBILITY,
          OPEN,
          USERNAME,
          PASSWORD,
          PASSWORD_FILE,
          DOCKER_CONFIG,
          TOKEN_SOURCE,
          FRESH_FOR,
          STALE_FOR,
          RANGES,
          PRIVATE_ADDRESSES,
          CA_FILE,
          CLIENT_CERTIFICATE_FILE,
          CLIENT_KEY_FILE,
          CONNECT_TIMEOUT,
          RESPONSE_TIMEOUT,
          SILENCE_TIMEOUT,
          STALE_AFTER);

  static final List<Key<?>> ALL =
      Stream.of(SERVER, GENERAL, UPSTREAM, GuardedKeys.ALL, BucketKeys.ALL)
          .flatMap(List::stream)
          .toList();

  private Keys() {}

  /** Whether what is written at a path, or in its place, is nobody's business. */
  static boolean secret(String path) {
    return Stream.of(PASSWORD, FLEET_KEY, BucketKeys.SECRET_KEY)
        .map(key -> key.place(path))
        .anyMatch(place -> place == Key.Place.KEY || place == Key.Place.BELOW);
  }
}
