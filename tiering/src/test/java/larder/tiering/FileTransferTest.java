package larder.tiering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FileTransferTest {
  private static final int SIZE = 20_000_000;

  @TempDir private Path directory;
  private final FileTransfer transfer = new FileTransfer(new DiskThreads());

  @Test
  void aClientMayReadLater() throws Exception {
    sendToOneThatReadsLater(Thread.ofVirtual());
  }

  @Test
  void alsoFromAPlatformThread() throws Exception {
    sendToOneThatReadsLater(Thread.ofPlatform());
  }

  private void sendToOneThatReadsLater(Thread.Builder threads) throws Exception {
    byte[] bytes = Contents.of(SIZE, 1).bytes();
    Path path = Files.write(directory.resolve("file"), bytes);
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
        ServerSocketChannel server =
            ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        SocketChannel client = SocketChannel.open(server.getLocalAddress());
        SocketChannel socket = server.accept()) {
      FutureTask<Boolean> sending =
          new FutureTask<>(() -> {
            transfer.send(file, 1, SIZE - 1, new Uncounted(socket));
            return true;
          });
      threads.start(sending);
      ByteBuffer got = ByteBuffer.allocate(SIZE - 1);
      // The sender has begun, and has far more to send than any socket takes.
      got.limit(1);
      assertThat(client.read(got)).isEqualTo(1);
      assertThat(sending.isDone()).isFalse();
      got.limit(SIZE - 1);
      while (got.hasRemaining()) {
        assertThat(client.read(got)).isPositive();
      }
      assertThat(sending.get()).isTrue();
      assertThat(got.array()).isEqualTo(Arrays.copyOfRange(bytes, 1, SIZE));
    }
  }

  @Test
  void aFileThatEndsTooSoonIsTrouble() throws Exception {
    Path path = Files.write(directory.resolve("short"), new byte[1000]);
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
        ServerSocketChannel server =
            ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        SocketChannel client = SocketChannel.open(server.getLocalAddress());
        SocketChannel socket = server.accept()) {
      assertThatThrownBy(() -> transfer.send(file, 0, 1001, new Uncounted(socket)))
          .isInstanceOf(EOFException.class);
      assertThat(client.isOpen()).isTrue();
    }
  }

  private record Uncounted(SocketChannel socket) implements KernelTarget {
    @Override
    public void sent(long bytes) {}

    @Override
    public int write(ByteBuffer source) throws IOException {
      return socket.write(source);
    }

    @Override
    public boolean isOpen() {
      return socket.isOpen();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
