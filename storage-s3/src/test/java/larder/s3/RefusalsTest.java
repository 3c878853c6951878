package larder.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import larder.bucket.Finding;
import larder.bucket.Finding.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A bucket that cannot be used is one line that names the key to look at, without any secret. */
class RefusalsTest {
  private static final String SECRET = "secret-of-the-test";

  private ScriptedServer server;

  @BeforeEach
  void start() throws IOException {
    server = new ScriptedServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static void send(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().add("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private void refuse(int status, String code, String message) {
    server.answer =
        exchange ->
            send(
                exchange,
                status,
                "application/xml",
                "<Error><Code>%s</Code><Message>%s</Message></Error>".formatted(code, message));
  }

  private String line(String endpoint, boolean pathStyle, boolean init) throws IOException {
    S3Bucket bucket =
        new S3Bucket(
            "images",
            Optional.of(URI.create(endpoint)),
            "us-east-1",
            "larder/",
            Optional.of(new S3Bucket.AccessKey("larder", SECRET)),
            pathStyle,
            List.of());
    List<Finding> found = new ArrayList<>();
    try (Provisioning provisioning =
        Provisioning.open(bucket, InstantSource.system(), new Random(1), found::add)) {
      if (init) {
        provisioning.init();
      } else {
        provisioning.check();
      }
    }
    assertThat(found).singleElement().extracting(Finding::level).isEqualTo(Level.ERROR);
    String text = found.getFirst().text();
    assertThat(text).hasLineCount(1).doesNotContain(SECRET).doesNotContain("Signature=");
    assertThat(text.length()).isLessThan(400);
    return text;
  }

  private String line() throws IOException {
    String endpoint = server.uri().toString();
    String checked = line(endpoint, true, false);
    assertThat(line(endpoint, true, true)).isEqualTo(checked);
    return checked;
  }

  @Test
  void anotherRegion() throws Exception {
    refuse(
        400,
        "AuthorizationHeaderMalformed",
        "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-1'");
    assertThat(line()).endsWith("correct larder.bucket.region to eu-west-1");
    server.answer =
        exchange -> {
          exchange.getResponseHeaders().add("x-amz-bucket-region", "eu-north-1");
          send(exchange, 301, "application/xml", "<Error><Code>PermanentRedirect</Code></Error>");
        };
    assertThat(line()).endsWith("correct larder.bucket.region to eu-north-1");
    server.answer =
        exchange -> {
          exchange.getResponseHeaders().add("x-amz-bucket-region", "eu-north-1");
          send(
              exchange,
              200,
              "application/xml",
              "<ListBucketResult><Name>images</Name><Prefix/><KeyCount>0</KeyCount><MaxKeys>1</MaxKeys><IsTruncated>false</IsTruncated></ListBucketResult>");
        };
    assertThat(line()).contains("is in eu-north-1").endsWith("correct larder.bucket.region");
  }

  @Test
  void keysThatDoNotFit() throws Exception {
    refuse(403, "InvalidAccessKeyId", "no");
    assertThat(line()).contains("larder.bucket.access-key");
    refuse(403, "SignatureDoesNotMatch", "no");
    assertThat(line()).contains("larder.bucket.secret-key");
    refuse(403, "AccessDenied", "no");
    assertThat(line()).contains("larder.bucket.access-key").contains("larder.bucket.name");
    refuse(403, "RequestTimeTooSkewed", "no");
    assertThat(line()).contains("clock");
  }

  @Test
  void aBucketOfOthers() throws Exception {
    server.answer =
        exchange -> {
          String code =
              exchange.getRequestMethod().equals("PUT") ? "BucketAlreadyExists" : "NoSuchBucket";
          send(exchange, 409, "application/xml", "<Error><Code>" + code + "</Code></Error>");
        };
    String endpoint = server.uri().toString();
    assertThat(line(endpoint, true, true))
        .contains("somebody else's")
        .contains("larder.bucket.name");
    assertThat(line(endpoint, true, false)).contains("larder bucket init");
  }

  @Test
  void noStoreAtAll() throws Exception {
    for (int status : List.of(200, 404, 500)) {
      server.answer =
          exchange -> send(exchange, status, "text/html", "<html>" + "welcome ".repeat(500));
      assertThat(line()).as("status " + status).contains("larder.bucket.endpoint");
    }
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    assertThat(line("http://127.0.0.1:" + free, true, true)).contains("larder.bucket.endpoint");
  }

  /** Most servers answer what is no request of HTTP by a refusal in HTTP. */
  @Test
  void noTls() throws Exception {
    try (ServerSocket plain = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread answering =
          Thread.startVirtualThread(() -> {
            while (!plain.isClosed()) {
              try (Socket client = plain.accept()) {
                client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(UTF_8));
              } catch (IOException e) {
                // The test is over, or the client has gone.
              }
            }
          });
      assertThat(line("https://127.0.0.1:" + plain.getLocalPort(), true, true))
          .contains("larder.bucket.endpoint")
          .contains("is it http?");
      plain.close();
      answering.join();
    }
  }

  @Test
  void theBucketIsInTheHostsNameOrInThePath() throws Exception {
    assertThat(line("http://store.invalid:9000", true, false)).contains(" store.invalid;");
    assertThat(line("http://store.invalid:9000", false, false))
        .contains(" images.store.invalid;")
        .contains("larder.bucket.path-style");
  }

  @Test
  void awsIsFoundByTheRegion() throws Exception {
    S3Bucket bucket =
        new S3Bucket(
            "images", Optional.empty(), "cn-north-1", "", Optional.empty(), false, List.of());
    assertThat(Administration.ofAws(bucket)).isEqualTo("https://s3.cn-north-1.amazonaws.com.cn");
  }
}
