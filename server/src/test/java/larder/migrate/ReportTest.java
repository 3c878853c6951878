package larder.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Nothing is silently dropped. */
class ReportTest {
  /** Something of everything that a registry can be told. */
  private static final String ALL =
      """
      version: 0.1
      loglevel: info
      log:
        accesslog: { disabled: false }
        level: debug
        formatter: json
        reportcaller: true
        fields: { service: registry, environment: test }
        hooks: [ { type: mail, levels: [panic], options: { smtp: { addr: 'mail.example:25', password: secret } } } ]
      storage:
        filesystem: { rootdirectory: /var/lib/registry, maxthreads: 100 }
        delete: { enabled: true }
        redirect: { disable: true }
        cache: { blobdescriptor: inmemory, blobdescriptorsize: 10000 }
        tag: { concurrencylimit: 8 }
        maintenance:
          uploadpurging: { enabled: true, age: 168h, interval: 24h, dryrun: false }
          readonly: { enabled: false }
      auth: { htpasswd: { realm: here, path: /users } }
      middleware: { storage: [ { name: redirect, options: { baseurl: 'https://a.example' } } ] }
      catalog: { maxentries: 1000 }
      tags: { maxtags: 1000 }
      http:
        addr: :5000
        net: tcp
        prefix: /registry/
        host: https://registry.example
        secret: secret
        relativeurls: true
        draintimeout: 60s
        tls:
          certificate: /crt
          key: /key
          clientauth: request-client-cert
          minimumtls: tls1.2
          ciphersuites: [TLS_AES_128_GCM_SHA256]
        debug: { addr: ':5001', prometheus: { enabled: true, path: /metrics } }
        headers: { X-Content-Type-Options: [nosniff] }
        http2: { disabled: false }
        h2c: { enabled: false }
      notifications:
        events: { includereferences: true }
        endpoints: [ { name: one, url: 'https://b.example', headers: { Authorization: [secret] } } ]
      redis: { addrs: ['c:6379'], password: secret, tls: { certificate: /c } }
      health: { storagedriver: { enabled: true }, file: [ { file: /f } ], tcp: [ { addr: 'd:1' } ] }
      proxy:
        remoteurl: https://registry-1.docker.io
        username: ci
        password: secret
        ttl: 168h
        cachewritetimeout: 5m
      validation: { disabled: true }
      policy: { repository: { classes: [image] } }
      compatibility: { schema1: { enabled: true } }
      reporting: { bugsnag: { apikey: secret } }
      """;

  @Test
  void eachSettingHasALine() throws Exception {
    RegistrySettings settings = Given.file(ALL);
    List<String> lines = new Report(settings, Migration.draft(settings, true)).lines();

    Set<String> told = new HashSet<>();
    for (String line : lines) {
      assertThat(told.add(line.substring(0, line.indexOf(" (")))).as(line).isTrue();
      assertThat(line).doesNotContain("secret)", ": secret", "not known", "\n");
    }
    assertThat(settings.all().keySet())
        .allMatch(path ->
            told.stream().anyMatch(name -> path.equals(name) || path.startsWith(name + ".")));
  }

  @Test
  void driversOfEachKind() throws Exception {
    for (String driver : List.of("s3", "gcs", "azure", "swift", "oss", "inmemory")) {
      assertThat(lines("storage: " + driver))
          .anyMatch(
              line -> line.matches("storage." + driver + " \\(.* line 2\\): no counterpart: .*"));
    }
  }

  @Test
  void whatIsNotKnownIsNamed() throws Exception {
    assertThat(lines("http: { adr: ':5000' }\n\"odd\\nname\": 1"))
        .anyMatch(line -> line.matches("http.adr \\(.* line 2\\): not known to larder migrate"))
        .anyMatch(line -> line.startsWith("odd?name ("));
    assertThat(
            new Report(
                    Given.file(
                        "proxy: { remoteurl: https://registry-1.docker.io }",
                        Map.of("REGISTRY_PORT", "tcp://10.0.0.1:5000")),
                    Draft.start())
                .lines())
        .contains("port (REGISTRY_PORT): not known to larder migrate");
  }

  @Test
  void aSectionIsCountedAndASettingIsNot() throws Exception {
    List<String> lines = lines("redis: { addrs: [a, b], db: 0 }\ncatalog: { maxentries: 5 }");

    assertThat(lines)
        .anyMatch(line ->
            line.matches(
                "redis \\(.* line 2 and 2 more\\): no counterpart: larder needs no other server"))
        .anyMatch(line -> line.matches("catalog.maxentries \\(.* line 3\\): no counterpart: .*"));
  }

  @Test
  void whatASettingBecameIsTold() throws Exception {
    assertThat(
            lines("http: { addr: ':5000', tls: { key: /k } }\nlog: { accesslog: { disabled: } }"))
        .anyMatch(line ->
            line.matches(
                "http.addr \\(.* line 2\\): becomes server.host: 0.0.0.0, server.port: 5000"))
        .anyMatch(line ->
            line.matches("http.tls.key \\(.* line 2\\): did nothing without what belongs to it"))
        .anyMatch(line -> line.matches("log.accesslog.disabled \\(.* line 3\\): is empty"));
  }

  private static List<String> lines(String yaml) throws Exception {
    return Migration.of(
            Given.file("proxy: { remoteurl: https://registry-1.docker.io }\n" + yaml), false)
        .lines();
  }
}
