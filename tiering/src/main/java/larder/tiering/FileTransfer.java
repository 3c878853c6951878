package larder.tiering;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Sends a part of a file to a channel: by the kernel to a socket of a virtual thread, through
 * pooled direct buffers to anything else.
 */
public final class FileTransfer {
  /*
   * On a virtual thread the socket is non-blocking underneath, so a full socket makes transferTo answer 0 rather than wait.
   * A small blocking write then parks the thread until the client has taken something. It is small because each slow
   * client holds such a buffer while it waits. The JDK makes the socket so on the first read or write by a virtual thread,
   * but not on transferTo: without the empty write, a socket new to such threads would hold the carrier and the permit until
   * its client reads. On a platform thread it always would.
   */
  private static final int WAITING_BUFFER = 16 * 1024;
  private static final int COPY_BUFFER = 256 * 1024;
  private static final int MOST_PER_CALL = 1 << 30;

  private final DiskGate gate;
  private final Buffers waiting = new Buffers(WAITING_BUFFER);
  private final Buffers copying = new Buffers(COPY_BUFFER);

  public FileTransfer(DiskGate gate) {
    this.gate = gate;
  }

  /**
   * Sends bytes that the file is known to have.
   *
   * @throws EOFException when the file ends before them
   */
  public void send(FileChannel file, long position, long length, WritableByteChannel to)
      throws IOException {
    boolean virtual = Thread.currentThread().isVirtual();
    switch (to) {
      case KernelTarget target when virtual -> sendByKernel(file, position, length, target);
      case SocketChannel socket when virtual ->
          sendByKernel(file, position, length, new Uncounted(socket));
      default -> copy(file, position, position + length, to, copying);
    }
  }

  private void sendByKernel(FileChannel file, long position, long length, KernelTarget to)
      throws IOException {
    long at = position;
    long end = position + length;
    SocketChannel socket = to.socket();
    socket.write(ByteBuffer.allocate(0));
    while (at < end) {
      long sent;
      gate.enter();
      try {
        sent = file.transferTo(at, Math.min(end - at, MOST_PER_CALL), socket);
      } finally {
        gate.leave();
      }
      if (sent > 0) {
        to.sent(sent);
      } else {
        sent = Math.min(end - at, WAITING_BUFFER);
        copy(file, at, at + sent, to, waiting);
      }
      at += sent;
    }
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

  private int read(FileChannel file, ByteBuffer buffer, long at) throws IOException {
    gate.enter();
    try {
      int read = file.read(buffer, at);
      if (read < 0) {
        throw new EOFException(
            "the file ends at byte " + file.size() + ", byte " + at + " was to be sent");
      }
      return read;
    } finally {
      gate.leave();
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
