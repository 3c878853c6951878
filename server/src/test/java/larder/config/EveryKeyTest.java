package larder.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each key, from each source, arrives where it is used. */
class EveryKeyTest {
  /** A value that is not the default, where it is seen, and as what. */
  record Sample(Key<?> key, String text, Function<LarderConfig, Object> seen, String expected) {
    String path() {
      return key.at(0).name();
    }

    String variable() {
      return key.variable().replace("*", "0");
    }
  }

  static Stream<Sample> samples() {
    return Stream.of(
        new Sample(Keys.SERVER_HOST, "::1", LarderConfig::host, "::1"),
        new Sample(Keys.SERVER_PORT, "5123", LarderConfig::port, "5123"),
        server(Keys.SERVER_WRITE_BUFFER, "4096", "4096"),
        server(Keys.SERVER_IDLE_TIMEOUT, "2m", "PT2M"),
        server(Keys.SERVER_IDLE_PERIOD, "PT3S", "PT3S"),
        server(Keys.SERVER_NO_DELAY, "false", "false"),
        new Sample(Keys.CLUSTER, "ci-eu", LarderConfig::cluster, "ci-eu"),
        new Sample(Keys.ADMIN_HOST, "localhost", c -> c.admin().host(), "localhost"),
        new Sample(Keys.ADMIN_PORT, "0", c -> c.admin().port(), "0"),
        new Sample(
            Keys.ADMIN_TOKEN_FILE,
            "/run/secrets/admin",
            c -> c.admin().tokenFile(),
            "Optional[/run/secrets/admin]"),
        new Sample(Keys.DISK_PATH, "/var/lib/larder", c -> c.disk().path(), "/var/lib/larder"),
        new Sample(
            Keys.DISK_CAPACITY, "200GiB", c -> c.disk().capacity(), "Fixed[bytes=214748364800]"),
        new Sample(Keys.DISK_MIN_FREE, "2GB", c -> c.disk().minFree(), "2000000000"),
        new Sample(Keys.DISK_POLICY, "s3-fifo", c -> c.disk().policy(), "S3_FIFO"),
        new Sample(Keys.DISK_SCRUB, "3MB", c -> c.disk().scrub(), "3000000"),
        new Sample(Keys.MEMORY_CAPACITY, "1048576", LarderConfig::memoryCapacity, "1048576"),
        new Sample(Keys.ACCESS_LOG, "off", LarderConfig::accessLog, "OFF"),
        bucket(BucketKeys.NAME, "builds", BucketConfig.S3::name, "builds"),
        bucket(
            BucketKeys.ENDPOINT,
            "http://127.0.0.1:9000",
            BucketConfig.S3::endpoint,
            "Optional[http://127.0.0.1:9000]"),
        bucket(BucketKeys.REGION, "eu-central-1", BucketConfig.S3::region, "eu-central-1"),
        bucket(BucketKeys.PREFIX, "larder", BucketConfig.S3::prefix, "larder/"),
        bucket(BucketKeys.PATH_STYLE, "true", BucketConfig.S3::pathStyle, "true"),
        bucket(
            BucketKeys.ACCESS_KEY,
            "AK",
            BucketConfig.S3::key,
            "Optional[AccessKey[id=AK, secret=(secret)]]"),
        new Sample(Keys.DRAIN, "0s", LarderConfig::drain, "PT0S"),
        upstream(Keys.NAME, "registry.example:5000", UpstreamConfig::name, "registry.example:5000"),
        upstream(Keys.URL, "https://r.example/x/", UpstreamConfig::url, "https://r.example/x"),
        upstream(Keys.ALIASES, "b.io,c.io", UpstreamConfig::aliases, "[b.io, c.io]"),
        upstream(
            Keys.MIRRORS,
            "http://m:1,https://n",
            UpstreamConfig::mirrors,
            "[http://m:1, https://n]"),
        upstream(
            Keys.USERNAME,
            "ci",
            UpstreamConfig::credentials,
            "PasswordFile[username=ci, file=/run/secrets/hub]"),
        upstream(
            Keys.PASSWORD_FILE,
            "/run/secrets/other",
            UpstreamConfig::credentials,
            "PasswordFile[username=somebody, file=/run/secrets/other]"),
        upstream(Keys.FRESH_FOR, "0s", UpstreamConfig::freshFor, "PT0S"),
        upstream(Keys.STALE_FOR, "1d", UpstreamConfig::staleFor, "PT24H"),
        upstream(Keys.RANGES, "off", UpstreamConfig::ranges, "false"),
        upstream(Keys.PRIVATE_ADDRESSES, "true", UpstreamConfig::allowPrivateAddresses, "true"),
        upstream(Keys.CONNECT_TIMEOUT, "500ms", u -> u.timeouts().connect(), "PT0.5S"),
        upstream(Keys.RESPONSE_TIMEOUT, "1s", u -> u.timeouts().response(), "PT1S"),
        upstream(Keys.SILENCE_TIMEOUT, "2s", u -> u.timeouts().silence(), "PT2S"),
        upstream(Keys.STALE_AFTER, "5s", u -> u.timeouts().stale(), "PT5S"),
        guarded(GuardedKeys.HOST, "127.0.0.1", GuardedConfig::host, "127.0.0.1"),
        guarded(GuardedKeys.PORT, "0", GuardedConfig::port, "0"),
        guarded(GuardedKeys.USERS_FILE, "/x", GuardedConfig::users, "Optional[/x]"),
        guarded(GuardedKeys.TOKENS_FILE, "/x", GuardedConfig::tokens, "Optional[/x]"),
        guarded(GuardedKeys.CERTIFICATE_FILE, "/x", g -> g.tls().orElseThrow().certificate(), "/x"),
        guarded(GuardedKeys.KEY_FILE, "/x", g -> g.tls().orElseThrow().key(), "/x"),
        guarded(
            GuardedKeys.CLIENT_CA, "/x", g -> g.tls().orElseThrow().clientCa(), "Optional[/x]"));
  }

  /** Keys with one accepted value, and those that say something about their neighbours. */
  private static final Set<Key<?>> SEEN_ELSEWHERE =
      Set.of(
          Keys.SERVER_NIO,
          Keys.SERVER_WRITE_QUEUE,
          Keys.DEFAULT,
          Keys.VISIBILITY,
          Keys.OPEN,
          Keys.PASSWORD,
          Keys.FLEET_KEY,
          Keys.FLEET_KEY_FILE,
          BucketKeys.DIRECTORY,
          BucketKeys.SECRET_KEY,
          BucketKeys.CA_FILE,
          GuardedKeys.PLAIN_HTTP,
          GuardedKeys.CLIENT_NAME,
          GuardedKeys.CLIENT_UPSTREAMS,
          Keys.DOCKER_CONFIG,
          Keys.TOKEN_SOURCE,
          Keys.CA_FILE,
          Keys.CLIENT_CERTIFICATE_FILE,
          Keys.CLIENT_KEY_FILE);

  @TempDir Path directory;

  @Test
  void noKeyIsLeftOut() {
    Set<Key<?>> covered =
        Stream.concat(samples().<Key<?>>map(Sample::key), SEEN_ELSEWHERE.stream())
            .collect(Collectors.toSet());

    assertThat(covered).containsExactlyInAnyOrderElementsOf(Keys.ALL);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void isNotTheDefault(Sample sample) throws Exception {
    assertThat(sample.seen.apply(load(base(), Map.of(), Map.of())))
        .doesNotHaveToString(sample.expected);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void fromTheFile(Sample sample) throws Exception {
    Map<String, String> file = base();
    file.put(sample.path(), sample.text);

    assertThat(sample.seen.apply(load(file, Map.of(), Map.of()))).hasToString(sample.expected);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void fromTheEnvironment(Sample sample) throws Exception {
    assertThat(sample.seen.apply(load(base(), Map.of(sample.variable(), sample.text), Map.of())))
        .hasToString(sample.expected);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void fromSystemPropertiesBeforeTheEnvironment(Sample sample) throws Exception {
    // The variable's bad value must not even be read.
    assertThat(
            sample.seen.apply(
                load(
                    base(),
                    Map.of(sample.variable(), "\u0000"),
                    Map.of(sample.path(), sample.text))))
        .hasToString(sample.expected);
  }

  private static Sample server(Key<?> key, String text, String expected) {
    String below = key.name().substring("server.".length());
    return new Sample(key, text, c -> c.server().get(below).asString().get(), expected);
  }

  private static Sample upstream(
      Key<?> key, String text, Function<UpstreamConfig, Object> seen, String expected) {
    return new Sample(key, text, c -> seen.apply(c.upstreams().getFirst()), expected);
  }

  private static Sample bucket(
      Key<?> key, String text, Function<BucketConfig.S3, Object> seen, String expected) {
    return new Sample(
        key, text, c -> seen.apply((BucketConfig.S3) c.bucket().orElseThrow()), expected);
  }

  private static Sample guarded(
      Key<?> key, String text, Function<GuardedConfig, Object> seen, String expected) {
    return new Sample(key, text, c -> seen.apply(c.guarded().orElseThrow()), expected);
  }

  private static Map<String, String> base() {
    Map<String, String> base = new LinkedHashMap<>();
    base.put("larder.upstreams.0.name", "a.io");
    base.put("larder.upstreams.0.url", "https://a.io");
    base.put("larder.upstreams.0.visibility", "public");
    base.put("larder.upstreams.0.username", "somebody");
    base.put("larder.upstreams.0.password-file", "/run/secrets/hub");
    base.put("larder.bucket.name", "images");
    base.put("larder.bucket.access-key", "somebody");
    base.put("larder.bucket.secret-key", "planted");
    for (String file :
        List.of("users-file", "tokens-file", "client-ca", "certificate-file", "key-file")) {
      base.put("larder.guarded." + file, "/run/secrets/" + file);
    }
    return base;
  }

  private LarderConfig load(
      Map<String, String> file, Map<String, String> environment, Map<String, String> properties)
      throws Exception {
    String yaml =
        file.entrySet().stream()
            .map(e -> e.getKey() + ": '" + e.getValue() + "'\n")
            .collect(Collectors.joining());
    Path path = Files.writeString(directory.resolve("larder.yaml"), yaml);
    return new ConfigLoader(environment, properties, 1L << 30).load(path).config();
  }
}
