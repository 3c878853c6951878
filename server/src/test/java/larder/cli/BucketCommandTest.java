package larder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import larder.certificates.TestKeys;
import larder.config.ConfigLoader;
import larder.s3.S3Bucket;
import larder.s3.S3TestServer;
import larder.server.Larder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What a person sees who makes or checks a bucket. */
class BucketCommandTest {
  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter errors = new StringWriter();

  private Path config(String bucket) throws Exception {
    return Files.writeString(
        folder.resolve("larder.yaml"),
        """
        server: { host: 127.0.0.1, port: 0 }
        larder:
          access-log: off
          drain: 0s
          admin: { host: 127.0.0.1, port: 0 }
          disk: { path: %s, capacity: 1GiB, min-free: 0 }
          %s
        """
            .formatted(folder.resolve("data"), bucket));
  }

  private int run(String command, String bucket) throws Exception {
    out.getBuffer().setLength(0);
    errors.getBuffer().setLength(0);
    return Main.prepared(new CommandLine(new BucketCommand()), new PrintWriter(errors, true))
        .setOut(new PrintWriter(out, true))
        .execute(command, "--config", config(bucket).toString());
  }

  @Test
  void aLineForEachFinding() throws Exception {
    S3Bucket given = S3TestServer.get().bucket();
    String bucket = BucketSection.of(given);
    for (String command : new String[] {"check", "init"}) {
      assertThat(run(command, bucket)).as(out + "" + errors).isZero();
      assertThat(out.toString().lines())
          .hasSizeGreaterThan(8)
          .allMatch(line -> line.startsWith("ok       ") || line.startsWith("warning  "));
      assertThat(out.toString())
          .contains("ok       objects are written\n")
          .doesNotContain(given.key().orElseThrow().secret());
      assertThat(errors.toString()).isEmpty();
    }
    assertThat(run("check", bucket.replace(given.name(), "not-there"))).isEqualTo(1);
    assertThat(out.toString()).startsWith("error    there is no bucket not-there;").hasLineCount(1);
  }

  @Test
  void aDirectory() throws Exception {
    Path path = folder.resolve("shared");
    String bucket = "bucket: { path: " + path + " }";
    assertThat(run("init", bucket)).isZero();
    assertThat(out.toString())
        .startsWith("ok       larder.bucket.path makes a directory the bucket: " + path)
        .contains("ok       objects are removed\n");
    Larder running =
        Larder.start(new ConfigLoader(Map.of(), Map.of(), 1L << 30).load(config(bucket)).config());
    try {
      assertThat(run("check", bucket)).isEqualTo(1);
      assertThat(out.toString()).startsWith("error    ").contains("in use").hasLineCount(1);
    } finally {
      running.close();
    }
    Path file = Files.createFile(folder.resolve("file"));
    assertThat(run("check", "bucket: { path: " + file + " }")).isEqualTo(1);
    assertThat(out.toString()).contains("larder.bucket.path").hasLineCount(1);
  }

  @Test
  void noBucketAtAll() throws Exception {
    for (String command : new String[] {"check", "init"}) {
      assertThat(run(command, "")).isEqualTo(2);
      assertThat(errors.toString())
          .startsWith("larder: no bucket is configured; name it by larder.bucket.name")
          .hasLineCount(1);
      assertThat(out.toString()).isEmpty();
    }
    assertThat(run("check", "bucket: { name: images, endpoint: \"minio:9000\" }")).isEqualTo(2);
    assertThat(errors.toString()).contains("larder.bucket.endpoint").hasLineCount(1);
  }

  @Test
  void authoritiesOfItsOwn() throws Exception {
    TestKeys keys = new TestKeys(folder).host("store", "ip:127.0.0.1");
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(keys.client("store")));
    server.createContext(
        "/",
        exchange -> {
          byte[] body = "<Error><Code>NoSuchBucket</Code></Error>".getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/xml");
          exchange.sendResponseHeaders(404, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      String bucket =
          "bucket: { name: images, endpoint: \"https://127.0.0.1:%d\", access-key: a, secret-key: b%s }"
              .formatted(server.getAddress().getPort(), "%s");
      assertThat(run("check", bucket.formatted(""))).isEqualTo(1);
      assertThat(out.toString()).contains("larder.bucket.ca-file").hasLineCount(1);

      Path authority = Files.writeString(folder.resolve("store.pem"), keys.certificatePem("store"));
      assertThat(run("check", bucket.formatted(", ca-file: " + authority))).isEqualTo(1);
      assertThat(out.toString()).startsWith("error    there is no bucket images;");
    } finally {
      server.stop(0);
    }
  }
}
