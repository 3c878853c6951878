package larder.s3;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.Set;
import larder.bucket.LocalTroubleException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What the SDK throws, told in one line. */
final class S3Failures {
  static final int NOT_FOUND = 404;
  static final int CONFLICT = 409;
  static final int CONDITION_FAILED = 412;
  static final int NO_SUCH_RANGE = 416;
  private static final int FORBIDDEN = 403;
  private static final Set<Integer> ELSEWHERE = Set.of(301, 307);

  private S3Failures() {}

  /**
   * @param what was tried, on what
   */
  static IOException of(String what, SdkException e) {
    if (e instanceof AbortedException || Thread.currentThread().isInterrupted()) {
      InterruptedIOException interrupted = new InterruptedIOException("interrupted: " + what);
      interrupted.initCause(e);
      return interrupted;
    }
    if (e instanceof S3Exception answer) {
      return new IOException(what + ": " + told(answer), e);
    }
    if (caused(e, ConnectionRequestTimeoutException.class)) {
      return new LocalTroubleException(what + ": all connections are in use", e);
    }
    if (caused(e, LocalTroubleException.class)) {
      return new LocalTroubleException(what + ": " + innermost(e), e);
    }
    if (caused(e, SocketTimeoutException.class) || e instanceof ApiCallAttemptTimeoutException) {
      SocketTimeoutException silent = new SocketTimeoutException(what + ": no answer in time");
      silent.initCause(e);
      return silent;
    }
    return new IOException(what + ": " + innermost(e), e);
  }

  static boolean absent(S3Exception e) {
    return e.statusCode() == NOT_FOUND && !code(e).equals("NoSuchBucket");
  }

  /** Which is also what who may not list is told of all that is not there. */
  static boolean denied(S3Exception e) {
    return e.statusCode() == FORBIDDEN && code(e).equals("AccessDenied");
  }

  private static String told(S3Exception e) {
    return told(e.statusCode(), code(e));
  }

  /** What a refusal means, and which key of the configuration it is about. */
  static String told(int status, String code) {
    String said = status + " " + code;
    return switch (code) {
      case "NoSuchBucket" ->
          said
              + ": there is no such bucket; make it by 'larder bucket init', or correct larder.bucket.name";
      case "BucketAlreadyExists" ->
          said + ": a bucket of that name is somebody else's; choose another larder.bucket.name";
      case "InvalidAccessKeyId" ->
          said + ": the store does not know that key; check larder.bucket.access-key";
      case "SignatureDoesNotMatch" ->
          said
              + ": the secret is not that key's; check larder.bucket.access-key and larder.bucket.secret-key";
      case "RequestTimeTooSkewed" ->
          said + ": this machine's clock and the store's differ too much; set the clock";
      case "AuthorizationHeaderMalformed",
          "PermanentRedirect",
          "IllegalLocationConstraintException",
          "InvalidLocationConstraint",
          "InvalidRegion" ->
          said + ": the bucket is in another region; correct larder.bucket.region";
      default -> {
        if (status == FORBIDDEN) {
          yield said
              + ": check larder.bucket.access-key and secret-key, and what they may do there";
        }
        yield ELSEWHERE.contains(status)
            ? said + ": the bucket is in another region; correct larder.bucket.region"
            : said;
      }
    };
  }

  static String code(S3Exception e) {
    return e.awsErrorDetails() == null || e.awsErrorDetails().errorCode() == null
        ? ""
        : e.awsErrorDetails().errorCode();
  }

  private static boolean caused(Throwable e, Class<?> by) {
    for (@Nullable Throwable each = e; each != null; each = each.getCause()) {
      if (by.isInstance(each)) {
        return true;
      }
    }
    return false;
  }

  private static String innermost(Throwable e) {
    Throwable last = e;
    while (last.getCause() != null) {
      last = last.getCause();
    }
    return last.getClass().getSimpleName() + ": " + last.getMessage();
  }
}
