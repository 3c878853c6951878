package larder.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AccessLogTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static List<String> lines(ByteArrayOutputStream out) {
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void aLineSaysWhatWasServed() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (AccessLog log = AccessLog.open(out)) {
      log.on(ServedEvents.from("docker/27.0"));
    }
    assertThat(MAPPER.readTree(lines(out).getFirst()))
        .isEqualTo(
            MAPPER.readTree(
                """
                {"event":"served","time":"2026-01-02T03:04:05.678Z","cluster":"ci-eu","client":"10.0.0.7",
                "agent":"docker/27.0","upstream":"docker.io","repository":"library/alpine","kind":"manifest",
                "reference":"3.20","digest":"%s","size":7,"method":"GET","range":"bytes=0-","status":200,
                "bytes":7,"tier":"disk","counted":false,"aborted":false,"stale":false,"ms":12.345}
                """
                    .formatted(ServedEvents.DIGEST)));
  }

  @Test
  void aClientCannotWriteALineOfItsOwn() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    String forged = "x\",\"status\":200}\n{\"event\":\"served\",\"agent\":\"\u0000\u2028\u001b[31m";
    try (AccessLog log = AccessLog.open(out)) {
      log.on(ServedEvents.from(forged));
    }
    assertThat(lines(out)).hasSize(1);
    assertThat(MAPPER.readTree(lines(out).getFirst()).get("agent").textValue()).isEqualTo(forged);
  }

  @Test
  void closingLosesNothing() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int threads = 8;
    int each = 50;
    try (AccessLog log = AccessLog.open(out)) {
      try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int t = 0; t < threads; t++) {
          String agent = "client-" + t;
          executor.execute(() -> {
            for (int i = 0; i < each; i++) {
              log.on(ServedEvents.from(agent));
            }
          });
        }
      }
    }
    assertThat(lines(out)).hasSize(threads * each);
    for (String line : lines(out)) {
      assertThat(MAPPER.readTree(line).get("event").textValue()).isEqualTo("served");
    }
  }

  /** Takes nothing before it is let. */
  private static final class Blocked extends OutputStream {
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch let = new CountDownLatch(1);

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      asked.countDown();
      try {
        let.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      taken.write(bytes, offset, length);
    }
  }

  @Test
  void aStreamThatTakesNothingCostsLinesAndNoTime() throws Exception {
    Blocked stream = new Blocked();
    int count = 10_000;
    AccessLog log = AccessLog.open(stream);
    try (log) {
      log.on(ServedEvents.from("first"));
      stream.asked.await();
      for (int i = 1; i < count; i++) {
        log.on(ServedEvents.from("docker"));
      }
      assertThat(log.dropped()).isPositive();
      stream.let.countDown();
    }
    long told = 0;
    int served = 0;
    for (String line : lines(stream.taken)) {
      JsonNode read = MAPPER.readTree(line);
      if (read.get("event").textValue().equals("dropped")) {
        told += read.get("lines").longValue();
      } else {
        served++;
      }
    }
    assertThat(told).isEqualTo(log.dropped());
    assertThat(served + told).isEqualTo(count);
  }

  @Test
  void aBrokenStreamIsCounted() {
    AccessLog log =
        AccessLog.open(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("no one listens");
              }
            });
    log.on(ServedEvents.from("docker"));
    log.close();
    log.on(ServedEvents.from("docker"));
    assertThat(log.dropped()).isEqualTo(2);
  }
}
