package larder.bucket;

import java.io.IOException;
import java.util.OptionalLong;
import larder.tiering.BlobKey;
import larder.tiering.Source;
import larder.tiering.SourceException;

/** One blob in a bucket. For one download. */
final class BucketSource implements Source {
  private final Bucket bucket;
  private final BlobKey key;
  private volatile String etag = "";

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
    etag = object.etag();
    return new Answer(OptionalLong.of(object.size()), offset, object.bytes());
  }

  @Override
  public void wasWrong() {
    bucket.wasWrong(key, etag);
  }
}
