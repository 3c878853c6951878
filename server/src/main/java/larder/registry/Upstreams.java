package larder.registry;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import larder.registry.RegistryError.Code;
import larder.tiering.BlobKey;
import larder.tiering.Digest;
import larder.upstream.Upstream;

/**
 * The configured upstreams and the ways to name them: by {@code ns}, by the first part of the name,
 * or not at all, which means the default. No other host is ever asked.
 */
public final class Upstreams {
  private static final Pattern REPOSITORY =
      Pattern.compile(
          "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*)*");
  private static final int LONGEST_REPOSITORY = 255;

  /** Its official images are below {@code library/}, which its clients leave out. */
  private static final String DOCKER_HUB = "docker.io";

  private final Map<String, Upstream> byName = new HashMap<>();
  private final Optional<Upstream> byDefault;
  private final List<Upstream> all;

  /** A repository at an upstream. */
  record Repository(Upstream upstream, String name) {
    BlobKey key(Digest digest) {
      return upstream.key(digest);
    }
  }

  /**
   * @param upstreams with names and aliases that are all different
   */
  public Upstreams(List<Upstream> upstreams) {
    this.all = List.copyOf(upstreams);
    for (Upstream upstream : upstreams) {
      upstream.config().names().forEach(name -> byName.put(name, upstream));
    }
    this.byDefault = upstreams.stream().filter(each -> each.config().isDefault()).findFirst();
  }

  /** In the order of the configuration. */
  public List<Upstream> all() {
    return all;
  }

  /**
   * Finds what a client means.
   *
   * @param name as in the path
   * @param ns the query parameter's value, decoded
   * @throws RegistryException when it names no configured upstream, or no repository
   */
  Repository resolve(String name, Optional<String> ns) throws RegistryException {
    int slash = name.indexOf('/');
    String first = slash < 0 ? "" : name.substring(0, slash);
    if (ns.isPresent()) {
      Upstream upstream = byName.get(ns.get());
      if (upstream == null) {
        throw notConfigured(ns.get());
      }
      boolean prefixed = upstream.config().names().contains(first);
      return repository(upstream, prefixed ? name.substring(slash + 1) : name);
    }
    Upstream named = byName.get(first);
    if (named != null) {
      return repository(named, name.substring(slash + 1));
    }
    if (isHost(first)) {
      throw notConfigured(first);
    }
    if (byDefault.isEmpty()) {
      throw RegistryError.of(
              404,
              Code.NAME_UNKNOWN,
              "'" + Printable.of(name) + "' names no upstream and larder has no default one")
          .asException();
    }
    return repository(byDefault.get(), name);
  }

  private static Repository repository(Upstream upstream, String name) throws RegistryException {
    if (name.length() > LONGEST_REPOSITORY || !REPOSITORY.matcher(name).matches()) {
      throw RegistryError.of(
              400, Code.NAME_INVALID, "'" + Printable.of(name) + "' is no name of a repository")
          .asException();
    }
    boolean official = name.indexOf('/') < 0 && upstream.config().name().equals(DOCKER_HUB);
    return new Repository(upstream, official ? "library/" + name : name);
  }

  /** What clients take for a host rather than the first part of a repository. */
  private static boolean isHost(String first) {
    return first.indexOf('.') >= 0 || first.indexOf(':') >= 0 || first.equals("localhost");
  }

  private static RegistryException notConfigured(String host) {
    return RegistryError.of(
            404,
            Code.NAME_UNKNOWN,
            "larder has no upstream '" + Printable.of(host) + "': add it under larder.upstreams")
        .asException();
  }
}
