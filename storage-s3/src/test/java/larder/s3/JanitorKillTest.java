package larder.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import larder.bucket.Body;
import larder.bucket.Condemned;
import larder.bucket.Hold;
import larder.bucket.ObjectStore.Condition;
import larder.bucket.ObjectStore.Listed;
import larder.bucket.StoredObject;
import larder.tiering.Digest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Processes that are killed, or stopped for longer than their lease lasts, at work in a bucket. */
@Tag("slow")
class JanitorKillTest {
  private static final int KILLS = 100;
  private static final int KEPT = 20;
  private static final int GOING = 3;
  private static final int CONDEMNED = 3000;

  private final long seed = Long.getLong("larder.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private S3Bucket bucket;
  private S3ObjectStore store;

  @BeforeEach
  void open() throws Exception {
    System.out.printf("-Dlarder.seed=%d%n", seed);
    bucket = S3TestServer.get().bucket();
    store = KillableSweeper.open(bucket);
  }

  @AfterEach
  void close() {
    store.close();
  }

  /** A process, and what it has said. */
  private final class Running implements AutoCloseable {
    final Process process;
    final BlockingQueue<String> said = new LinkedBlockingQueue<>();
    private final Thread reading;

    Running(String what) throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(
          List.of(
              "-XX:TieredStopAtLevel=1",
              "-XX:+UseSerialGC",
              "-Xmx256m",
              "-cp",
              System.getProperty("java.class.path"),
              KillableSweeper.class.getName()));
      command.addAll(KillableSweeper.arguments(bucket, what, random.nextLong()));
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      BufferedReader output = process.inputReader(UTF_8);
      reading = Thread.ofVirtual().start(() -> output.lines().forEach(said::add));
    }

    void await(String start) throws InterruptedException {
      for (String line = ""; !line.startsWith(start); ) {
        // A write that nobody answers is tried three times, for half a minute each.
        line = said.poll(300, TimeUnit.SECONDS);
        assertThat(line).as("a line that starts with %s", start).isNotNull();
      }
    }

    void signal(String name) throws Exception {
      assertThat(
              new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                  .start()
                  .waitFor())
          .isZero();
    }

    @Override
    public void close() throws InterruptedException {
      process.destroyForcibly().waitFor();
      reading.join();
    }
  }

  private String put(byte[] bytes) throws IOException {
    String key = KillableSweeper.key(bytes);
    var _ = store.put(key, Body.of(bytes), new Condition.Always());
    return key;
  }

  private List<Listed> all(String prefix) throws IOException {
    List<Listed> all = new ArrayList<>();
    for (List<Listed> page = store.list(prefix, "");
        !page.isEmpty();
        page = store.list(prefix, page.getLast().key())) {
      all.addAll(page);
    }
    return all;
  }

  private void assertAllAreWhatTheirNamesSay() throws IOException {
    for (Listed each : all("blobs/")) {
      try (StoredObject object = store.get(each.key(), 0).orElseThrow()) {
        byte[] bytes = object.bytes().readAllBytes();
        assertThat(each.key()).endsWith(Digest.of(Digest.Algorithm.SHA256, bytes).hex());
      }
    }
  }

  @Test
  void killsLeaveNoWrongObjectAndNoUpload() throws Exception {
    Condemned condemned = new Condemned(store, random);
    Set<String> kept = new HashSet<>();
    Set<String> begun = new HashSet<>();
    for (int i = 0; i < KEPT; i++) {
      kept.add(put(KillableSweeper.bytes(random.nextLong(), 1000)));
    }
    Set<String> gone = new HashSet<>();
    for (int kill = 0; kill < KILLS; kill++) {
      for (int i = 0; i < GOING; i++) {
        String key = put(KillableSweeper.bytes(random.nextLong(), 1000));
        gone.add(key);
        condemned.add(List.of(store.look(key).orElseThrow()));
      }
      try (Running process = new Running("upload")) {
        process.await("upload");
        Thread.sleep(random.nextInt(600));
        process.process.destroyForcibly().waitFor();
        process.reading.join();
        begun.addAll(
            process.said.stream()
                .filter(line -> line.startsWith("upload "))
                .map(line -> line.substring("upload ".length()))
                .toList());
        assertThat(process.said).noneMatch(line -> line.startsWith("failed"));
      }
      if (kill % 20 == 19) {
        System.out.printf("%d of %d kills, %d uploads%n", kill + 1, KILLS, begun.size());
        assertAllAreWhatTheirNamesSay();
        store.list("blobs/", "").stream()
            .filter(each -> each.size() > 1000)
            .forEach(each -> removeQuietly(each.key()));
      }
    }
    var swept =
        KillableSweeper.janitor(store, Optional.empty(), KillableSweeper.ANY).sweep().orElseThrow();
    System.out.printf("the last sweep: %s%n", swept);
    assertThat(swept.uploads()).as("else no kill hit an upload").isPositive();
    assertThat(uploads(begun)).isZero();
    assertThat(all("uploads/")).isEmpty();
    assertThat(all("condemned/")).isEmpty();
    Set<String> there = new HashSet<>(all("blobs/").stream().map(Listed::key).toList());
    assertThat(there).containsAll(kept).doesNotContainAnyElementsOf(gone);
  }

  private void removeQuietly(String key) {
    try {
      store.remove(key);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** With whole keys, without which one of the stores lists none. */
  private int uploads(Set<String> keys) {
    try (S3Clients clients = S3TestServer.clients(bucket)) {
      return keys.stream()
          .mapToInt(key ->
              clients
                  .writing()
                  .listMultipartUploads(b -> b.bucket(bucket.name()).prefix(bucket.prefix() + key))
                  .uploads()
                  .size())
          .sum();
    }
  }

  @Test
  void oneThatIsStoppedForLongerThanItsLeaseRemovesNothingThatIsNew() throws Exception {
    Set<String> keys = new HashSet<>();
    List<byte[]> contents = new ArrayList<>();
    for (int i = 0; i < CONDEMNED; i++) {
      byte[] bytes = KillableSweeper.bytes(random.nextLong(), 100);
      contents.add(bytes);
      keys.add(put(bytes));
    }
    new Condemned(store, random).add(all("blobs/"));
    try (Running stopped = new Running("sweep")) {
      stopped.await("sweep");
      while (all("blobs/").size() == CONDEMNED) {
        assertThat(stopped.process.isAlive()).isTrue();
      }
      stopped.signal("STOP");
      int left = all("blobs/").size();
      System.out.printf("stopped when %d of %d were left%n", left, CONDEMNED);
      assertThat(left).as("else it was stopped too late").isPositive();
      try (Running other = new Running("sweep")) {
        other.await("swept");
      }
      assertThat(all("blobs/")).isEmpty();
      for (byte[] each : contents) {
        put(each);
      }
      stopped.signal("CONT");
      stopped.await("swept");
    }
    assertThat(all("blobs/")).extracting(Listed::key).containsExactlyInAnyOrderElementsOf(keys);
    assertThat(new Condemned(store, random).sweep(Duration.ofDays(1), Hold.ALWAYS)).isZero();
  }
}
