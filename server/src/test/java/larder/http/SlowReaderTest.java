package larder.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import larder.tiering.DiskThreads;
import larder.tiering.FileTransfer;
import larder.tiering.KernelTarget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlowReaderTest {
  private static final int SIZE = 32 << 20;
  private static final int STEP = 256 * 1024;

  @TempDir private Path folder;

  /** Counts how often a waiting sender asks, by the writes that follow a full socket. */
  private record Counted(KernelTarget target, AtomicInteger waits, AtomicInteger sends)
      implements KernelTarget {
    @Override
    public SocketChannel socket() {
      return target.socket();
    }

    @Override
    public void sent(long bytes) {
      sends.incrementAndGet();
      target.sent(bytes);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      waits.incrementAndGet();
      return target.write(source);
    }

    @Override
    public boolean isOpen() {
      return target.isOpen();
    }

    @Override
    public void close() throws IOException {
      target.close();
    }
  }

  @Test
  void aSlowReaderIsWaitedForAndNotPolled() throws Exception {
    Path path = Files.write(folder.resolve("blob"), new byte[SIZE]);
    FileTransfer transfer = new FileTransfer(new DiskThreads());
    AtomicInteger waits = new AtomicInteger();
    AtomicInteger sends = new AtomicInteger();
    CompletableFuture<Long> sent = new CompletableFuture<>();
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
        TestServer server =
            TestServer.start(routing ->
                routing.get(
                    "/blob",
                    (request, response) ->
                        sent.complete(
                            BodySink.send(
                                request,
                                response,
                                OptionalLong.of(SIZE),
                                channel ->
                                    transfer.send(
                                        file, 0, SIZE, counted(channel, waits, sends))))));
        RawClient client = RawClient.to(server.port(), 4096)) {
      client.request("GET", "/blob").head();
      for (int left = SIZE; left > 0; left -= STEP) {
        client.bytes(Math.min(left, STEP));
      }

      assertThat(sent.get(20, TimeUnit.SECONDS)).isEqualTo(SIZE);
      // Each wait is for something to be taken, so there are no more of them than such pieces.
      assertThat(waits.get()).isBetween(1, SIZE / 4096);
      assertThat(sends.get()).isBetween(1, SIZE / 4096);
    }
  }

  private static WritableByteChannel counted(
      WritableByteChannel channel, AtomicInteger waits, AtomicInteger sends) {
    return new Counted((KernelTarget) channel, waits, sends);
  }
}
