package larder.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code docs/configuration.md} says what the table of keys says. */
class ConfigurationPageTest {
  private static final Path PAGE = Path.of("..", "docs", "configuration.md");

  @Test
  void isUpToDate() throws Exception {
    if ("write".equals(System.getProperty("larder.docs"))) {
      Files.writeString(PAGE, page());
    }

    assertThat(PAGE)
        .as(
            "regenerate with: mvn test -pl server -am -Dlarder.docs=write -Dsurefire.failIfNoSpecifiedTests=false -Dtest=ConfigurationPageTest")
        .hasContent(page());
  }

  private static String page() {
    return """
    # Configuration

    <!-- Generated from larder.config.Keys; a test compares. -->

    Everything has a default: `./larder serve` starts without a file. `./larder serve --config larder.yaml` reads one YAML
    file. Each key can also be given as an environment variable or as a system property of the JVM
    (`LARDER_JAVA_OPTS='-Dlarder.disk.capacity=200GiB'`). A system property wins over an environment variable, that over
    the file of `--env NAME`, that over the file, and the file over the default.

    ```yaml
    server: { host: 0.0.0.0, port: 5000 }
    larder:
      cluster: ci-eu
      disk: { path: /var/lib/larder, capacity: 200GiB }
      upstreams:
        - name: docker.io
          url: https://registry-1.docker.io
          default: true
          aliases: [registry-1.docker.io, index.docker.io]
    ```

    A key that does not exist, given below `larder` in the file or as a system property, and a value that is not accepted
    stop the start with one line that names the key, the value, where it was found, and what is accepted; the exit status
    is 2.

    Sizes: `200GiB`, `1.5TB`, `64Mi` or plain bytes. Durations: `500ms`, `30s`, `1m`, `12h`, `7d`, or ISO such as `PT1M`.
    Lists: a YAML list, or one text with commas between the entries.

    ## Environments

    `--env NAME` reads a second file over the first: with `--config larder.yaml --env prod` that is `larder-prod.yaml` in the
    same directory. `NAME` is of lower-case letters, digits and `-`. The second file says only what is different:

    ```yaml
    larder:
      cluster: ci-prod
      bucket: { prefix: prod/ }
      upstreams: { 0: { password-file: /run/secrets/docker-hub-prod } }
    ```

    It is laid over the first key by key. A list that it writes replaces the whole list, so that nothing of one upstream, such
    as its login, gets into another that stands at its place. One entry, or one key of an entry, is changed by its
    number, as above or as `larder.upstreams.0.password-file: …`; the number after the last adds one. `[]` empties a list of
    names or URLs. No other key can be taken away: what only some environments have belongs in their files.

    Each file is checked on its own for keys that do not exist, both together for all else, and a complaint names the file and
    the line that the value came from. An example with three environments is in
    [deploy/environments](../deploy/environments/larder.yaml).

    ## larder

    %s
    ## One upstream

    `larder.upstreams` is a list; `*` is the number of an entry, starting at 0. In a file it is written as a list of maps, as
    above. With any entry given, the built-in list is gone:

    %s
    %s
    ## The bucket

    What all clusters share: a bucket of a store that speaks S3, or a directory that stands in for one. There is one when any of
    these keys is given. larder starts, and goes on, without it when it fails.

    ```yaml
    larder:
      bucket: { name: images, endpoint: http://127.0.0.1:9000, access-key: larder, secret-key: "…" }
    ```

    %s
    ## The guarded listener

    A second listener, which asks clients who they are. There is one when any of these keys is given. In a file `clients` is a
    list of maps:

    ```yaml
    larder:
      guarded:
        certificate-file: /etc/larder/tls.crt
        key-file: /etc/larder/tls.key
        users-file: /etc/larder/users
        clients:
          - { name: team-a, upstreams: [docker.io, registry.example] }
    ```

    %s
    ## server

    The listener for clients is Helidon's: [its keys](https://helidon.io/docs/v4/config/io_helidon_webserver_WebServer),
    `tls` among them, are passed through as they are. What would have no effect stops the start: `tls.client-auth`, `tls.trust`,
    `tls.protocols` and `tls.cipher-suite`. So do `protocols`, `protocols-discover-services` and `sockets`:
    clients would get around larder's bounds there. larder sets or checks these:

    %s
    ## Environment variables

    Upper case, with `.` and `-` as `_`: `LARDER_DISK_MIN_FREE`, `LARDER_UPSTREAMS_0_URL`. An entry of a list has its number:
    `LARDER_UPSTREAMS_0_MIRRORS_1`. An empty variable counts as not set. Kubernetes puts the addresses of Services into the
    environment under names such as `LARDER_PORT` or `LARDER_ADMIN_PORT`; these are ignored. Any other `LARDER_*` that is
    no key is warned of once. `LARDER_JAVA_OPTS` is read by the launcher: options for the JVM, such as `-Xmx1g`.

    `HTTP_PROXY` and `HTTPS_PROXY`, or the same in lower case, name the proxies through which upstreams are reached:
    `http://proxy:3128`, with `user:password@` before the host where the proxy wants that, in percent-encoding, or `https://`
    when the proxy itself is spoken to by TLS. `NO_PROXY` lists what is reached without: hosts and all below them, domains
    such as `.internal` without the name itself, addresses, networks such as `10.0.0.0/8`, hosts with a port, or `*`.
    `localhost` and loopback addresses are always reached without. Amazon ECR is asked for a login by the same proxies.

    `GCE_METADATA_HOST`, a host or `host:port`, names another metadata service for `token-source: gcp`. For `token-source: ecr`
    the AWS SDK reads its own variables, and where its credentials come from another service of AWS, such as STS, it reaches
    that by its own reading of the proxies' variables.
    """
        .formatted(
            table(Keys.GENERAL),
            builtIn(),
            table(Keys.UPSTREAM),
            table(BucketKeys.ALL),
            table(GuardedKeys.ALL),
            table(Keys.SERVER));
  }

  private static String table(List<Key<?>> keys) {
    return keys.stream()
        .map(key ->
            "| `%s` | %s | %s | %s |\n"
                .formatted(key.name(), fallback(key), accepts(key), key.description()))
        .collect(
            Collectors.joining(
                "", "| key | default | accepts | what it is |\n|---|---|---|---|\n", ""));
  }

  private static String fallback(Key<?> key) {
    return switch (key.fallback()) {
      case Key.REQUIRED -> "required";
      case Key.NONE -> "";
      default -> '`' + key.fallback() + '`';
    };
  }

  private static String accepts(Key<?> key) {
    return (key.type().isList() ? "a list, each entry " : "") + key.type().accepts();
  }

  private static String builtIn() {
    return BuiltInUpstreams.settings().entrySet().stream()
        .filter(e -> e.getKey().endsWith(".name"))
        .map(e -> "`" + e.getValue().text() + "`")
        .collect(Collectors.joining(", ", "", " (the first is the default).\n"));
  }
}
