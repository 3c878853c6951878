package larder.bucket;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import larder.tiering.BlobKey;
import larder.tiering.Source;
import larder.tiering.SourceException;

/** One blob in a bucket. For one download. */
final class BucketSource implements Source {
  private final Bucket bucket;
  private final BlobKey key;
  private volatile Optional<Stored> opened = Optional.empty();

  /** What was read last. */
  private record Stored(String etag, Instant modified) {}

  BucketSource(Bucket bucket, BlobKey key) {
    this.bucket = bucket;
    this.key = key;
  }

  @Override
  public String name() {
    return bucket.name();
  }

  @Override
  public boolean keepsCopies() {
    return true;
  }

  @Override
  public Answer open(long offset) throws IOException {
    StoredObject object =
        bucket
            .read(key, offset)
            .orElseThrow(() -> new SourceException.Unknown(name() + " has no " + key));
    opened = Optional.of(new Stored(object.etag(), object.modified()));
    return new Answer(OptionalLong.of(object.size()), offset, object.bytes());
  }

  @Override
  public void wasWrong() {
    opened.ifPresent(each -> bucket.wasWrong(key, each.etag(), each.modified()));
  }
}
