package larder.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The types of larder's own values. */
final class Types {
  private static final String SIZES = "a size such as 200GiB, 1.5TB, 64Mi or plain bytes";
  private static final String DURATIONS = "a duration such as 500ms, 30s, 1m, 12h, 7d or PT1M";

  static final ValueType<String> LABEL =
      ValueType.matching(
          "up to 63 letters, digits, '.', '_' and '-', starting with a letter or digit",
          "[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

  static final ValueType<String> HOST =
      ValueType.matching("a host name or an address to listen on", "[A-Za-z0-9.:_%-]{1,253}");

  static final ValueType<String> UPSTREAM_NAME =
      ValueType.matching(
          "a host name in lower case, with a port where it has one, such as ghcr.io or registry.example:5000",
          "(?=.{1,200}$)[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?");

  static final ValueType<String> USERNAME =
      ValueType.matching("a text on one line without ':'", "[^\\p{Cntrl}:]+");

  static final ValueType<String> CLIENT_NAME =
      ValueType.matching("a text on one line, up to 255 characters", "\\P{Cntrl}{1,255}");

  static final ValueType<Secret> SECRET =
      ValueType.of(
          "a text on one line",
          text -> Optional.of(text).filter(t -> t.matches("\\P{Cntrl}+")).map(Secret::new));

  static final ValueType<Secret> FLEET_KEY =
      ValueType.of(
          "a text of 32 characters or more on one line",
          text -> Optional.of(text).filter(t -> t.matches("\\P{Cntrl}{32,}")).map(Secret::new));

  static final ValueType<Integer> PORT =
      ValueType.of("a port, 0 to 65535", text -> number(text).filter(n -> n <= 65_535));

  static final ValueType<Integer> COUNT = ValueType.of("a whole number, 0 or more", Types::number);

  static final ValueType<Boolean> BOOLEAN =
      ValueType.of(
          "true or false",
          text ->
              switch (text) {
                case "true" -> Optional.of(true);
                case "false" -> Optional.of(false);
                default -> Optional.empty();
              });

  static final ValueType<Boolean> AUTO_OR_OFF =
      ValueType.of(
          "auto or off",
          text ->
              switch (text) {
                case "auto" -> Optional.of(true);
                case "off" -> Optional.of(false);
                default -> Optional.empty();
              });

  static final ValueType<Long> SIZE = ValueType.of(SIZES, Quantities::size);

  static final ValueType<DiskCapacity> DISK_CAPACITY =
      ValueType.of(
          "auto or " + SIZES + ", more than 0",
          text ->
              text.equals("auto")
                  ? Optional.of(new DiskCapacity.Automatic())
                  : Quantities.size(text).filter(n -> n > 0).map(DiskCapacity.Fixed::new));

  static final ValueType<Duration> DURATION = ValueType.of(DURATIONS, Quantities::duration);

  static final ValueType<Duration> TIMEOUT =
      ValueType.of(
          DURATIONS + ", more than 0",
          text -> Quantities.duration(text).filter(Duration::isPositive));

  static final ValueType<Path> PATH =
      ValueType.of(
          "a path",
          text -> {
            try {
              return text.isBlank()
                  ? Optional.empty()
                  : Optional.of(Path.of(text).toAbsolutePath().normalize());
            } catch (InvalidPathException e) {
              return Optional.empty();
            }
          });

  static final ValueType<String> BUCKET_NAME =
      ValueType.matching(
          "3 to 63 lower-case letters, digits, '.' and '-', starting and ending with a letter or digit",
          "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

  static final ValueType<String> BUCKET_PREFIX =
      ValueType.matching(
          "letters, digits, '.', '_' and '-', in parts separated by '/'",
          "(?!.*\\.\\.)([A-Za-z0-9._-]{1,100}/){0,5}[A-Za-z0-9._-]{1,100}/?");

  static final ValueType<String> REGION =
      ValueType.matching(
          "the name of a region such as eu-central-1", "[A-Za-z0-9][A-Za-z0-9_-]{0,62}");

  static final ValueType<URI> ENDPOINT =
      ValueType.of(
          "http:// or https://, a host, and a port where it has one",
          text -> url(text).filter(url -> url.getRawPath().isEmpty()));

  static final ValueType<URI> URL =
      ValueType.of(
          "an http or https URL with a host and without user, query, fragment or /v2", Types::url);

  private Types() {}

  private static Optional<Integer> number(String text) {
    return text.matches("[0-9]{1,9}") ? Optional.of(Integer.parseInt(text)) : Optional.empty();
  }

  private static Optional<URI> url(String text) {
    try {
      String bare = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
      URI url = new URI(bare);
      boolean accepted =
          ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
              && url.getHost() != null
              && url.getPort() <= 65_535
              && url.getPort() != 0
              && url.getRawUserInfo() == null
              && url.getRawQuery() == null
              && url.getRawFragment() == null
              && !url.getRawPath().endsWith("/")
              && !url.getRawPath().endsWith("/v2");
      return accepted ? Optional.of(url) : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
