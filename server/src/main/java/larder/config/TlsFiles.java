package larder.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Files in PEM for connections to one upstream. They may change at any time.
 *
 * @param authorities certificates that are trusted besides those that the JDK trusts
 * @param own what is shown to the upstream's url and to no other site
 */
public record TlsFiles(Optional<Path> authorities, Optional<Own> own) {
  public static final TlsFiles NONE = new TlsFiles(Optional.empty(), Optional.empty());

  /**
   * A client certificate.
   *
   * @param certificate with those that vouch for it, if any
   */
  public record Own(Path certificate, Path key) {}

  public List<Path> all() {
    return Stream.concat(
            authorities.stream(),
            own.stream().flatMap(own -> Stream.of(own.certificate(), own.key())))
        .toList();
  }
}
