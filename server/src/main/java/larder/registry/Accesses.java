package larder.registry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import larder.tiering.Digest;

/** Tells accesses from repetitions: a client and a digest make one access in ten minutes. */
final class Accesses {
  private static final Duration ONE_ACCESS = Duration.ofMinutes(10);
  private static final long MOST = 200_000;

  private final Cache<Access, Boolean> recent;

  private record Access(String client, Digest digest) {}

  Accesses(Ticker ticker) {
    this.recent =
        Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(ONE_ACCESS).ticker(ticker).build();
  }

  /** Whether this is an access, rather than the repetition of one. */
  boolean count(String client, Digest digest) {
    return recent.asMap().putIfAbsent(new Access(client, digest), true) == null;
  }
}
