package larder.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import larder.bucket.Body;
import larder.bucket.Layout;
import larder.bucket.ObjectStore;
import larder.bucket.ObjectStore.Condition;
import larder.bucket.StoredObject;
import larder.fs.FileBlobStore;
import larder.fsck.Proof;
import larder.fsck.Throttle;
import larder.registry.Homes;
import larder.registry.Homes.Home;
import larder.tiering.BlobKey;
import larder.tiering.BlobStore.StoredBlob;
import larder.tiering.ByteRange;
import larder.tiering.Digest;
import larder.tiering.Source;
import larder.tiering.Spool;
import larder.upstream.Upstream;

/**
 * Puts right bytes where wrong ones were: from another place where they are kept, else from an
 * upstream that is known to have them. Nothing is put anywhere before its digest is right.
 */
final class Repair {
  /** An index leads to manifests, and these to blobs: one round finds what the next needs. */
  private static final int ROUNDS = 3;

  private final Optional<FileBlobStore> disk;
  private final Optional<Shared> bucket;
  private final Homes homes;
  private final Spool spool;
  private final Throttle throttle;
  private final Consumer<String> to;

  /** The bucket. */
  record Shared(ObjectStore store, Layout layout) {
    String place(BlobKey key, boolean manifest) {
      return manifest ? layout.manifest(key) : layout.blob(key);
    }
  }

  /** Where a blob is missing now. */
  enum Gap {
    DISK,
    BUCKET_BLOB,
    BUCKET_MANIFEST
  }

  /**
   * @param to is told in a line what became of each
   */
  Repair(
      Optional<FileBlobStore> disk,
      Optional<Shared> bucket,
      Homes homes,
      Spool spool,
      Throttle throttle,
      Consumer<String> to) {
    this.disk = disk;
    this.bucket = bucket;
    this.homes = homes;
    this.spool = spool;
    this.throttle = throttle;
    this.to = to;
  }

  /**
   * Fills the gaps that it can.
   *
   * @return how many it could not
   */
  int run(Map<BlobKey, Set<Gap>> lost) throws InterruptedIOException {
    Map<BlobKey, Set<Gap>> open = new LinkedHashMap<>(lost);
    Map<BlobKey, String> why = new LinkedHashMap<>();
    open.entrySet().removeIf(each -> fromOtherPlace(each.getKey(), each.getValue(), why));
    for (int round = 0; round < ROUNDS && !open.isEmpty(); round++) {
      Map<BlobKey, Home> known = known(open.keySet(), why);
      boolean any =
          open.entrySet()
              .removeIf(each -> fromUpstream(each.getKey(), each.getValue(), known, why));
      if (!any) {
        break;
      }
    }
    for (BlobKey key : open.keySet()) {
      to.accept(
          "not repaired  %s: %s"
              .formatted(
                  key,
                  why.getOrDefault(
                      key, "no tag that is kept leads to it, so that nobody knows who has it")));
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("interrupted while repairing");
    }
    return open.size();
  }

  private Map<BlobKey, Home> known(Set<BlobKey> wanted, Map<BlobKey, String> why) {
    try {
      return homes.of(wanted);
    } catch (IOException e) {
      wanted.forEach(key -> why.put(key, "tags cannot be read: " + e.getMessage()));
      return Map.of();
    }
  }

  /** Reads bytes into a check that is a file too. */
  private interface Filling {
    void into(Draft draft) throws IOException;
  }

  private boolean fromOtherPlace(BlobKey key, Set<Gap> gaps, Map<BlobKey, String> why) {
    List<Filling> places = new ArrayList<>();
    for (BlobKey each : named(key)) {
      if (disk.isPresent() && !gaps.contains(Gap.DISK)) {
        places.add(draft -> fromDisk(disk.get(), each, draft));
      }
      if (bucket.isPresent()) {
        places.add(draft -> fromBucket(bucket.get(), each, true, draft));
        places.add(draft -> fromBucket(bucket.get(), each, false, draft));
      }
    }
    for (Filling place : places) {
      if (filled(key, gaps, place, Optional.empty(), "another place where it is kept", why)) {
        return true;
      }
    }
    return false;
  }

  /** What is public may stand for what is private too. */
  private static List<BlobKey> named(BlobKey key) {
    List<BlobKey> names = new ArrayList<>(List.of(key));
    key.inPublic().ifPresent(names::add);
    return names;
  }

  private static void fromDisk(FileBlobStore store, BlobKey key, Draft draft) throws IOException {
    try (StoredBlob blob = store.find(key).orElse(null)) {
      if (blob == null) {
        throw new AbsentException();
      }
      var _ = blob.transferTo(ByteRange.all(blob.length()), draft);
    }
  }

  private static void fromBucket(Shared bucket, BlobKey key, boolean manifest, Draft draft)
      throws IOException {
    try (StoredObject object = bucket.store().get(bucket.place(key, manifest), 0).orElse(null)) {
      if (object == null) {
        throw new AbsentException();
      }
      draft.take(object.bytes());
    }
  }

  private boolean fromUpstream(
      BlobKey key, Set<Gap> gaps, Map<BlobKey, Home> known, Map<BlobKey, String> why) {
    Home home = known.get(key);
    if (home == null) {
      return false;
    }
    if (home.isManifest()) {
      try {
        Body body = home.manifest();
        return filled(
            key, gaps, draft -> draft.take(body), Optional.of(body), home.toString(), why);
      } catch (IOException e) {
        why.put(key, e.getMessage());
        return false;
      }
    }
    for (Source source : home.sources()) {
      Filling filling =
          draft -> {
            try (Source.Answer answer = source.open(0)) {
              draft.take(answer.bytes());
            }
          };
      if (filled(key, gaps, filling, Optional.empty(), home.toString(), why)) {
        return true;
      }
    }
    return false;
  }

  /** That a place has it not, which is no news. */
  private static final class AbsentException extends IOException {
    private static final long serialVersionUID = 1;
  }

  private boolean filled(
      BlobKey key,
      Set<Gap> gaps,
      Filling filling,
      Optional<Body> manifest,
      String from,
      Map<BlobKey, String> why) {
    try (Draft draft = new Draft(key.digest(), spool, throttle)) {
      filling.into(draft);
      draft.prove();
      // Last: it takes the file.
      for (Gap gap : List.of(Gap.BUCKET_MANIFEST, Gap.BUCKET_BLOB, Gap.DISK)) {
        if (gaps.contains(gap)) {
          deliver(key, gap, draft, manifest);
        }
      }
      to.accept("repaired  %s from %s".formatted(key, from));
      return true;
    } catch (AbsentException e) {
      return false;
    } catch (IOException e) {
      why.put(key, String.valueOf(e.getMessage()));
      return false;
    }
  }

  private void deliver(BlobKey key, Gap gap, Draft draft, Optional<Body> manifest)
      throws IOException {
    switch (gap) {
      case DISK -> disk.orElseThrow().put(key, draft.path());
      case BUCKET_BLOB -> put(bucket.orElseThrow(), key, false, draft.body());
      case BUCKET_MANIFEST ->
          put(
              bucket.orElseThrow(),
              key,
              true,
              manifest.isPresent() ? manifest.get() : Homes.typed(key.digest(), draft.bytes()));
    }
  }

  /** Where another larder has put it meanwhile, that is right too. */
  private static void put(Shared bucket, BlobKey key, boolean manifest, Body body)
      throws IOException {
    var _ = bucket.store().put(bucket.place(key, manifest), body, new Condition.Absent());
  }

  /** Bytes on their way, in a file of the spool. */
  private static final class Draft implements WritableByteChannel {
    private final Digest digest;
    private final Path path;
    private final FileChannel file;
    private final Proof proof;

    Draft(Digest digest, Spool spool, Throttle throttle) throws IOException {
      Spool.File made = spool.create();
      this.digest = digest;
      this.path = made.path();
      this.file = made.channel();
      this.proof = new Proof(digest, throttle);
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      int length = bytes.remaining();
      ByteBuffer again = bytes.duplicate();
      while (again.hasRemaining()) {
        file.write(again);
      }
      var _ = proof.write(bytes);
      return length;
    }

    void take(InputStream from) throws IOException {
      byte[] buffer = new byte[64 << 10];
      for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
        var _ = write(ByteBuffer.wrap(buffer, 0, read));
      }
    }

    void take(Body body) throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(body.size()));
      while (bytes.hasRemaining() && body.read(bytes, bytes.position()) > 0) {}
      var _ = write(bytes.flip());
    }

    void prove() throws IOException {
      Optional<String> objection = proof.objection();
      if (objection.isPresent()) {
        throw new IOException("what came is wrong: " + objection.get());
      }
    }

    Path path() {
      return path;
    }

    byte[] bytes() throws IOException {
      if (file.size() > Upstream.LARGEST_MANIFEST) {
        throw new IOException("it is too large for a manifest");
      }
      return Files.readAllBytes(path);
    }

    /** To be read while this is open. */
    Body body() throws IOException {
      return Body.of(digest, file.size(), file::read);
    }

    @Override
    public boolean isOpen() {
      return file.isOpen();
    }

    @Override
    public void close() throws IOException {
      try (file) {
        Files.deleteIfExists(path);
      }
    }
  }
}
