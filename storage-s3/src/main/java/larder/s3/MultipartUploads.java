package larder.s3;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.logging.Level;
import java.util.logging.Logger;
import larder.bucket.Body;
import larder.bucket.Hold;
import larder.bucket.ObjectStore;
import larder.bucket.ObjectStore.Condition;
import larder.bucket.ObjectStore.Written;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * Writes large objects in parts of one size, several at once, each with its checksum. That one has
 * begun is recorded before its first part, since few stores clear away by themselves what was never
 * completed.
 */
final class MultipartUploads {
  /** The most that S3 allows. */
  private static final int MOST_PARTS = 10_000;

  /** How long larder waits at its end for what can be done later too. */
  static final Duration LAST_WORD = Duration.ofSeconds(5);

  private static final Logger LOG = Logger.getLogger(MultipartUploads.class.getName());

  private final S3Bucket bucket;
  private final S3Client client;
  private final UploadRecords records;

  /** Of all uploads; the parts are read from where the bodies are, so they take no memory. */
  private final Semaphore turns;

  /**
   * @param parts how many may be written at once
   */
  MultipartUploads(S3Bucket bucket, S3Client client, int parts) {
    this.turns = new Semaphore(parts);
    this.bucket = bucket;
    this.client = client;
    this.records = new UploadRecords(bucket, client);
  }

  Written put(String key, Body body, Condition condition, long part) throws IOException {
    String what = "write " + key + " to " + bucket + " in parts";
    long size = Math.max(part, Math.ceilDiv(body.size(), MOST_PARTS));
    String name = bucket.prefix() + key;
    String record = records.beginning(key);
    String upload = begin(name, record, body, what);
    boolean done = false;
    try {
      records.begun(record, key, upload);
      List<CompletedPart> parts = parts(name, upload, body, size, what);
      Written written =
          S3Writes.attempt(
              () -> complete(name, upload, parts, body.size(), condition), condition, what);
      done = written instanceof Written.Stored;
      return written;
    } finally {
      end(done, name, upload, record);
    }
  }

  /** When its answer is lost, the upload is left to be cleared away. */
  private String begin(String name, String record, Body body, String what) throws IOException {
    try {
      return client
          .createMultipartUpload(b ->
              b.bucket(bucket.name())
                  .key(name)
                  .contentType(body.contentType())
                  .checksumAlgorithm(ChecksumAlgorithm.CRC32_C))
          .uploadId();
    } catch (S3Exception e) {
      if (e.statusCode() < 500 && Objects.equals(e.numAttempts(), 1)) {
        records.over(record); // refused, so that there is none
      }
      throw S3Failures.of(what, e);
    } catch (SdkException e) {
      throw S3Failures.of(what, e);
    }
  }

  private String complete(
      String name, String upload, List<CompletedPart> parts, long size, Condition condition) {
    CompleteMultipartUploadRequest.Builder request =
        CompleteMultipartUploadRequest.builder()
            .bucket(bucket.name())
            .key(name)
            .uploadId(upload)
            .multipartUpload(all -> all.parts(parts));
    switch (condition) {
      case Condition.Always _ -> {}
      case Condition.Absent _ -> request.ifNoneMatch("*");
      case Condition.Unchanged(String etag) -> request.ifMatch(etag);
    }
    try {
      return client.completeMultipartUpload(request.build()).eTag();
    } catch (NoSuchUploadException e) {
      // The first try may have worked, though its answer was lost.
      HeadObjectResponse there = client.headObject(b -> b.bucket(bucket.name()).key(name));
      if (there.contentLength() == size) {
        return there.eTag();
      }
      throw e;
    }
  }

  private List<CompletedPart> parts(String name, String upload, Body body, long size, String what)
      throws IOException {
    List<Future<CompletedPart>> under = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      int number = 1;
      for (long from = 0; from < body.size(); from += size) {
        int mine = number++;
        long start = from;
        long length = Math.min(size, body.size() - from);
        Callable<CompletedPart> one =
            () -> {
              turns.acquire();
              try {
                return part(name, upload, mine, body, start, length);
              } finally {
                turns.release();
              }
            };
        under.add(threads.submit(one));
      }
      return all(under, threads, what);
    }
  }

  private static List<CompletedPart> all(
      List<Future<CompletedPart>> under, ExecutorService threads, String what) throws IOException {
    List<CompletedPart> parts = new ArrayList<>();
    boolean whole = false;
    try {
      for (Future<CompletedPart> each : under) {
        parts.add(each.get());
      }
      whole = true;
      return parts;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted: " + what);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SdkException cause) {
        throw S3Failures.of(what, cause);
      }
      throw new IOException(what, e.getCause());
    } finally {
      if (!whole) {
        threads.shutdownNow();
      }
    }
  }

  private CompletedPart part(
      String name, String upload, int number, Body body, long from, long length) {
    UploadPartResponse answer =
        client.uploadPart(
            b ->
                b.bucket(bucket.name())
                    .key(name)
                    .uploadId(upload)
                    .partNumber(number)
                    .contentLength(length)
                    .checksumAlgorithm(ChecksumAlgorithm.CRC32_C),
            RequestBody.fromContentProvider(
                () -> new PartStream(body, from, length), length, body.contentType()));
    return CompletedPart.builder()
        .partNumber(number)
        .eTag(answer.eTag())
        .checksumCRC32C(answer.checksumCRC32C())
        .build();
  }

  /** Also by a thread that is to end: this is the last that it does. */
  private void end(boolean done, String name, String upload, String record) {
    boolean interrupted = Thread.interrupted();
    try {
      if (done || aborted(name, upload)) {
        records.over(record);
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Gives up what others have begun and will not end; answers with how many there were. */
  int clear(ObjectStore store, Duration age, Hold hold) throws IOException {
    return records.clear(store, age, hold);
  }

  /** Whether nothing is left of it. */
  private boolean aborted(String name, String upload) {
    try {
      var _ =
          client.abortMultipartUpload(b ->
              b.bucket(bucket.name())
                  .key(name)
                  .uploadId(upload)
                  .overrideConfiguration(request -> request.apiCallTimeout(LAST_WORD)));
      return true;
    } catch (S3Exception e) {
      if (e.statusCode() == S3Failures.NOT_FOUND) {
        return true;
      }
      LOG.log(Level.FINE, e, () -> "an upload of " + name + " is left to be cleared away");
      return false;
    } catch (SdkException e) {
      LOG.log(Level.FINE, e, () -> "an upload of " + name + " is left to be cleared away");
      return false;
    }
  }
}
