package larder.s3;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import larder.bucket.Hold;
import larder.bucket.ObjectStore;
import larder.bucket.ObjectStore.Listed;
import larder.bucket.StoredObject;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Which uploads in parts have begun: small objects that hold the key and, once it is known, the
 * upload's id, a line each. Few stores clear away by themselves what was never completed, and one
 * lists uploads only to those who name the key.
 */
final class UploadRecords {
  static final String FOLDER = "uploads/";

  private static final Logger LOG = Logger.getLogger(UploadRecords.class.getName());

  private static final Pattern TEXT = Pattern.compile("(?<key>[^\n]+)\n((?<upload>[^\n]+)\n)?");

  /** What stores answer when there is no such upload, or could be none. */
  private static final Set<Integer> SENSELESS = Set.of(400, S3Failures.NOT_FOUND);

  /** Of records whose uploads could not be given up; then the store is in trouble, not they. */
  private static final int MOST_FAILURES = 10;

  /** More than the longest key and id. */
  private static final int LARGEST = 8 << 10;

  private final S3Bucket bucket;
  private final S3Client client;

  UploadRecords(S3Bucket bucket, S3Client client) {
    this.bucket = bucket;
    this.client = client;
  }

  /**
   * Records what will be begun, so that even an upload whose id was never heard of is found.
   *
   * @return the record
   */
  String beginning(String key) throws IOException {
    String record = FOLDER + UUID.randomUUID();
    write(record, key, key + "\n");
    return record;
  }

  void begun(String record, String key, String upload) throws IOException {
    write(record, key, key + "\n" + upload + "\n");
  }

  private void write(String record, String key, String text) throws IOException {
    try {
      var _ =
          client.putObject(
              b -> b.bucket(bucket.name()).key(bucket.prefix() + record).contentType("text/plain"),
              RequestBody.fromBytes(text.getBytes(StandardCharsets.UTF_8)));
    } catch (SdkException e) {
      throw S3Failures.of("record an upload of " + key + " in " + bucket, e);
    }
  }

  /** Of one that is left nothing has to be cleared away: whoever tries finds so. */
  void over(String record) {
    try {
      var _ =
          client.deleteObject(b ->
              b.bucket(bucket.name())
                  .key(bucket.prefix() + record)
                  .overrideConfiguration(
                      request -> request.apiCallTimeout(MultipartUploads.LAST_WORD)));
    } catch (SdkException e) {
      LOG.log(Level.FINE, e, () -> "the record " + record + " is left to be cleared away");
    }
  }

  /**
   * Gives up uploads of others that are taken for dead.
   *
   * @param store of the records
   * @param age of a record whose upload is
   * @return how many records that were
   */
  int clear(ObjectStore store, Duration age, Hold hold) throws IOException {
    int cleared = 0;
    List<IOException> failures = new ArrayList<>();
    for (List<Listed> page = store.list(FOLDER, "");
        !page.isEmpty();
        page = store.list(FOLDER, page.getLast().key())) {
      for (Listed each : page) {
        if (each.age().compareTo(age) < 0) {
          continue;
        }
        if (!hold.goesOn()) {
          return cleared;
        }
        try {
          cleared += clear(store, each.key(), age) ? 1 : 0;
        } catch (IOException e) {
          failures.add(e);
          if (failures.size() >= MOST_FAILURES) {
            throw e;
          }
        }
      }
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
    return cleared;
  }

  /** Answers whether nothing is left of it. */
  private boolean clear(ObjectStore store, String record, Duration age) throws IOException {
    Matcher begun = TEXT.matcher(text(store, record));
    boolean over = true;
    // One that nobody of us has written is of no use either.
    if (begun.matches()) {
      String key = begun.group("key");
      try {
        if (begun.group("upload") != null) {
          abort(bucket.prefix() + key, begun.group("upload"));
        }
        over = abortAll(bucket.prefix() + key, age);
      } catch (SdkException e) {
        if (!(e instanceof S3Exception answer && SENSELESS.contains(answer.statusCode()))) {
          throw S3Failures.of("give up an upload of " + key + " in " + bucket, e);
        }
      }
    }
    if (over) {
      store.remove(record);
    }
    return over;
  }

  private static String text(ObjectStore store, String record) throws IOException {
    try (StoredObject object = store.get(record, 0).orElse(null)) {
      return object == null
          ? ""
          : new String(object.bytes().readNBytes(LARGEST), StandardCharsets.UTF_8);
    }
  }

  private void abort(String name, String upload) {
    try {
      var _ = client.abortMultipartUpload(b -> b.bucket(bucket.name()).key(name).uploadId(upload));
    } catch (S3Exception e) {
      if (e.statusCode() != S3Failures.NOT_FOUND) {
        throw e;
      }
    }
  }

  /**
   * Also those whose id nobody has heard of, where larder may know of them. Answers whether none is
   * left.
   */
  private boolean abortAll(String name, Duration age) {
    ListMultipartUploadsResponse answer;
    try {
      answer = client.listMultipartUploads(b -> b.bucket(bucket.name()).prefix(name));
    } catch (S3Exception e) {
      if (S3Failures.denied(e)) {
        return true;
      }
      throw e;
    }
    boolean none = true;
    Optional<Instant> now = AnswerTime.of(answer);
    for (MultipartUpload each : answer.uploads()) {
      if (!each.key().equals(name)) {
        continue;
      }
      if (now.isPresent() && Duration.between(each.initiated(), now.get()).compareTo(age) >= 0) {
        abort(name, each.uploadId());
      } else {
        none = false;
      }
    }
    return none;
  }
}
