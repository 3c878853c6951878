package larder.config;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import larder.certificates.PemFile;

/** The keys of the bucket, and how they are read. */
final class BucketKeys {
  static final String SECTION = "larder.bucket";

  static final Key<String> NAME =
      new Key<>(
          "larder.bucket.name",
          Types.BUCKET_NAME,
          Key.NONE,
          "The S3 bucket that all clusters share. Without it and `path` there is none.");
  static final Key<Path> DIRECTORY =
      new Key<>(
          "larder.bucket.path",
          Types.PATH,
          Key.NONE,
          "A directory that stands in for the bucket, on a laptop: for one process at a time. Instead of `name`.");
  static final Key<URI> ENDPOINT =
      new Key<>(
          "larder.bucket.endpoint",
          Types.ENDPOINT,
          Key.NONE,
          "Where the store is, such as `http://127.0.0.1:9000`. Without it, AWS. It is reached directly, by no proxy.");
  static final Key<String> REGION =
      new Key<>("larder.bucket.region", Types.REGION, "us-east-1", "The bucket's region.");
  static final Key<String> PREFIX =
      new Key<>(
          "larder.bucket.prefix",
          Types.BUCKET_PREFIX,
          Key.NONE,
          "What the names of larder's objects begin with; everything below it is larder's.");
  static final Key<Boolean> PATH_STYLE =
      new Key<>(
          "larder.bucket.path-style",
          Types.BOOLEAN,
          Key.NONE,
          "Whether the bucket is in the path, rather than in the host's name. `true` where there is an `endpoint`, unless this says else.");
  static final Key<String> ACCESS_KEY =
      new Key<>(
          "larder.bucket.access-key",
          Types.USERNAME,
          Key.NONE,
          "By which larder makes itself known. Without it AWS's own ways are taken: environment, shared files, the machine's or pod's role.");
  static final Key<Secret> SECRET_KEY =
      new Key<>(
          "larder.bucket.secret-key", Types.SECRET, Key.NONE, "The secret that belongs to it.");
  static final Key<Path> CA_FILE =
      new Key<>(
          "larder.bucket.ca-file",
          Types.PATH,
          Key.NONE,
          "Certificates in PEM that are trusted for the endpoint, besides those that the JDK trusts.");

  static final List<Key<?>> ALL =
      List.of(
          NAME, DIRECTORY, ENDPOINT, REGION, PREFIX, PATH_STYLE, ACCESS_KEY, SECRET_KEY, CA_FILE);

  private final Settings settings;

  private BucketKeys(Settings settings) {
    this.settings = settings;
  }

  /** Empty when nothing is written about it. */
  static Optional<BucketConfig> read(Settings settings) throws ConfigException {
    return settings.below(SECTION).isEmpty()
        ? Optional.empty()
        : Optional.of(new BucketKeys(settings).read());
  }

  private BucketConfig read() throws ConfigException {
    Optional<Path> directory = settings.optional(DIRECTORY);
    if (directory.isPresent()) {
      for (Key<?> other : ALL) {
        if (!other.equals(DIRECTORY) && settings.find(other.name()).isPresent()) {
          throw beside(other);
        }
      }
      refuseWithin(directory.get(), settings.get(Keys.DISK_PATH));
      return new BucketConfig.Directory(directory.get());
    }
    Optional<String> name = settings.optional(NAME);
    if (name.isEmpty()) {
      throw new ConfigException(
          "%s is missing; name the bucket, or give %s for a directory that stands in for one"
              .formatted(NAME.name(), DIRECTORY.name()));
    }
    Optional<URI> endpoint = settings.optional(ENDPOINT);
    return new BucketConfig.S3(
        name.get(),
        endpoint,
        settings.get(REGION),
        settings.optional(PREFIX).map(BucketKeys::folder).orElse(""),
        accessKey(),
        settings.optional(PATH_STYLE).orElse(endpoint.isPresent()),
        authorities());
  }

  /** Each would take what the other keeps for its own. */
  private static void refuseWithin(Path bucket, Path disk) throws ConfigException {
    if (bucket.startsWith(disk) || disk.startsWith(bucket)) {
      throw new ConfigException(
          "%s: %s and %s, which is %s, may not be in one another; name another directory"
              .formatted(DIRECTORY.name(), bucket, Keys.DISK_PATH.name(), disk));
    }
  }

  private static String folder(String prefix) {
    return prefix.endsWith("/") ? prefix : prefix + "/";
  }

  private Optional<BucketConfig.AccessKey> accessKey() throws ConfigException {
    Optional<String> id = settings.optional(ACCESS_KEY);
    Optional<Secret> secret = settings.optional(SECRET_KEY);
    if (id.isPresent() && secret.isEmpty()) {
      throw needs(ACCESS_KEY, SECRET_KEY);
    }
    if (secret.isPresent() && id.isEmpty()) {
      throw needs(SECRET_KEY, ACCESS_KEY);
    }
    return id.map(each -> new BucketConfig.AccessKey(each, secret.orElseThrow()));
  }

  private Optional<Path> authorities() throws ConfigException {
    Optional<Path> file = settings.optional(CA_FILE);
    if (file.isPresent()) {
      try {
        var _ = new PemFile(CA_FILE.name(), file.get()).certificates();
      } catch (IOException e) {
        throw new ConfigException(String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}", "?"));
      }
    }
    return file;
  }

  private ConfigException beside(Key<?> key) {
    return ConfigException.ofKey(
        key.name(), written(key), "is there, and " + DIRECTORY.name() + " too; keep one");
  }

  private ConfigException needs(Key<?> key, Key<?> missing) {
    return ConfigException.ofKey(key.name(), written(key), "needs " + missing.name() + " too");
  }

  private Setting written(Key<?> key) {
    return settings.find(key.name()).orElseThrow();
  }
}
