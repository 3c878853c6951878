package larder.guarded;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import larder.guarded.Fingerprints.Fingerprint;
import larder.guarded.Fingerprints.Purpose;

/**
 * How many wrong passwords and tokens may come from where: ten for one name from one address, then
 * one in six seconds; a hundred from one address, then five a second.
 */
final class Slowdown {
  private static final int MOST = 10_000;

  private final Fingerprints fingerprints;
  private final InstantSource clock;
  private final Cache<Fingerprint, Allowance> ofNames;
  private final Cache<Fingerprint, Allowance> ofAddresses;

  Slowdown(Fingerprints fingerprints, InstantSource clock, Ticker ticker) {
    this.fingerprints = fingerprints;
    this.clock = clock;
    this.ofNames = allowances(Allowance.OF_A_NAME, ticker);
    this.ofAddresses = allowances(Allowance.OF_AN_ADDRESS, ticker);
  }

  private static Cache<Fingerprint, Allowance> allowances(Allowance.Size size, Ticker ticker) {
    // One that nobody took from for so long is full again, which is what a new one is.
    return Caffeine.newBuilder()
        .maximumSize(MOST)
        .expireAfterAccess(size.every().multipliedBy(size.burst()))
        .ticker(ticker)
        .build();
  }

  /**
   * Whose guesses count together.
   *
   * @param name that is guessed at; a token by itself tells none
   */
  record Sender(String address, Optional<String> name) {}

  /**
   * Takes one from what a sender may still get wrong; to be given back when it was right.
   *
   * @return empty when there was one, else how long until there is
   */
  Optional<Duration> take(Sender sender) {
    Instant now = clock.instant();
    List<Allowance> taken = new ArrayList<>();
    for (Allowance each : allowances(sender)) {
      Optional<Duration> wait = each.take(now);
      if (wait.isPresent()) {
        taken.forEach(Allowance::giveBack);
        return wait;
      }
      taken.add(each);
    }
    return Optional.empty();
  }

  void giveBack(Sender sender) {
    allowances(sender).forEach(Allowance::giveBack);
  }

  private List<Allowance> allowances(Sender sender) {
    String place = neighbourhood(sender.address());
    Allowance ofAddress =
        ofAddresses.get(
            fingerprints.of(Purpose.ADDRESS, place),
            _ -> new Allowance(Allowance.OF_AN_ADDRESS, clock.instant()));
    // No name has a control character.
    return sender
        .name()
        .map(name -> fingerprints.of(Purpose.NAME, place + '\n' + name))
        .map(print -> ofNames.get(print, _ -> new Allowance(Allowance.OF_A_NAME, clock.instant())))
        .map(ofName -> List.of(ofName, ofAddress))
        .orElse(List.of(ofAddress));
  }

  /** The address, or of IPv6 its network of 64 bits, in which a sender can choose at will. */
  static String neighbourhood(String address) {
    int zone = address.indexOf('%');
    try {
      InetAddress parsed = InetAddress.ofLiteral(zone < 0 ? address : address.substring(0, zone));
      byte[] bytes = parsed.getAddress();
      return HexFormat.of()
          .formatHex(parsed instanceof Inet6Address ? Arrays.copyOf(bytes, 8) : bytes);
    } catch (IllegalArgumentException e) {
      return address;
    }
  }

  /** What is left for one sender. */
  private static final class Allowance {
    static final Size OF_A_NAME = new Size(10, Duration.ofSeconds(6));
    static final Size OF_AN_ADDRESS = new Size(100, Duration.ofMillis(200));

    /**
     * @param every how long until there is one more
     */
    record Size(int burst, Duration every) {}

    private final Size size;

    /** Guarded by this, as is the next. */
    private int left;

    /** When the last one that time gave came. */
    private Instant filled;

    Allowance(Size size, Instant now) {
      this.size = size;
      this.left = size.burst();
      this.filled = now;
    }

    synchronized Optional<Duration> take(Instant now) {
      fill(now);
      if (left == 0) {
        return Optional.of(size.every().minus(Duration.between(filled, now)));
      }
      left--;
      return Optional.empty();
    }

    synchronized void giveBack() {
      left++;
    }

    private void fill(Instant now) {
      if (now.isBefore(filled)) {
        filled = now; // the clock was set back
      }
      long more = Duration.between(filled, now).dividedBy(size.every());
      filled = filled.plus(size.every().multipliedBy(more));
      left = (int) Math.min(left + more, size.burst());
    }
  }
}
