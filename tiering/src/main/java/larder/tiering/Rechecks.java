package larder.tiering;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Opens what a tier holds; what is not trusted has its first reader wait for a check of it. */
final class Rechecks {
  /*
   * A file is only ever replaced by a verified one. So a handle that is opened after the check's own may be read under the
   * check, and one that was opened before it may not.
   */
  private final Tier tier;
  private final Executor workers;
  private final ConcurrentMap<BlobKey, Recheck> running = new ConcurrentHashMap<>();

  Rechecks(Tier tier, Executor workers) {
    this.tier = tier;
    this.workers = workers;
  }

  /**
   * Empty when the tier does not hold the blob, or it has just turned out wrong.
   *
   * @param anew whether it is an access, and not the reading on of one
   */
  Optional<Blob> open(BlobKey key, boolean anew) throws IOException {
    Recheck recheck = running.get(key);
    Optional<PinnedBlob> found = tier.find(key, anew);
    if (found.isPresent() && recheck == null && !found.get().trusted()) {
      recheck = start(key, found.get());
      found = tier.find(key, false);
    }
    if (found.isEmpty()) {
      return Optional.empty();
    }
    PinnedBlob blob = found.get();
    return blob.trusted() || recheck == null
        ? Optional.of(new ResidentBlob(key, blob))
        : recheck.follow(blob);
  }

  /** One check at a time hashes a blob. */
  private Recheck start(BlobKey key, PinnedBlob handle) throws IOException {
    Recheck started = new Recheck(key, handle);
    @Nullable Recheck other = running.putIfAbsent(key, started);
    if (other != null) {
      started.abandon();
      return other;
    }
    try {
      workers.execute(() -> run(key, started));
    } catch (RejectedExecutionException e) {
      running.remove(key, started);
      started.tell(Recheck.Verdict.UNKNOWN);
      started.abandon();
    }
    return started;
  }

  private void run(BlobKey key, Recheck check) {
    Recheck.Verdict verdict = Recheck.Verdict.UNKNOWN;
    try {
      verdict = check.run();
    } finally {
      running.remove(key, check);
      check.tell(verdict);
    }
  }
}
