package larder.s3;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import larder.bucket.Finding;
import larder.bucket.ObjectStore;
import larder.bucket.Trial;
import larder.s3.Administration.Answer;
import larder.tiering.Events;

/** Makes a bucket fit for larder, and tells whether it is. */
public final class Provisioning implements Closeable {
  /** Beyond five minutes stores begin to refuse what is signed. */
  private static final Duration MOST_APART = Duration.ofMinutes(5);

  private final S3Bucket bucket;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Administration administration;
  private final ObjectStore store;
  private final Consumer<Finding> to;

  private Provisioning(
      S3Bucket bucket,
      InstantSource clock,
      RandomGenerator random,
      Administration administration,
      ObjectStore store,
      Consumer<Finding> to) {
    this.bucket = bucket;
    this.clock = clock;
    this.random = random;
    this.administration = administration;
    this.store = store;
    this.to = to;
  }

  /** Makes no request. */
  public static Provisioning open(
      S3Bucket bucket, InstantSource clock, RandomGenerator random, Consumer<Finding> to)
      throws IOException {
    return new Provisioning(
        bucket,
        clock,
        random,
        Administration.of(bucket),
        S3ObjectStore.open(bucket, S3ObjectStore.Limits.within(32L << 20, 16), Events.NONE, clock),
        to);
  }

  /** Makes the bucket where there is none and sets the rules that larder wants, then checks it. */
  public void init() {
    try {
      if (administration.look().isEmpty()) {
        administration.make();
        to.accept(Finding.ok("the bucket %s has been made".formatted(bucket.name())));
      }
    } catch (IOException e) {
      to.accept(Finding.error(told(e)));
      return;
    }
    checked(true);
  }

  /** Tells what is well and what is not. */
  public void check() {
    checked(false);
  }

  /**
   * @param setting whether the rules that larder wants are set
   */
  private void checked(boolean setting) {
    Instant asked = clock.instant();
    Optional<Answer> answer;
    try {
      answer = administration.look();
    } catch (IOException e) {
      to.accept(Finding.error(told(e)));
      return;
    }
    if (answer.isEmpty()) {
      to.accept(
          Finding.error(
              "there is no bucket %s; make it by 'larder bucket init', or correct larder.bucket.name"
                  .formatted(bucket.name())));
      return;
    }
    if (elsewhere(answer.get())) {
      return;
    }
    compareClocks(answer.get(), asked);
    new Trial(store, Provisioning::remedy, random, to).run();
    tryUpload();
    Housekeeping housekeeping = new Housekeeping(bucket, administration, to);
    if (setting) {
      housekeeping.set();
    }
    housekeeping.check(answer.get());
  }

  private static String told(IOException e) {
    String line = String.valueOf(e.getMessage());
    return e instanceof RefusedException refused && refused.denied()
        ? line + "; or the bucket is somebody else's: choose another larder.bucket.name"
        : line;
  }

  /** Some stores answer whoever asks with the wrong region. */
  private boolean elsewhere(Answer answer) {
    boolean elsewhere =
        answer.region().isPresent() && !answer.region().get().equals(bucket.region());
    if (elsewhere) {
      to.accept(
          Finding.error(
              "the bucket %s is in %s, not in %s; correct larder.bucket.region"
                  .formatted(bucket.name(), answer.region().get(), bucket.region())));
    } else {
      to.accept(
          Finding.ok("the bucket is there: %s, region %s".formatted(bucket, bucket.region())));
    }
    return elsewhere;
  }

  private void compareClocks(Answer answer, Instant asked) {
    if (answer.date().isEmpty()) {
      to.accept(Finding.warning("the store tells no time, so that clocks cannot be compared"));
      return;
    }
    Instant theirs = answer.date().get();
    // Somewhere between question and answer; theirs has no fractions of a second.
    Duration behind = Duration.between(clock.instant(), theirs);
    Duration ahead = Duration.between(theirs, asked);
    Duration apart = behind.compareTo(ahead) > 0 ? behind : ahead;
    to.accept(
        apart.compareTo(MOST_APART) > 0
            ? Finding.warning(
                "this machine's clock is %d minutes %s the store's; set it, since a store refuses what is signed at another time"
                    .formatted(apart.toMinutes(), behind.isNegative() ? "ahead of" : "behind"))
            : Finding.ok("the clocks here and at the store agree"));
  }

  private static String remedy(Trial.Deed deed) {
    return "let larder's key do "
        + switch (deed) {
          case WRITE -> "s3:PutObject";
          case READ -> "s3:GetObject";
          case LIST -> "s3:ListBucket";
          case REMOVE -> "s3:DeleteObject";
        };
  }

  private void tryUpload() {
    try {
      administration.tryUpload(Trial.key(random));
      to.accept(Finding.ok("uploads in parts are begun and ended"));
    } catch (IOException e) {
      to.accept(
          Finding.error(
              "large objects cannot be written in parts: %s; let larder's key do s3:PutObject and s3:AbortMultipartUpload"
                  .formatted(e.getMessage())));
    }
  }

  @Override
  public void close() throws IOException {
    administration.close();
    store.close();
  }
}
