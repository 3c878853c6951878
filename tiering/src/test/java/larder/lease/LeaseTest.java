package larder.lease;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import larder.bucket.Body;
import larder.bucket.FleetKey;
import larder.bucket.ObjectStore.Condition;
import larder.lease.LeaseRecord.State;
import larder.lease.Leases.Attempt;
import larder.lease.UnreliableStore.Fate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A lease from its taking to its end. */
class LeaseTest {
  private static final Duration TIME = Duration.ofSeconds(30);
  private static final Duration OVER = TIME.plus(Leases.GRAIN);

  private final UnreliableStore store = new UnreliableStore(new Random(1), true, () -> {});
  private final Leases a = leases("a", Optional.empty());
  private final Leases b = leases("b", Optional.empty());

  LeaseTest() {
    store.becomeReliable();
  }

  private Leases leases(String holder, Optional<FleetKey> key) {
    return new Leases(store, key, TIME, holder, new Random(holder.hashCode()), store::nanos);
  }

  private static Attempt tried(Leases leases) throws IOException {
    return leases.take("one", Duration.ZERO);
  }

  private static Lease taken(Leases leases) throws IOException {
    Attempt attempt = tried(leases);
    assertThat(attempt).isInstanceOf(Attempt.Taken.class);
    return ((Attempt.Taken) attempt).lease();
  }

  private static Attempt.Refused refused(Leases leases) throws IOException {
    Attempt attempt = tried(leases);
    assertThat(attempt).isInstanceOf(Attempt.Refused.class);
    return (Attempt.Refused) attempt;
  }

  @Test
  void oneHasItAndTheOtherHearsOfThat() throws Exception {
    Lease lease = taken(a);
    assertThat(lease.held()).isTrue();
    store.advance(Duration.ofSeconds(11));
    assertThat(lease.keep("half\nof it")).isTrue();
    store.advance(Duration.ofSeconds(5));
    Attempt.Refused refused = refused(b);
    assertThat(refused.record().holder()).isEqualTo("a");
    assertThat(refused.record().state()).isEqualTo(State.HELD);
    assertThat(refused.record().note()).isEqualTo("half?of it");
    assertThat(refused.age()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void eachRequestIsForSomething() throws Exception {
    Lease lease = taken(a);
    assertThat(store.requests).as("a look and a write").isEqualTo(2);
    assertThat(lease.goesOn()).isTrue();
    assertThat(store.requests).as("before a third of its time is over").isEqualTo(2);
    store.advance(TIME.dividedBy(3));
    assertThat(lease.goesOn()).isTrue();
    assertThat(store.requests).as("a renewal").isEqualTo(3);
    refused(b);
    assertThat(store.requests).as("a look by who does not get it").isEqualTo(4);
  }

  @Test
  void whoKeepsItHasItForLong() throws Exception {
    Lease lease = taken(a);
    for (int i = 0; i < 100; i++) {
      store.advance(TIME.dividedBy(2));
      assertThat(lease.goesOn()).isTrue();
      refused(b);
    }
  }

  @Test
  void whoDoesNotLosesItToTheNext() throws Exception {
    Lease lease = taken(a);
    store.advance(TIME);
    assertThat(lease.held()).isFalse();
    refused(b);
    store.advance(Leases.GRAIN);
    Lease next = taken(b);
    assertThat(next.epoch()).isEqualTo(lease.epoch() + 1);
    assertThat(lease.goesOn()).isFalse();
    assertThat(next.goesOn()).isTrue();
    lease.release(State.DONE, "");
    assertThat(refused(a).record().holder()).as("a's release changes nothing").isEqualTo("b");
  }

  @Test
  void whatNobodyHasTakenMeanwhileIsStillHeld() throws Exception {
    Lease lease = taken(a);
    store.advance(OVER.multipliedBy(3));
    assertThat(lease.held()).isFalse();
    assertThat(lease.goesOn()).isTrue();
    refused(b);
  }

  @ParameterizedTest
  @EnumSource(
      value = State.class,
      names = {"DONE", "FAILED"})
  void oneThatIsGivenBackIsTakenAtOnce(State state) throws Exception {
    Lease lease = taken(a);
    lease.release(state, "enough");
    assertThat(lease.held()).isFalse();
    assertThat(lease.goesOn()).isFalse();
    assertThat(b.take("one", Duration.ofMinutes(1)))
        .as("unless it is to rest")
        .isInstanceOfSatisfying(
            Attempt.Refused.class,
            each -> {
              assertThat(each.record().state()).isEqualTo(state);
              assertThat(each.record().note()).isEqualTo("enough");
            });
    assertThat(taken(b).epoch()).isEqualTo(2);
  }

  @Test
  void oneThatRestsIsTakenAfterwards() throws Exception {
    taken(a).release(State.DONE, "");
    store.advance(Duration.ofMinutes(1));
    assertThat(b.take("one", Duration.ofMinutes(1))).isInstanceOf(Attempt.Taken.class);
  }

  @ParameterizedTest
  @EnumSource(
      value = Fate.class,
      names = {"ANSWER_LOST", "SENT_AGAIN"})
  void anAnswerThatIsLostLosesNoLease(Fate fate) throws Exception {
    store.next(fate);
    Lease lease = taken(a);
    store.advance(TIME.dividedBy(2));
    store.next(fate);
    assertThat(lease.goesOn()).isTrue();
    store.advance(TIME.dividedBy(3));
    assertThat(lease.goesOn()).isTrue();
    store.advance(TIME.dividedBy(2));
    assertThat(lease.held()).as("renewed").isTrue();
    store.next(fate);
    try {
      lease.release(State.DONE, "");
    } catch (IOException e) {
      assertThat(fate).isEqualTo(Fate.ANSWER_LOST);
    }
    Lease _ = taken(b);
  }

  @Test
  void aLateRenewalDoesNotUndoTheRelease() throws Exception {
    Lease lease = taken(a);
    store.advance(TIME.dividedBy(2));
    store.next(Fate.LATE);
    assertThat(lease.goesOn()).isTrue();
    lease.release(State.DONE, "");
    store.becomeReliable();
    Lease _ = taken(b);
  }

  @Test
  void aRenewalThatFailsIsTriedAgainUntilTheTimeIsOver() throws Exception {
    Lease lease = taken(a);
    store.advance(TIME.dividedBy(2));
    store.next(Fate.LOST);
    assertThat(lease.goesOn()).isTrue();
    int before = store.requests;
    assertThat(lease.goesOn()).isTrue();
    assertThat(store.requests).as("not at once").isEqualTo(before);
    store.advance(TIME.dividedBy(2));
    store.next(Fate.LOST);
    assertThat(lease.goesOn()).isFalse();
  }

  @Test
  void whoCannotAskDoesNotHaveIt() {
    store.next(Fate.LOST);
    assertThatIOException().isThrownBy(() -> tried(a)).withMessageContaining("LOST");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "garbage", "n\n1\nw\nh\nheld\n", "n\n-1\nw\nh\nheld\nx\nend\n"})
  void aRecordThatIsNoneIsReplaced(String text) throws Exception {
    put(text);
    Lease lease = taken(a);
    assertThat(lease.goesOn()).isTrue();
    refused(b);
  }

  private void put(String text) throws IOException {
    var _ = store.put("leases/one", Body.of(text.getBytes(UTF_8)), new Condition.Always());
  }

  @Test
  void whoHasNotTheKeyOfTheFleetTakesNothingFromIt() throws Exception {
    Leases ours = leases("ours", Optional.of(new FleetKey("secret")));
    Leases theirs = leases("theirs", Optional.of(new FleetKey("guessed")));
    Lease _ = taken(theirs);
    Lease lease = taken(ours);
    assertThat(lease.goesOn()).isTrue();
    Attempt.Refused seen = refused(a);
    assertThat(seen.record().holder()).as("who has no key reads all").isEqualTo("ours");
  }

  @Test
  void whereTheStoreTellsNoTimeOneWaitsByOnesOwn() throws Exception {
    UnreliableStore timeless = new UnreliableStore(new Random(1), false, () -> {});
    timeless.becomeReliable();
    Leases c = new Leases(timeless, Optional.empty(), TIME, "c", new Random(3), timeless::nanos);
    Leases d = new Leases(timeless, Optional.empty(), TIME, "d", new Random(4), timeless::nanos);
    Lease lease = taken(c);
    timeless.advance(OVER);
    refused(d);
    timeless.advance(OVER.minusMillis(1));
    refused(d);
    assertThat(lease.goesOn()).isTrue();
    timeless.advance(Duration.ofSeconds(1));
    refused(d);
    timeless.advance(OVER);
    Lease _ = taken(d);
  }

  @Test
  void aLeaseThatIsTooShortToBeKeptIsABug() {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new Leases(
                store, Optional.empty(), Duration.ofSeconds(14), "a", new Random(1), store::nanos));
  }
}
