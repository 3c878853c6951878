package larder.tiering;

import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;

/**
 * A channel in front of a socket that lets the kernel send bytes of a file past it. It counts its
 * own writes, and is told of the others.
 */
public interface KernelTarget extends WritableByteChannel {

  /** Where the kernel sends to; in blocking mode. */
  SocketChannel socket();

  /** Says that the kernel took bytes for {@link #socket()}; at least 1. */
  void sent(long bytes);
}
