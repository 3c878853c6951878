package larder.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.Optional;
import larder.bucket.StoredObject;
import larder.fs.FileBlobStore;
import larder.registry.Homes;
import larder.tiering.BlobKey;
import larder.tiering.BlobStore.StoredBlob;
import larder.tiering.ByteRange;
import larder.tiering.Digest;
import larder.upstream.Upstream;

/** Manifests that are kept where nothing is served. */
record ManifestsAtRest(Optional<FileBlobStore> disk, Optional<Repair.Shared> bucket)
    implements Homes.Kept {
  @Override
  public Optional<byte[]> manifest(BlobKey key) {
    Optional<byte[]> stored = disk.flatMap(store -> stored(store, key));
    return stored.isPresent() ? stored : bucket.flatMap(each -> shared(each, key));
  }

  private static Optional<byte[]> stored(FileBlobStore store, BlobKey key) {
    try (StoredBlob blob = store.find(key).orElse(null)) {
      if (blob == null || blob.length() > Upstream.LARGEST_MANIFEST) {
        return Optional.empty();
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) blob.length());
      var _ = blob.transferTo(ByteRange.all(blob.length()), Channels.newChannel(bytes));
      return right(key, bytes.toByteArray());
    } catch (IOException e) {
      return Optional.empty(); // as if it were not there
    }
  }

  private static Optional<byte[]> shared(Repair.Shared bucket, BlobKey key) {
    try (StoredObject object = bucket.store().get(bucket.place(key, true), 0).orElse(null)) {
      return object == null
          ? Optional.empty()
          : right(key, object.bytes().readNBytes(Upstream.LARGEST_MANIFEST + 1));
    } catch (IOException e) {
      return Optional.empty(); // as if it were not there
    }
  }

  private static Optional<byte[]> right(BlobKey key, byte[] bytes) {
    return Digest.of(key.digest().algorithm(), bytes).equals(key.digest())
        ? Optional.of(bytes)
        : Optional.empty();
  }
}
