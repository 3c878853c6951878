package larder.tiering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import larder.policy.LeastRecentlyUsed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What someone wants gone, and what stands in the way. */
@Timeout(60)
class TierPurgeTest {
  private static final int CAPACITY = 100_000;

  @TempDir private Path directory;
  private final FakeClock clock = new FakeClock();
  private final FaultyBlobStore store = new FaultyBlobStore(new MemoryBlobStore(clock));
  private final Contents blob = Contents.of(20_000, 1);

  private Tier open() throws IOException {
    Tier tier =
        Tier.open(
            "disk", store, new Bound(CAPACITY, 0), new LeastRecentlyUsed<>(), Events.NONE, clock);
    tier.awaitScan();
    return tier;
  }

  private Tier holding() throws IOException {
    Tier tier = open();
    try (Reservation room = tier.reserve(blob.bytes().length).orElseThrow()) {
      Path file = Files.write(directory.resolve("file"), blob.bytes());
      assertThat(tier.admit(blob.key(), file, blob.bytes().length, room)).isTrue();
    }
    return tier;
  }

  @Test
  void whatIsRemovedIsGoneAndNoMoreCharged() throws Exception {
    Tier tier = holding();
    assertThat(tier.contents().keys(_ -> true)).containsExactly(blob.key());
    assertThat(tier.contents().keys(_ -> false)).isEmpty();
    assertThat(tier.contents().remove(blob.key())).hasValue(20_000);
    assertThat(tier.find(blob.key())).isEmpty();
    assertThat(tier.contents().keys(_ -> true)).isEmpty();
    assertThat(tier.used()).isZero();
    assertThat(tier.contents().remove(blob.key())).isEmpty();
  }

  @Test
  void whoReadsItReadsOn() throws Exception {
    Tier tier = holding();
    try (BlobStore.StoredBlob open = tier.find(blob.key()).orElseThrow()) {
      assertThat(tier.contents().remove(blob.key())).hasValue(20_000);
      var out = new ByteArrayOutputStream();
      open.transferTo(ByteRange.all(20_000), Channels.newChannel(out));
      assertThat(out.toByteArray()).isEqualTo(blob.bytes());
      assertThat(tier.used()).isEqualTo(20_000);
    }
    assertThat(tier.used()).isZero();
  }

  @Test
  void whatCannotBeRemovedIsServedNoMoreAndSaidEachTime() throws Exception {
    Tier tier = holding();
    store.removeFails = true;
    for (int i = 0; i < 2; i++) {
      assertThat(tier.contents().keys(_ -> true)).containsExactly(blob.key());
      assertThatIOException()
          .isThrownBy(() -> tier.contents().remove(blob.key()))
          .withMessageContaining("could not be removed from the disk tier");
      assertThat(tier.find(blob.key())).isEmpty();
    }
    store.removeFails = false;
    assertThat(tier.contents().keys(_ -> true)).isEmpty();
    assertThat(tier.contents().remove(blob.key())).isEmpty();
    assertThat(tier.used()).isZero();
  }

  @Test
  void withoutKnowingWhatIsThereNothingIsSaidToBeGone() throws Exception {
    store.scanFails = true;
    Tier tier = open();
    assertThatIOException()
        .isThrownBy(() -> tier.contents().keys(_ -> true))
        .withMessageContaining("it is not known what the disk tier holds");
    assertThatIOException()
        .isThrownBy(() -> tier.contents().remove(blob.key()))
        .withMessageContaining("it is not known what the disk tier holds");
  }
}
