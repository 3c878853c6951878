package larder.s3;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import larder.bucket.LocalTroubleException;
import larder.bucket.ObjectStore.Listed;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.NoHttpResponseException;
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
  private static final int FORBIDDEN = 403;

  /** The last without the condition. */
  private static final int TRIES = 3;

  private static final Set<Integer> ABSENT =
      Set.of(S3Failures.NOT_FOUND, S3Failures.CONDITION_FAILED);

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
    for (int tries = 1; ; tries++) {
      try {
        Answer answer = ask(signed(object, seconds, tries < TRIES));
        if (answer.status() < 300) {
          return true;
        }
        if (answer.tooLate() || ABSENT.contains(answer.status())) {
          return false;
        }
        if (System.nanoTime() - begun >= seconds.toNanos()) {
          return false; // whatever it said of a signature that is over
        }
        if (tries == TRIES || answer.status() == FORBIDDEN) {
          throw new IOException(what + ": " + answer.told());
        }
      } catch (NoHttpResponseException e) {
        // The store has closed a connection that was kept for later.
        if (tries == TRIES) {
          throw new IOException(what + ": no answer", e);
        }
      } catch (SdkException e) {
        throw S3Failures.of(what, e);
      } catch (SocketTimeoutException e) {
        SocketTimeoutException silent = new SocketTimeoutException(what + ": no answer in time");
        silent.initCause(e);
        throw silent;
      } catch (ConnectionRequestTimeoutException e) {
        throw new LocalTroubleException(what + ": all connections are in use", e);
      }
    }
  }

  /**
   * What the store said.
   *
   * @param text of its refusal
   */
  private record Answer(int status, String text) {
    boolean tooLate() {
      return status == FORBIDDEN && EXPIRED.matcher(text).find();
    }

    String told() {
      Matcher code = CODE.matcher(text);
      return status + (code.find() ? " " + code.group(1) : "");
    }
  }

  private Answer ask(SdkHttpRequest request) throws IOException {
    long begun = System.nanoTime();
    HttpExecuteResponse answer =
        clients.http().prepareRequest(HttpExecuteRequest.builder().request(request).build()).call();
    int status = answer.httpResponse().statusCode();
    requests.removed(status, begun);
    return new Answer(status, text(answer));
  }

  /**
   * @param ifUnchanged also by a condition, which some stores refuse to be asked for
   */
  private SdkHttpRequest signed(Listed object, Duration within, boolean ifUnchanged) {
    URI uri =
        URI.create(
            clients
                .writing()
                .utilities()
                .getUrl(b -> b.bucket(bucket.name()).key(bucket.prefix() + object.key()))
                .toString());
    SdkHttpFullRequest.Builder removal =
        SdkHttpFullRequest.builder().method(SdkHttpMethod.DELETE).uri(uri);
    if (ifUnchanged) {
      removal.putHeader("If-Match", object.etag());
    }
    SdkHttpRequest request = removal.build();
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
}
