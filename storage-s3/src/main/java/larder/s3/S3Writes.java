package larder.s3;

import java.io.IOException;
import larder.bucket.ObjectStore.Condition;
import larder.bucket.ObjectStore.Written;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What the answers to conditional writes mean. */
final class S3Writes {
  /** How often a write is tried that others' writes at the same moment get in the way of. */
  private static final int TRIES = 5;

  private S3Writes() {}

  /** A write that answers with an etag. */
  interface Write {
    String run();
  }

  /**
   * @param what is tried, on what
   */
  static Written attempt(Write write, Condition condition, String what) throws IOException {
    for (int tries = 1; ; tries++) {
      try {
        return new Written.Stored(write.run());
      } catch (S3Exception e) {
        if (refused(e, condition)) {
          return new Written.Refused();
        }
        if (e.statusCode() != S3Failures.CONFLICT || tries == TRIES) {
          throw S3Failures.of(what, e);
        }
      } catch (SdkException e) {
        throw S3Failures.of(what, e);
      }
    }
  }

  /** Of an object that is not there, some say that it is not found rather than another one. */
  private static boolean refused(S3Exception e, Condition condition) {
    return e.statusCode() == S3Failures.CONDITION_FAILED
        || (condition instanceof Condition.Unchanged
            && e.statusCode() == S3Failures.NOT_FOUND
            && S3Failures.code(e).equals("NoSuchKey"));
  }
}
