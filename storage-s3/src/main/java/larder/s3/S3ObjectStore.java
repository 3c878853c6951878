package larder.s3;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Logger;
import larder.bucket.Body;
import larder.bucket.Hold;
import larder.bucket.ObjectStore;
import larder.bucket.StoredObject;
import larder.tiering.Events;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The objects of a bucket below a prefix. */
public final class S3ObjectStore implements ObjectStore {
  /** Connections that are left for other writes than parts, so that none waits for those. */
  private static final int OTHER_WRITES = 4;

  private static final Logger LOG = Logger.getLogger(S3ObjectStore.class.getName());

  private final S3Bucket bucket;
  private final S3Clients clients;
  private final ReadAhead readAhead;
  private final MultipartUploads multipart;
  private final TimedRemovals removals;
  private final Limits limits;
  private final S3Requests requests;
  private final AtomicBoolean said = new AtomicBoolean();

  /**
   * What larder takes for it.
   *
   * @param readers connections of those who read
   * @param writers connections of those who write
   * @param segment how many bytes one read-ahead takes
   * @param segments how many segments may be held in memory at once, by all readers together
   * @param part of how many bytes and more an object is written in parts of that size
   */
  public record Limits(int readers, int writers, int segment, int segments, long part) {
    /**
     * Parts of 64 MiB, segments of 4 MiB.
     *
     * @param heap in bytes, of which segments take an eighth, and no more than half of the readers
     * @param connections in all
     */
    public static Limits within(long heap, int connections) {
      int segment = 4 << 20;
      int writers = Math.clamp(connections / 4, 2 * OTHER_WRITES, 24);
      int readers = Math.max(connections - writers, 2 * OTHER_WRITES);
      int segments = (int) Math.min(heap / 8 / segment, readers / 2);
      return new Limits(readers, writers, segment, segments, 64L << 20);
    }
  }

  private S3ObjectStore(S3Bucket bucket, Limits limits, S3Requests requests) {
    this.bucket = bucket;
    this.limits = limits;
    this.requests = requests;
    this.clients = S3Clients.open(bucket, limits.readers(), limits.writers(), requests);
    this.readAhead = new ReadAhead(limits.segment(), limits.segments());
    this.removals = new TimedRemovals(bucket, clients, requests);
    int parts = Math.max(1, limits.writers() - OTHER_WRITES);
    this.multipart = new MultipartUploads(bucket, clients.writing(), parts);
  }

  /**
   * Makes no request.
   *
   * @param events told of each request
   */
  public static S3ObjectStore open(
      S3Bucket bucket, Limits limits, Events events, InstantSource clock) {
    return new S3ObjectStore(bucket, limits, new S3Requests(events, clock));
  }

  @Override
  public String name() {
    return bucket.toString();
  }

  @Override
  public Optional<StoredObject> get(String key, long from) throws IOException {
    return new S3Range.Reader(clients.reading(), bucket, key, this::sayThatItMayNotList, requests)
        .first(from, limits.segment())
        .map(first ->
            new StoredObject(
                first.size(),
                first.etag(),
                first.modified(),
                first.answered().orElse(first.modified()),
                readAhead.of(first)));
  }

  @Override
  public Optional<Listed> look(String key) throws IOException {
    try {
      HeadObjectResponse head =
          clients.reading().headObject(b -> b.bucket(bucket.name()).key(bucket.prefix() + key));
      return Optional.of(
          new Listed(
              key,
              head.contentLength(),
              head.eTag(),
              head.lastModified(),
              AnswerTime.of(head).orElse(head.lastModified())));
    } catch (S3Exception e) {
      if (e.statusCode() == S3Failures.NOT_FOUND) {
        return Optional.empty();
      }
      throw S3Failures.of("look at " + key + " in " + name(), e);
    } catch (SdkException e) {
      throw S3Failures.of("look at " + key + " in " + name(), e);
    }
  }

  private void sayThatItMayNotList() {
    if (!said.getAndSet(true)) {
      LOG.warning(() ->
          "%s answers 403 AccessDenied where an object is not there, or may not be read: let larder's key list the bucket (s3:ListBucket), so that these can be told apart"
              .formatted(name()));
    }
  }

  @Override
  public Written put(String key, Body body, Condition condition) throws IOException {
    if (body.size() >= limits.part()) {
      return multipart.put(key, body, condition, limits.part());
    }
    PutObjectRequest.Builder request =
        PutObjectRequest.builder()
            .bucket(bucket.name())
            .key(bucket.prefix() + key)
            .contentType(body.contentType())
            .contentLength(body.size());
    body.sha256()
        .map(digest -> Base64.getEncoder().encodeToString(HexFormat.of().parseHex(digest.hex())))
        .ifPresent(request::checksumSHA256);
    switch (condition) {
      case Condition.Always _ -> {}
      case Condition.Absent _ -> request.ifNoneMatch("*");
      case Condition.Unchanged(String etag) -> request.ifMatch(etag);
    }
    RequestBody content =
        RequestBody.fromContentProvider(
            () -> new PartStream(body, 0, body.size()), body.size(), body.contentType());
    return S3Writes.attempt(
        () -> clients.writing().putObject(request.build(), content).eTag(),
        condition,
        "write " + key + " to " + name());
  }

  @Override
  public void remove(String key) throws IOException {
    try {
      var _ =
          clients.writing().deleteObject(b -> b.bucket(bucket.name()).key(bucket.prefix() + key));
    } catch (SdkException e) {
      throw S3Failures.of("remove " + key + " from " + name(), e);
    }
  }

  @Override
  public boolean remove(Listed object, Duration within) throws IOException {
    return removals.remove(object, within);
  }

  @Override
  public List<Listed> list(String prefix, String after) throws IOException {
    ListObjectsV2Request.Builder request =
        ListObjectsV2Request.builder().bucket(bucket.name()).prefix(bucket.prefix() + prefix);
    if (!after.isEmpty()) {
      request.startAfter(bucket.prefix() + after);
    }
    try {
      ListObjectsV2Response answer = clients.writing().listObjectsV2(request.build());
      Optional<Instant> now = AnswerTime.of(answer);
      return answer.contents().stream()
          .map(each ->
              new Listed(
                  each.key().substring(bucket.prefix().length()),
                  each.size(),
                  each.eTag(),
                  each.lastModified(),
                  now.orElse(each.lastModified())))
          .toList();
    } catch (SdkException e) {
      throw S3Failures.of("list " + prefix + " in " + name(), e);
    }
  }

  @Override
  public int clear(Duration age, Hold hold) throws IOException {
    return multipart.clear(this, age, hold);
  }

  @Override
  public void close() {
    readAhead.close();
    clients.close();
  }
}
