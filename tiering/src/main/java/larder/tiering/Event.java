package larder.tiering;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** One record of something that ended. Access log, meters and statistics are made from these. */
public sealed interface Event {

  /** When it ended. */
  Instant time();

  /** What a request asked for. */
  enum Kind {
    PING,
    BLOB,
    MANIFEST,
    TAG_LIST,
    REFERRERS,
    OTHER;

    /** As written in labels and logs. */
    public String label() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * A request that a client made, whatever became of it.
   *
   * @param cluster the CI cluster that this larder serves
   * @param client the client's address
   * @param agent the client's kind: the first word of its {@code User-Agent}
   * @param upstream the upstream's configured name; empty when the request named none
   * @param repository the repository; empty when the request named none
   * @param reference the tag or digest asked for; empty when there was none
   * @param digest of what was answered, where known
   * @param size of what was asked for in bytes, where known
   * @param range the {@code Range} header as sent; empty when there was none
   * @param status of the answer
   * @param bytes of the body sent
   * @param origin what served it
   * @param counted whether this is an access: a GET that includes byte 0, the first of this client
   *     and digest in ten minutes
   * @param aborted whether the answer was cut before its end, by either side
   * @param stale whether the answer was known to be past its time
   * @param duration from the request's first line to the answer's last byte
   */
  record Served(
      Instant time,
      String cluster,
      String client,
      String agent,
      String upstream,
      String repository,
      Kind kind,
      String reference,
      Optional<Digest> digest,
      OptionalLong size,
      String method,
      String range,
      int status,
      long bytes,
      Origin origin,
      boolean counted,
      boolean aborted,
      boolean stale,
      Duration duration)
      implements Event {}

  /** Why upstream was asked. */
  enum Cause {
    BLOB,
    BLOB_HEAD,
    MANIFEST,
    MANIFEST_HEAD,
    TAG_LIST,
    REFERRERS,
    TOKEN,
    PROBE;

    /** As written in labels and logs. */
    public String label() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * One exchange with an upstream host.
   *
   * @param upstream the upstream's configured name
   * @param host that was asked, with its port when it is not the scheme's
   * @param status of the answer; 0 when there was none
   * @param bytes received of the body
   */
  record Fetched(
      Instant time,
      String upstream,
      String host,
      Cause cause,
      int status,
      long bytes,
      Duration duration)
      implements Event {}

  /**
   * One request to the bucket that was answered.
   *
   * @param operation as S3 calls it, such as {@code GetObject}
   * @param sent bytes of the request's body
   * @param received bytes of the answer's body, where that is an object's
   */
  record Stored(
      Instant time, String operation, int status, long sent, long received, Duration duration)
      implements Event {}

  /** How a fill ended. */
  enum Outcome {
    /** Verified and kept. */
    KEPT,
    /** Verified, but the tier did not take it. */
    NOT_KEPT,
    /** There was no room, or it was not worth any: its readers were served straight through. */
    DECLINED,
    /** The bytes were not the ones named. */
    CORRUPT,
    /** The sources failed. */
    FAILED,
    /** The sources answered that there is no such blob, or that larder may not have it. */
    REFUSED;

    /** As written in labels and logs. */
    public String label() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * A fill that ended.
   *
   * @param bytes received into the spool
   */
  record Filled(Instant time, BlobKey key, Outcome outcome, long bytes, Duration duration)
      implements Event {}

  /** A blob that left a tier to make room for others. */
  record Evicted(Instant time, String tier, BlobKey key, long bytes, Instant lastAccess)
      implements Event {}

  /**
   * A tier that could not do what it was asked; the request went on without it.
   *
   * @param key of the blob, or what else it was about; empty when it was about nothing of its own
   */
  record TierFailed(Instant time, String tier, String operation, String key, Exception cause)
      implements Event {}

  /**
   * What was cleared away from the bucket.
   *
   * @param uploads that would never have come to their end
   * @param objects that had been condemned
   * @param records that nobody needed any more
   */
  record Swept(Instant time, int uploads, int objects, int records) implements Event {}

  /** A part of a stored blob that was read only to see whether it is still right. */
  record Scrubbed(Instant time, String tier, long bytes) implements Event {}

  /** A stored blob whose bytes turned out to be wrong; it is served no more. */
  record Damaged(Instant time, String tier, BlobKey key) implements Event {}
}
