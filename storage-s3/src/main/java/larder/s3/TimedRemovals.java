package larder.s3;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import larder.bucket.ObjectStore.Listed;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;

/**
 * Removals that the store refuses when they come too late: each is signed as of the moment at which
 * the store told of the object, and for no longer than it may take. A removal can be held up in any
 * queue between here and there, or with the whole process; then the object may be a new one.
 */
final class TimedRemovals {
  private static final Pattern CODE = Pattern.compile("<Code>([A-Za-z]+)</Code>");
  private static final Pattern EXPIRED = Pattern.compile("expired", Pattern.CASE_INSENSITIVE);
  private static final int LARGEST_ANSWER = 4096;

  private final S3Bucket bucket;
  private final S3Clients clients;
  private final S3Requests requests;
  private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();

  TimedRemovals(S3Bucket bucket, S3Clients clients, S3Requests requests) {
    this.bucket = bucket;
    this.clients = clients;
    this.requests = requests;
  }

  boolean remove(Listed object, Duration within) throws IOException {
    Duration seconds = Duration.ofSeconds(within.toSeconds());
    if (seconds.isZero()) {
      return false;
    }
    String what = "remove " + object.key() + " from " + bucket;
    long begun = System.nanoTime();
    try {
      HttpExecuteResponse answer =
          clients
              .http()
              .prepareRequest(HttpExecuteRequest.builder().request(signed(object, seconds)).build())
              .call();
      int status = answer.httpResponse().statusCode();
      requests.removed(status, begun);
      return removed(status, text(answer), what);
    } catch (SdkException e) {
      throw S3Failures.of(what, e);
    }
  }

  private SdkHttpRequest signed(Listed object, Duration within) {
    URI uri =
        URI.create(
            clients
                .writing()
                .utilities()
                .getUrl(b -> b.bucket(bucket.name()).key(bucket.prefix() + object.key()))
                .toString());
    SdkHttpRequest request =
        SdkHttpFullRequest.builder()
            .method(SdkHttpMethod.DELETE)
            .uri(uri)
            .putHeader("If-Match", object.etag())
            .build();
    return signer
        .sign(signing ->
            signing
                .identity(clients.credentials().resolveCredentials())
                .request(request)
                .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "s3")
                .putProperty(AwsV4HttpSigner.REGION_NAME, bucket.region())
                .putProperty(
                    AwsV4FamilyHttpSigner.AUTH_LOCATION,
                    AwsV4FamilyHttpSigner.AuthLocation.QUERY_STRING)
                .putProperty(AwsV4FamilyHttpSigner.EXPIRATION_DURATION, within)
                .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, false)
                .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, false)
                .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, false)
                .putProperty(
                    HttpSigner.SIGNING_CLOCK, Clock.fixed(object.answered(), ZoneOffset.UTC)))
        .request();
  }

  private static String text(HttpExecuteResponse answer) throws IOException {
    if (answer.responseBody().isEmpty()) {
      return "";
    }
    try (InputStream body = answer.responseBody().get()) {
      return new String(body.readNBytes(LARGEST_ANSWER), StandardCharsets.UTF_8);
    }
  }

  private static boolean removed(int status, String text, String what) throws IOException {
    if (status < 300) {
      return true;
    }
    boolean tooLate = status == 403 && EXPIRED.matcher(text).find();
    if (tooLate || status == S3Failures.NOT_FOUND || status == S3Failures.CONDITION_FAILED) {
      return false;
    }
    Matcher code = CODE.matcher(text);
    throw new IOException(
        "%s: %d %s".formatted(what, status, code.find() ? code.group(1) : "without a reason"));
  }
}
