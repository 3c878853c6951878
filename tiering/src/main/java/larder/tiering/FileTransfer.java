package larder.tiering;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Sends a part of a file to a channel: by the kernel to a socket, through pooled direct buffers to
 * anything else. The sender has a platform thread for as long as it takes.
 */
public final class FileTransfer {
  /*
   * A socket that a virtual thread has read from is non-blocking underneath, so when it is full transferTo answers 0 rather
   * than wait. A small blocking write then waits until the client has taken something. A call sends no more than a client
   * in step takes while the next is made: a socket that is never full costs no waits.
   */
  private static final int WAITING_BUFFER = 16 * 1024;
  private static final int COPY_BUFFER = 64 * 1024;
  private static final int MOST_PER_CALL = 2 << 20;

  private final DiskThreads disk;
  private final Buffers waiting = new Buffers(WAITING_BUFFER);
  private final Buffers copying = new Buffers(COPY_BUFFER);

  public FileTransfer(DiskThreads disk) {
    this.disk = disk;
  }

  /**
   * Sends bytes that the file is known to have.
   *
   * @throws EOFException when the file ends before them
   */
  public void send(FileChannel file, long position, long length, WritableByteChannel to)
      throws IOException {
    disk.run(() -> {
      switch (to) {
        case KernelTarget target -> sendByKernel(file, position, length, target);
        default -> copy(file, position, position + length, to, copying);
      }
    });
  }

  private void sendByKernel(FileChannel file, long position, long length, KernelTarget to)
      throws IOException {
    long at = position;
    long end = position + length;
    SocketChannel socket = to.socket();
    // The kernel then sends full segments, with no small one after each piece that it takes from
    // the file.
    boolean atOnce = socket.getOption(StandardSocketOptions.TCP_NODELAY);
    socket.setOption(StandardSocketOptions.TCP_NODELAY, false);
    while (at < end) {
      long sent = file.transferTo(at, Math.min(end - at, MOST_PER_CALL), socket);
      if (sent > 0) {
        to.sent(sent);
      } else {
        sent = Math.min(end - at, WAITING_BUFFER);
        copy(file, at, at + sent, to, waiting);
      }
      at += sent;
    }
    // Which also sends what is left.
    socket.setOption(StandardSocketOptions.TCP_NODELAY, atOnce);
  }

  private void copy(
      FileChannel file, long position, long end, WritableByteChannel to, Buffers buffers)
      throws IOException {
    ByteBuffer buffer = buffers.take();
    try {
      long at = position;
      while (at < end) {
        buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
        int read = read(file, buffer, at);
        at += read;
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
      }
    } finally {
      buffers.giveBack(buffer);
    }
  }

  private static int read(FileChannel file, ByteBuffer buffer, long at) throws IOException {
    int read = file.read(buffer, at);
    if (read < 0) {
      throw new EOFException(
          "the file ends at byte " + file.size() + ", byte " + at + " was to be sent");
    }
    return read;
  }

  /** Direct buffers of one size; as many as were in use at once, at the most. */
  private static final class Buffers {
    private final ConcurrentLinkedQueue<ByteBuffer> free = new ConcurrentLinkedQueue<>();
    private final int size;

    Buffers(int size) {
      this.size = size;
    }

    ByteBuffer take() {
      ByteBuffer buffer = free.poll();
      return buffer == null ? ByteBuffer.allocateDirect(size) : buffer;
    }

    void giveBack(ByteBuffer buffer) {
      free.add(buffer);
    }
  }
}
