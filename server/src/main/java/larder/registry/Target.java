package larder.registry;

import java.util.Optional;
import java.util.regex.Pattern;
import larder.registry.RegistryError.Code;
import larder.tiering.Digest;

/** What a request is about, by its path alone; the name may begin with an upstream's. */
sealed interface Target {

  /** {@code /v2/}: whether this is a registry. */
  record Ping() implements Target {}

  /** {@code /v2/<name>/manifests/<tag or digest>}. */
  record Manifest(String name, Reference reference) implements Target {}

  /** {@code /v2/<name>/blobs/<digest>}. */
  record Blob(String name, Digest digest) implements Target {}

  /** {@code /v2/<name>/tags/list}. */
  record Tags(String name) implements Target {}

  /** {@code /v2/<name>/referrers/<digest>}. */
  record Referrers(String name, Digest digest) implements Target {}

  /** A tag or a digest. */
  sealed interface Reference {
    /** A name that upstream may move. */
    record Tag(String tag) implements Reference {
      @Override
      public String toString() {
        return tag;
      }
    }

    /** A name that never moves. */
    record ByDigest(Digest digest) implements Reference {
      @Override
      public String toString() {
        return digest.toString();
      }
    }
  }

  String ROOT = "/v2/";

  /** As the OCI distribution specification has it. */
  Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");

  /**
   * Reads a path.
   *
   * @param rawPath as sent, still percent-encoded
   * @throws RegistryException when it names nothing that a registry has
   */
  static Target parse(String rawPath) throws RegistryException {
    String path = decoded(rawPath);
    if (path.equals("/v2") || path.equals(ROOT)) {
      return new Ping();
    }
    int beforeLast = path.lastIndexOf('/');
    int beforeKind = path.lastIndexOf('/', beforeLast - 1);
    if (!path.startsWith(ROOT) || beforeKind < ROOT.length()) {
      throw unsupported(path);
    }
    String name = path.substring(ROOT.length(), beforeKind);
    String last = path.substring(beforeLast + 1);
    return switch (path.substring(beforeKind + 1, beforeLast)) {
      case "manifests" -> new Manifest(name, reference(last));
      case "blobs" -> new Blob(name, digest(last));
      case "referrers" -> new Referrers(name, digest(last));
      case "tags" -> {
        if (!last.equals("list")) {
          throw unsupported(path);
        }
        yield new Tags(name);
      }
      default -> throw unsupported(path);
    };
  }

  private static Reference reference(String text) throws RegistryException {
    Optional<Digest> digest = Digest.parse(text);
    if (digest.isPresent()) {
      return new Reference.ByDigest(digest.get());
    }
    if (text.indexOf(':') >= 0) {
      throw invalidDigest(text);
    }
    if (!TAG.matcher(text).matches()) {
      throw RegistryError.of(
              400, Code.TAG_INVALID, "'" + Printable.of(text) + "' is neither a tag nor a digest")
          .asException();
    }
    return new Reference.Tag(text);
  }

  private static Digest digest(String text) throws RegistryException {
    Optional<Digest> digest = Digest.parse(text);
    if (digest.isEmpty()) {
      throw invalidDigest(text);
    }
    return digest.get();
  }

  private static RegistryException invalidDigest(String text) {
    return RegistryError.of(
            400,
            Code.DIGEST_INVALID,
            "'" + Printable.of(text) + "' is no sha256 or sha512 digest in lower-case hexadecimal")
        .asException();
  }

  private static RegistryException unsupported(String path) {
    return RegistryError.of(
            404,
            Code.UNSUPPORTED,
            "'"
                + Printable.of(path)
                + "' is nothing that larder serves: it answers /v2/, manifests, blobs, tags/list and referrers")
        .asException();
  }

  /**
   * Decodes what is percent-encoded, but for slashes: they would move the borders between parts.
   */
  private static String decoded(String raw) throws RegistryException {
    if (raw.indexOf('%') < 0) {
      return raw;
    }
    Optional<String> decoded = PercentEncoding.decode(raw);
    if (decoded.isEmpty() || raw.toLowerCase(java.util.Locale.ROOT).contains("%2f")) {
      throw RegistryError.of(
              400, Code.NAME_INVALID, "the path '" + Printable.of(raw) + "' is badly encoded")
          .asException();
    }
    return decoded.get();
  }
}
