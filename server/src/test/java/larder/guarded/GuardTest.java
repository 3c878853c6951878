package larder.guarded;

import static larder.guarded.GuardFixture.CI;
import static larder.guarded.GuardFixture.HERE;
import static larder.guarded.GuardFixture.TOKEN;
import static larder.guarded.GuardFixture.admits;
import static larder.guarded.GuardFixture.ask;
import static larder.guarded.GuardFixture.refuses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import larder.guarded.Admission.Admitted;
import larder.guarded.Admission.Reason;
import larder.guarded.Admission.Refused;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardTest {
  @TempDir private Path folder;
  private GuardFixture fixture;

  @BeforeEach
  void files() throws Exception {
    fixture = new GuardFixture(folder);
  }

  @Test
  void usersAndTokensAreKnown() throws Exception {
    try (Guard guard = fixture.open()) {
      admits(guard, CI, "ci");
      admits(guard, "Bearer " + TOKEN, "robot");
      admits(guard, People.basic("robot", TOKEN), "robot");
      assertThat(fixture.counted).isEmpty();
      assertThat(guard.challenges()).isTrue();
    }
  }

  @Test
  void allElseIsRefusedAndCounted() throws Exception {
    try (Guard guard = fixture.open()) {
      assertThat(guard.admit(new Approach(HERE, Optional.empty(), Optional.empty())))
          .isEqualTo(new Refused(Reason.NONE, Optional.empty()));
      refuses(guard, People.basic("ci", "wrong"), Reason.UNKNOWN);
      refuses(guard, People.basic("", ""), Reason.NONE);
      refuses(guard, People.basic("dev", "right"), Reason.UNKNOWN);
      refuses(guard, People.basic("nobody", "right"), Reason.UNKNOWN);
      refuses(guard, People.basic("ci", TOKEN), Reason.UNKNOWN);
      refuses(guard, People.basic("robot", "right"), Reason.UNKNOWN);
      refuses(guard, "Bearer right", Reason.UNKNOWN);
      refuses(guard, "Bearer " + People.sha256(TOKEN), Reason.UNKNOWN);
      refuses(guard, "Digest ci", Reason.MALFORMED);
      refuses(guard, "Basic " + "A".repeat(100_000), Reason.MALFORMED);
      assertThat(fixture.counted).hasSize(11).startsWith(Reason.NONE, Reason.UNKNOWN, Reason.NONE);
    }
  }

  @Test
  void withoutAListEachClientMayHaveAll() throws Exception {
    try (Guard guard = fixture.open()) {
      Access access = ((Admitted) ask(guard, HERE, CI)).client().access();
      assertThat(access.allows("a", false)).isTrue();
    }
  }

  @Test
  void withAListAClientMayHaveWhatItSaysAndOthersWhatIsPublic() throws Exception {
    fixture.clients = Map.of("ci", Set.of("a"));
    try (Guard guard = fixture.open()) {
      Access listed = ((Admitted) ask(guard, HERE, CI)).client().access();
      assertThat(listed.allows("a", false)).isTrue();
      assertThat(listed.allows("b", true)).isFalse();
      Access other = ((Admitted) ask(guard, HERE, "Bearer " + TOKEN)).client().access();
      assertThat(other.allows("a", false)).isFalse();
      assertThat(other.allows("b", true)).isTrue();
    }
  }

  @Test
  void aKnownClientCostsNoHash() throws Exception {
    try (Guard guard = fixture.open()) {
      for (int i = 0; i < 1000; i++) {
        admits(guard, CI, "ci");
      }
      assertThat(fixture.hashed).hasValue(1);
      assertThat(fixture.virtual).isFalse();
    }
  }

  @Test
  void passwordsAreCheckedOnPlatformThreads() throws Exception {
    try (Guard guard = fixture.open()) {
      Thread.startVirtualThread(() -> admits(guard, CI, "ci")).join();
      assertThat(fixture.hashed).hasValue(1);
      assertThat(fixture.virtual).isFalse();
    }
  }

  @Test
  void whoLeavesTheFileIsOutAndWhoseePasswordChangesToo() throws Exception {
    try (Guard guard = fixture.open()) {
      admits(guard, CI, "ci");
      admits(guard, People.basic("dev", "other"), "dev");
      admits(guard, "Bearer " + TOKEN, "robot");
      refuses(guard, People.basic("dev", "changed"), Reason.UNKNOWN);

      Files.writeString(fixture.users, "# anew\n" + People.user("dev", "changed"));
      Files.writeString(fixture.tokens, "# none\n");
      fixture.clock.advance(Duration.ofSeconds(1));
      refuses(guard, CI, Reason.UNKNOWN);
      refuses(guard, People.basic("dev", "other"), Reason.UNKNOWN);
      refuses(guard, "Bearer " + TOKEN, Reason.UNKNOWN);
      admits(guard, People.basic("dev", "changed"), "dev");
    }
  }

  @Test
  void filesOfNoUseStopTheStart() throws Exception {
    Files.writeString(fixture.users, "ci:s3cret");
    assertThatIOException()
        .isThrownBy(fixture::open)
        .withMessageStartingWith("larder.guarded.users-file: " + fixture.users + " line 1 ");
    Files.delete(fixture.users);
    assertThatIOException()
        .isThrownBy(fixture::open)
        .withMessage("larder.guarded.users-file: " + fixture.users + " is not there; create it");
  }

  @Test
  void whatHoldsSecretsDoesNotTellThem() {
    Approach approach = new Approach(HERE, Optional.of(CI), Optional.empty());
    assertThat(approach.toString())
        .isEqualTo("Approach[address=192.0.2.1, authorization=(secret), certificate=none]");
  }
}
