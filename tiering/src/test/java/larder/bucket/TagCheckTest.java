package larder.bucket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import larder.bucket.ObjectStore.Condition;
import larder.fsck.Findings;
import larder.fsck.Sample;
import larder.fsck.Throttle;
import larder.fsck.Wrong.Fate;
import larder.tiering.Digest;
import larder.tiering.FakeClock;
import larder.tiering.Tag;
import larder.tiering.TagRecord;
import larder.tiering.TagText;
import org.junit.jupiter.api.Test;

/** Which records of tags in a bucket are believed. */
class TagCheckTest {
  private static final FleetKey KEY = new FleetKey("0123456789abcdef0123456789abcdef");
  private static final TagRecord RECORD =
      new TagRecord(
          Digest.of(Digest.Algorithm.SHA256, new byte[0]),
          "a/b",
          0,
          Instant.parse("2026-03-01T10:00:00Z"),
          Instant.parse("2026-03-01T10:01:00Z"));

  private final MemoryObjectStore memory = new MemoryObjectStore(new FakeClock());
  private final Layout layout =
      new Layout(Map.of("hub.example", URI.create("https://hub.example")), Set.of());
  private final Findings findings = new Findings();

  private void place(String key, String text) throws IOException {
    var _ = memory.put(key, Body.of(text.getBytes(UTF_8)), new Condition.Always());
  }

  private void check(Optional<FleetKey> key) throws IOException {
    new BucketCheck(memory, layout, key, Sample.all(), Throttle.none(), 4, findings).run();
  }

  private String tag(String name) {
    return layout.tag(new Tag("hub.example", "team/app", name));
  }

  @Test
  void tagsThatNobodyBelievesAreRemoved() throws Exception {
    String whole = TagText.format(RECORD);
    place(tag("right"), KEY.sign(tag("right"), whole));
    place(tag("moved"), KEY.sign(tag("right"), whole));
    place(
        tag("forged"),
        new FleetKey("another key of thirty-two letters").sign(tag("forged"), whole));
    place(tag("bare"), whole);
    place(tag("torn"), KEY.sign(tag("torn"), whole.substring(0, 90) + "\n"));
    place(tag("huge"), KEY.sign(tag("huge"), whole.repeat(100)));
    check(Optional.of(KEY));
    assertThat(findings.names(Fate.REMOVED))
        .containsExactlyInAnyOrder(
            tag("bare"), tag("forged"), tag("huge"), tag("moved"), tag("torn"));
    assertThat(memory.list("", "")).hasSize(1);
  }

  /** Whoever has no key cannot tell whose a signature is. */
  @Test
  void withoutAKeySignaturesAreNotLookedAt() throws Exception {
    String whole = TagText.format(RECORD);
    place(
        tag("forged"),
        new FleetKey("another key of thirty-two letters").sign(tag("forged"), whole));
    place(tag("torn"), KEY.sign(tag("torn"), "torn\n"));
    check(Optional.empty());
    assertThat(findings.names(Fate.REMOVED)).containsExactly(tag("torn"));
    assertThat(memory.look(tag("forged"))).isPresent();
  }

  @Test
  void aKeyThatNothingIsSignedByRemovesNothing() throws Exception {
    String whole = TagText.format(RECORD);
    for (String name : new String[] {"a", "b"}) {
      place(tag(name), KEY.sign(tag(name), whole));
    }
    check(Optional.of(new FleetKey("another key of thirty-two letters")));
    assertThat(findings.names(Fate.REMOVED)).isEmpty();
    assertThat(findings.names(Fate.STAYS)).containsExactly(tag("a"), tag("b"));
    assertThat(memory.list("", "")).hasSize(2);
  }
}
