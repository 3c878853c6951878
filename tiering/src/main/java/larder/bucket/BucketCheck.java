package larder.bucket;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import larder.bucket.ObjectStore.Listed;
import larder.fsck.Proof;
import larder.fsck.Report;
import larder.fsck.Sample;
import larder.fsck.Throttle;
import larder.fsck.Wrong;
import larder.fsck.Wrong.Fate;
import larder.fsck.Wrong.Kept;
import larder.tiering.BlobKey;
import larder.tiering.Digest;
import larder.tiering.Space;
import larder.tiering.TagText;

/**
 * Reads what is in a bucket and removes what is not what its key says. It lists each object once, a
 * thousand with a request, and holds no more of them in memory; larders may use the bucket
 * meanwhile.
 */
public final class BucketCheck {
  private static final Duration SOON = Duration.ofMinutes(1);

  private static final List<String> FOLDERS = List.of("blobs/", "manifests/", "private/", "tags/");
  private static final Pattern BYTES =
      Pattern.compile(
          "(private/(?<own>[^/]+)/)?(?<kind>blobs|manifests)/(?<algorithm>[a-z0-9]+)/(?<prefix>[0-9a-f]{2})/(?<hex>[0-9a-f]+)");
  private static final Pattern TAG = Pattern.compile("(private/[^/]+/tags|tags/[^/]+)/.+/_/[^/]+");
  private static final Pattern DIGITS =
      Pattern.compile("/(?<first>[0-9a-f]{2})/(?<next>[0-9a-f]{2})");
  private static final int LARGEST_TAG = 4096;
  private static final int MOST_DOUBTED = 10_000;
  private static final String UNSIGNED = "it is not signed by larder.fleet-key for this place";

  /** How many failures in a row mean that the store is down. */
  private static final int MOST_FAILURES = 16;

  private final ObjectStore store;
  private final Layout layout;
  private final Optional<FleetKey> fleetKey;
  private final Sample sample;
  private final Throttle throttle;
  private final int readers;
  private final Report report;
  private final AtomicInteger failures = new AtomicInteger();

  /** A tag whose signature is not by the fleet's key for its place. */
  private record Doubted(String key, String etag) {}

  private final List<Doubted> doubted = new ArrayList<>(); // guarded by itself

  /** Whether a tag is signed by the fleet's key. */
  private volatile boolean believed;

  /**
   * @param fleetKey without it, signatures of tags are not looked at
   * @param readers how many objects are read at once
   */
  public BucketCheck(
      ObjectStore store,
      Layout layout,
      Optional<FleetKey> fleetKey,
      Sample sample,
      Throttle throttle,
      int readers,
      Report report) {
    this.store = store;
    this.layout = layout;
    this.fleetKey = fleetKey;
    this.sample = sample;
    this.throttle = throttle;
    this.readers = readers;
    this.report = report;
  }

  /**
   * Checks all that the sample takes.
   *
   * @throws IOException when the store fails, so that the rest is not known
   */
  public void run() throws IOException {
    try (ExecutorService threads =
        Executors.newFixedThreadPool(readers, Thread.ofVirtual().name("fsck-", 0).factory())) {
      try {
        for (String folder : FOLDERS) {
          check(folder, threads);
        }
        settle();
      } finally {
        threads.shutdownNow();
      }
    }
  }

  private void check(String folder, ExecutorService threads) throws IOException {
    report.reached(Wrong.Place.BUCKET, folder, 0);
    for (List<Listed> page = store.list(folder, "");
        !page.isEmpty();
        page = store.list(folder, page.getLast().key())) {
      check(page, threads);
      report.reached(Wrong.Place.BUCKET, folder, part(page.getLast().key()));
    }
    report.reached(Wrong.Place.BUCKET, folder, 1);
  }

  /** Digests are spread evenly, so that their first digits tell how far the listing has come. */
  private static double part(String key) {
    Matcher digits = DIGITS.matcher(key);
    return digits.find() && !key.startsWith("private/")
        ? HexFormat.fromHexDigits(digits.group("first") + digits.group("next")) / 65536.0
        : 0;
  }

  private void check(List<Listed> page, ExecutorService threads) throws IOException {
    List<Future<Boolean>> under = new ArrayList<>();
    for (Listed each : page) {
      if (sample.takes(each.key())) {
        Callable<Boolean> check =
            () -> {
              check(each.key());
              return true;
            };
        under.add(threads.submit(check));
      }
    }
    for (Future<Boolean> each : under) {
      await(each);
    }
  }

  private static void await(Future<Boolean> check) throws IOException {
    try {
      var _ = check.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the bucket is checked");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private void check(String key) throws IOException {
    Matcher bytes = BYTES.matcher(key);
    Optional<Digest> digest =
        bytes.matches()
            ? Digest.parse(bytes.group("algorithm") + ":" + bytes.group("hex"))
            : Optional.empty();
    if (digest.isPresent() && digest.get().hex().startsWith(bytes.group("prefix"))) {
      Optional<Kept> kept =
          space(bytes.group("own"))
              .map(space ->
                  new Kept(
                      new BlobKey(space, digest.get()), bytes.group("kind").equals("manifests")));
      checkBytes(key, digest.get(), kept);
    } else if (TAG.matcher(key).matches()) {
      checkTag(key);
    } else {
      report.wrong(wrong(key, "nothing that larder looks for is there", Fate.LEFT));
    }
  }

  /** Empty for an upstream that is configured no more. */
  @SuppressWarnings("NullAway") // a group that takes no part is null
  private Optional<Space> space(String folder) {
    return folder == null ? Optional.of(Space.PUBLIC) : layout.ownerOf(folder);
  }

  private void checkBytes(String key, Digest digest, Optional<Kept> kept) throws IOException {
    Proof proof = new Proof(digest, throttle);
    Optional<String> etag = read(key, object -> proof.take(object.bytes()));
    if (etag.isEmpty()) {
      return;
    }
    Optional<String> objection = proof.objection();
    if (objection.isEmpty()) {
      report.right(proof.bytes());
    } else {
      setAside(key, etag.get(), objection.get(), kept);
    }
  }

  private void checkTag(String key) throws IOException {
    byte[][] bytes = {{}};
    Optional<String> etag =
        read(key, object -> bytes[0] = object.bytes().readNBytes(LARGEST_TAG + 1));
    if (etag.isEmpty()) {
      return;
    }
    throttle.read(bytes[0].length);
    String text = new String(bytes[0], StandardCharsets.UTF_8);
    if (FleetKey.unverified(text).flatMap(TagText::parse).isEmpty()) {
      setAside(key, etag.get(), "it is no whole record of a tag", Optional.empty());
    } else if (fleetKey.isPresent() && fleetKey.get().verified(key, text).isEmpty()) {
      doubt(new Doubted(key, etag.get()));
    } else {
      believed = true;
      report.right(bytes[0].length);
    }
  }

  private void doubt(Doubted tag) {
    synchronized (doubted) {
      if (doubted.size() < MOST_DOUBTED) {
        doubted.add(tag);
        return;
      }
    }
    report.wrong(wrong(tag.key(), UNSIGNED, Fate.STAYS));
  }

  /** A key that nothing is signed by is more likely wrong than all that is signed. */
  private void settle() {
    for (Doubted each : doubted) {
      if (believed) {
        setAside(each.key(), each.etag(), UNSIGNED, Optional.empty());
      } else {
        String why = UNSIGNED + ", nor is any other tag: is that the fleet's key?";
        report.wrong(wrong(each.key(), why, Fate.STAYS));
      }
    }
  }

  private static Wrong wrong(String key, String how, Fate fate) {
    return new Wrong(Wrong.Place.BUCKET, key, how, fate, Optional.empty());
  }

  /** Takes what is read of an object. */
  private interface Reader {
    void take(StoredObject object) throws IOException;
  }

  private boolean listed(String key) throws IOException {
    return store.list(key, "").stream().anyMatch(each -> each.key().equals(key));
  }

  /**
   * Answers with the etag of what was read; empty when it is gone, or has just failed, which is
   * told.
   */
  private Optional<String> read(String key, Reader reader) throws IOException {
    Optional<String> opened = Optional.empty();
    try (StoredObject object = store.get(key, 0).orElse(null)) {
      if (object != null) {
        opened = Optional.of(object.etag());
        reader.take(object);
        failures.set(0);
        return Optional.of(object.etag());
      }
      if (!listed(key)) {
        failures.set(0);
        return Optional.empty();
      }
      // What larder's key may not read is told as if it were not there.
      throw new IOException("it is listed, and not given; may larder's key read it?");
    } catch (LocalTroubleException e) {
      throw e; // which says nothing of the object
    } catch (IOException e) {
      if (opened.isPresent() && changed(key, opened.get())) {
        return Optional.empty();
      }
      if (Thread.currentThread().isInterrupted() || failures.incrementAndGet() >= MOST_FAILURES) {
        throw e;
      }
      report.wrong(wrong(key, "it cannot be read: " + e.getMessage(), Fate.STAYS));
      return Optional.empty();
    }
  }

  /** Whether another object has taken its place while it was read, or none; which is told. */
  private boolean changed(String key, String etag) throws IOException {
    Optional<Listed> there = store.look(key);
    if (there.isPresent() && !there.get().etag().equals(etag)) {
      String how = "it was replaced while it was read";
      report.wrong(wrong(key, how, Fate.REPLACED));
      return true;
    }
    return there.isEmpty();
  }

  /** Not all stores keep conditions of removals, so it is looked at once more. */
  private void setAside(String key, String etag, String how, Optional<Kept> kept) {
    Fate fate;
    try {
      Optional<Listed> there = store.look(key).filter(each -> each.etag().equals(etag));
      fate = there.isPresent() && store.remove(there.get(), SOON) ? Fate.REMOVED : Fate.REPLACED;
      report.wrong(new Wrong(Wrong.Place.BUCKET, key, how, fate, kept));
    } catch (IOException e) {
      report.wrong(
          new Wrong(
              Wrong.Place.BUCKET,
              key,
              how + ", and it cannot be removed: " + e.getMessage(),
              Fate.STAYS,
              kept));
    }
  }
}
