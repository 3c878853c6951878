package larder.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import larder.tiering.Digest;
import larder.tiering.Event;
import larder.tiering.Source;
import larder.tiering.SourceException.Unavailable;
import larder.tiering.SourceException.Unknown;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class BlobSourceTest {
  private static final int SIZE = 1_000_000;

  private final UpstreamFixture fixture = new UpstreamFixture();
  private final GeneratedBlob blob = new GeneratedBlob(5, SIZE);
  private TestRegistry registry;
  private Digest digest;
  private Source source;

  @BeforeEach
  void start() throws Exception {
    registry = TestRegistry.start();
    digest = registry.putBlob(blob);
    source = fixture.open(registry).blob("a", digest).getFirst();
  }

  @AfterEach
  void stop() throws Exception {
    fixture.close();
    registry.close();
  }

  private long bytesOfTheOneEvent() {
    assertThat(fixture.fetched).hasSize(1);
    return fixture.fetched.element().bytes();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aBreakIsAnErrorAndNoEnd(boolean reset) throws Exception {
    registry.script().once(Received::isBlob, new Fault.Cut(600_000, reset));
    try (Source.Answer answer = source.open(0)) {
      assertThatThrownBy(() -> answer.bytes().readAllBytes())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("blob " + digest + " of a from 127.0.0.1")
          .hasMessageContaining("broke after");
    }
    assertThat(bytesOfTheOneEvent()).isBetween(reset ? 0L : 600_000L, 600_000L);
  }

  @Test
  void aBreakBetweenChunksIsAnErrorToo() throws Exception {
    registry
        .script()
        .once(Received::isBlob, new Fault.NoLength(true), new Fault.Cut(600_000, false));
    try (Source.Answer answer = source.open(0)) {
      assertThat(answer.size()).isEmpty();
      assertThatThrownBy(() -> answer.bytes().readAllBytes()).isInstanceOf(IOException.class);
    }
    assertThat(bytesOfTheOneEvent()).isEqualTo(600_000);
  }

  @Test
  void silenceIsATimeOut() throws Exception {
    registry.script().once(Received::isBlob, new Fault.Hang(600_000));
    fixture.timeouts = UpstreamFixture.timeouts(2_000, 2_000, 200);
    Source impatient = fixture.open(registry).blob("a", digest).getFirst();
    try (Source.Answer answer = impatient.open(0)) {
      assertThatThrownBy(() -> answer.bytes().readAllBytes())
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessageContaining("silent for 0.2 s after 600000 bytes");
      assertThatThrownBy(() -> answer.bytes().read()).isInstanceOf(IOException.class);
    }
    assertThat(bytesOfTheOneEvent()).isEqualTo(600_000);
    awaitConnections(0);
  }

  @Test
  void closingEarlyGivesUpTheConnection() throws Exception {
    var large = new GeneratedBlob(6, 400_000_000);
    registry.putBlob(large);
    Source.Answer answer = fixture.open(registry).blob("a", large.digest()).getFirst().open(0);
    assertThat(answer.bytes().readNBytes(100_000)).hasSize(100_000);
    answer.close();
    answer.close();
    awaitConnections(0);
    assertThat(registry.payloadBytes(large.digest())).isLessThan(50_000_000);
    assertThat(bytesOfTheOneEvent()).isEqualTo(100_000);
  }

  @Test
  void aReaderThatStopsAtTheSizeHasReachedTheEnd() throws Exception {
    for (int i = 0; i < 3; i++) {
      Source.Answer answer = source.open(0);
      assertThat(answer.bytes().readNBytes(SIZE)).hasSize(SIZE);
      assertThat(fixture.fetched).hasSize(i + 1);
      answer.close();
      assertThat(fixture.fetched).hasSize(i + 1);
    }
    assertThat(registry.connections()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void withoutALengthTheSizeIsUnknown(boolean chunked) throws Exception {
    registry.script().always(Received::isBlob, new Fault.NoLength(chunked));
    Source.Answer answer = source.open(0);
    assertThat(answer.size()).isEmpty();
    assertThat(UpstreamFixture.read(answer)).isEqualTo(blob.from(0).readAllBytes());
    Source.Answer part = source.open(900_000);
    assertThat(part.size()).hasValue(SIZE);
    assertThat(UpstreamFixture.read(part)).hasSize(100_000);
    assertThat(fixture.fetched)
        .extracting(Event.Fetched::bytes)
        .containsExactly(1_000_000L, 100_000L);
  }

  @Test
  void theWholeForAPartIsRememberedForAWhile() throws Exception {
    registry.script().once(Received::isBlob, new Fault.IgnoreRange());
    try (Source.Answer whole = source.open(10)) {
      assertThat(whole.offset()).isZero();
      assertThat(whole.size()).hasValue(SIZE);
    }
    fixture.now.updateAndGet(now -> now.plus(Duration.ofMinutes(10)).minusSeconds(1));
    try (Source.Answer whole = source.open(10)) {
      assertThat(whole.offset()).isZero();
    }
    assertThat(registry.received().getLast().header("Range")).isEmpty();
    fixture.now.updateAndGet(now -> now.plusSeconds(2));
    try (Source.Answer part = source.open(10)) {
      assertThat(part.offset()).isEqualTo(10);
    }
  }

  @Test
  void rangesCanBeTurnedOff() throws Exception {
    fixture.ranges = false;
    try (Source.Answer whole = fixture.open(registry).blob("a", digest).getFirst().open(10)) {
      assertThat(whole.offset()).isZero();
    }
    assertThat(registry.received().getLast().header("Range")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "bytes 0-999999/1000000",
        "bytes 99-999999/1000000",
        "bytes 101-999999/1000000",
        "bytes 100-999998/1000000",
        "bytes 100-999999/999999",
        "bytes 100-99/1000000",
        "bytes */1000000",
        "items 100-999999/1000000"
      })
  void aPartOtherThanTheOneAskedForIsAFailure(String contentRange) {
    registry.script().always(Received::isBlob, new Fault.Header("Content-Range", contentRange));
    assertThatThrownBy(() -> source.open(100)).isInstanceOf(Unavailable.class);
    assertThat(bytesOfTheOneEvent()).isZero();
  }

  @Test
  void aPartThatDoesNotSayTheTotalEndsWhereItEnds() throws Exception {
    registry
        .script()
        .always(Received::isBlob, new Fault.Header("Content-Range", "bytes 100-999999/*"));
    try (Source.Answer part = source.open(100)) {
      assertThat(part.size()).hasValue(SIZE);
    }
  }

  @Test
  void aPartThatNobodyAskedForIsAFailure() {
    registry
        .script()
        .always(
            Received::isBlob,
            new Fault.Code(206),
            new Fault.Header("Content-Range", "bytes 0-999999/1000000"));
    assertThatThrownBy(() -> source.open(0)).isInstanceOf(Unavailable.class);
  }

  @Test
  void aRangeBeyondTheEndIsAFailure() {
    assertThatThrownBy(() -> source.open(SIZE))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("416");
  }

  @Test
  void theWholeIsAskedForWithoutARange() throws Exception {
    registry.script().always(r -> r.header("Range").isPresent(), Fault.status(416));
    assertThat(UpstreamFixture.read(source.open(0))).hasSize(SIZE);
  }

  @Test
  void compressedBytesAreAFailure() {
    registry.script().always(Received::isBlob, Fault.gzip());
    assertThatThrownBy(() -> source.open(0))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("encoded as gzip");
    assertThat(bytesOfTheOneEvent()).isZero();
  }

  @Test
  void anEmptyGoodAnswerOfAnotherStatusIsAFailure() {
    registry.script().once(Received::isBlob, new Fault.Code(204), new Fault.Shortened(SIZE));
    assertThatThrownBy(() -> source.open(0)).isInstanceOf(Unavailable.class);
  }

  @Test
  void aBlobThatIsNotThereIsUnknownExceptAtAMirror() throws Exception {
    Digest absent = Digest.of(Digest.Algorithm.SHA256, new byte[3]);
    try (TestRegistry mirror = TestRegistry.start()) {
      var sources = fixture.open(registry, mirror).blob("a", absent);
      assertThatThrownBy(() -> sources.getFirst().open(0)).isInstanceOf(Unknown.class);
      assertThatThrownBy(() -> sources.getLast().open(0))
          .isInstanceOf(Unavailable.class)
          .hasMessageContaining("a mirror");
    }
  }

  @Test
  void bytesAfterAnAnswerAreNotTheNextAnswer() throws Exception {
    byte[] small = {1, 2, 3};
    Digest smallDigest = registry.putBlob(small);
    registry.script().once(Received::isBlob, new Fault.Lengthened(500, false));
    Source smallSource = fixture.open(registry).blob("a", smallDigest).getFirst();
    for (int i = 0; i < 3; i++) {
      Source.Answer answer = smallSource.open(0);
      InputStream bytes = answer.bytes();
      assertThat(bytes.readAllBytes()).isEqualTo(small);
      answer.close();
    }
    assertThat(registry.connections()).isEqualTo(2);
  }

  private void awaitConnections(int count) {
    long giveUp = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (registry.openConnections() != count && System.nanoTime() < giveUp) {
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(registry.openConnections()).isEqualTo(count);
  }
}
