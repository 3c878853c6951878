package larder.s3;

import io.minio.errors.ErrorResponseException;
import io.minio.errors.InvalidResponseException;
import io.minio.errors.ServerException;
import io.minio.errors.XmlParserException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * That MinIO's client could not do something, told in one line that names the key to look at. What
 * the client itself says goes no further: there are headers and whole pages in it.
 */
final class RefusedException extends IOException {
  private static final long serialVersionUID = 1;

  private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,32}");
  private static final Pattern EXPECTED =
      Pattern.compile("expecting '(?<region>" + REGION.pattern() + ")'");

  private final String code;
  private final int status;

  private RefusedException(String message, String code, int status) {
    super(message);
    this.code = code;
    this.status = status;
  }

  /** The store's word for it; empty when it has not said a word. */
  String code() {
    return code;
  }

  /** Whether the store does not know the question at all. */
  boolean unknown() {
    return status == 501 || status == 405 || code.equals("NotImplemented");
  }

  /** Whether the store does not take what it was told, rather than being in trouble. */
  boolean disliked() {
    return status >= 400 && status < 500;
  }

  boolean denied() {
    return code.equals("AccessDenied");
  }

  /**
   * @param what was tried, on what
   */
  static RefusedException of(String what, Throwable e) {
    ErrorResponseException refusal = in(e, ErrorResponseException.class);
    if (refusal != null) {
      return refused(what, refusal);
    }
    ServerException failure = in(e, ServerException.class);
    if (failure != null) {
      int status = failure.statusCode();
      return new RefusedException(what + ": " + S3Failures.told(status, "").strip(), "", status);
    }
    return new RefusedException(what + ": " + why(e), "", 0);
  }

  private static RefusedException refused(String what, ErrorResponseException e) {
    String code = Optional.ofNullable(e.errorResponse().code()).orElse("");
    int status = e.response().code();
    String told = S3Failures.told(status, code);
    String right = told.endsWith("larder.bucket.region") ? region(e) : "";
    return new RefusedException(what + ": " + told + right, code, status);
  }

  /** Where the bucket is, as far as the store says so. */
  private static String region(ErrorResponseException e) {
    Matcher expected = EXPECTED.matcher(String.valueOf(e.errorResponse().message()));
    return Optional.ofNullable(e.response().headers().get("x-amz-bucket-region"))
        .or(() -> expected.find() ? Optional.of(expected.group("region")) : Optional.empty())
        .filter(region -> REGION.matcher(region).matches())
        .map(region -> " to " + region)
        .orElse("");
  }

  private static String why(Throwable e) {
    if (in(e, InvalidResponseException.class) != null || in(e, XmlParserException.class) != null) {
      return "what answers there does not speak S3; correct larder.bucket.endpoint";
    }
    UnknownHostException nobody = in(e, UnknownHostException.class);
    if (nobody != null) {
      return "there is no host %s; correct larder.bucket.endpoint, or larder.bucket.path-style where the store wants the bucket in the path"
          .formatted(String.valueOf(nobody.getMessage()).replaceFirst(":.*", ""));
    }
    if (in(e, ConnectException.class) != null) {
      return "nothing answers at larder.bucket.endpoint; start the store, or correct the endpoint";
    }
    if (in(e, SSLException.class) != null) {
      return "no TLS with larder.bucket.endpoint (%s); is its authority in larder.bucket.ca-file, or is it http?"
          .formatted(innermost(e));
    }
    if (in(e, SocketTimeoutException.class) != null) {
      return "no answer in time; is larder.bucket.endpoint right?";
    }
    if (in(e, SdkException.class) != null) {
      return "AWS's own ways find no credentials; set larder.bucket.access-key and larder.bucket.secret-key, or give the machine or pod a role";
    }
    return innermost(e) + "; is larder.bucket.endpoint right?";
  }

  private static <T> @Nullable T in(Throwable e, Class<T> kind) {
    for (@Nullable Throwable each = e; each != null; each = each.getCause()) {
      if (kind.isInstance(each)) {
        return kind.cast(each);
      }
    }
    return null;
  }

  private static String innermost(Throwable e) {
    Throwable last = e;
    while (last.getCause() != null) {
      last = last.getCause();
    }
    return last.getClass().getSimpleName() + ": " + last.getMessage();
  }
}
