package larder.s3;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Logger;
import larder.bucket.BusyStoreException;
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
  private static final Logger LOG = Logger.getLogger(S3Failures.class.getName());
  private static final AtomicBoolean TOLD = new AtomicBoolean();

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
      return new BusyStoreException(what + ": all connections are in use", e);
    }
    if (caused(e, SocketTimeoutException.class) || e instanceof ApiCallAttemptTimeoutException) {
      SocketTimeoutException silent = new SocketTimeoutException(what + ": no answer in time");
      silent.initCause(e);
      return silent;
    }
    return new IOException(what + ": " + innermost(e), e);
  }

  /**
   * Whether it means that there is no such object: who may not list is told of all that is not
   * there that it may not be read.
   */
  static boolean absent(S3Exception e) {
    String code = code(e);
    if (e.statusCode() == FORBIDDEN && code.equals("AccessDenied")) {
      if (!TOLD.getAndSet(true)) {
        LOG.warning(
            "the bucket answers 403 AccessDenied where an object is not there, or may not be read: let larder's key list the bucket (s3:ListBucket), so that these can be told apart");
      }
      return true;
    }
    return e.statusCode() == NOT_FOUND && !code.equals("NoSuchBucket");
  }

  private static String told(S3Exception e) {
    String code = code(e);
    String said = e.statusCode() + " " + code;
    if (code.equals("NoSuchBucket")) {
      return said + ": there is no such bucket; make it, or correct larder.bucket.name";
    }
    if (e.statusCode() == FORBIDDEN) {
      return said + ": check larder.bucket.access-key and secret-key, and what they may do there";
    }
    if (ELSEWHERE.contains(e.statusCode())
        || code.equals("AuthorizationHeaderMalformed")
        || code.equals("PermanentRedirect")) {
      return said + ": the bucket is in another region; correct larder.bucket.region";
    }
    return said;
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
