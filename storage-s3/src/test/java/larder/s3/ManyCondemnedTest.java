package larder.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import larder.bucket.Body;
import larder.bucket.Condemned;
import larder.bucket.Hold;
import larder.bucket.ObjectStore;
import larder.bucket.ObjectStore.Condition;
import larder.bucket.ObjectStore.Listed;
import larder.tiering.Event;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What it takes to clear many condemned objects from a real store. With {@code
 * -Dlarder.objects=100000} it tells how long that many take.
 */
@Tag("slow")
class ManyCondemnedTest {
  private static final int MANY = Integer.getInteger("larder.objects", 5000);
  private static final int WRITERS = 16;

  private final Queue<Event> events = new ConcurrentLinkedQueue<>();

  @Test
  void aListForAThousandAndTwoRequestsForEach() throws Exception {
    try (ObjectStore store =
        S3ObjectStore.open(
            S3TestServer.get().bucket(),
            new S3ObjectStore.Limits(16, 24, 1 << 20, 4, 64 << 20),
            events::add,
            InstantSource.system())) {
      write(store);
      Condemned condemned = new Condemned(store, new Random());
      condemned.add(all(store));
      events.clear();
      long begun = System.nanoTime();
      // Less than none, since a store tells times in seconds.
      assertThat(condemned.sweep(Duration.ofSeconds(-2), Hold.ALWAYS)).isEqualTo(MANY);
      System.out.printf(
          "%d condemned objects were removed in %.1f s%n", MANY, (System.nanoTime() - begun) / 1e9);
      assertThat(store.list("", "")).isEmpty();
    }
    assertThat(count("ListObjectsV2")).isLessThanOrEqualTo(MANY / 1000 + 3);
    assertThat(count("HeadObject")).isEqualTo(MANY);
    assertThat(count("DeleteObject")).isEqualTo(MANY + Math.ceilDiv(MANY, Condemned.MOST));
  }

  private long count(String operation) {
    return events.stream()
        .map(Event.Stored.class::cast)
        .filter(each -> each.operation().equals(operation))
        .count();
  }

  private static void write(ObjectStore store) throws InterruptedException {
    List<Callable<Void>> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      int first = i;
      writers.add(() -> {
        for (int at = first; at < MANY; at += WRITERS) {
          String key = "blobs/%06d".formatted(at);
          var _ = store.put(key, Body.of(key.getBytes(UTF_8)), new Condition.Always());
        }
        return null;
      });
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var _ = threads.invokeAll(writers);
    }
  }

  private static List<Listed> all(ObjectStore store) throws IOException {
    List<Listed> all = new ArrayList<>();
    for (List<Listed> page = store.list("blobs/", "");
        !page.isEmpty();
        page = store.list("blobs/", page.getLast().key())) {
      all.addAll(page);
    }
    return all;
  }
}
