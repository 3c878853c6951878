package larder.tiering;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one fill on their way into a tier: a spool file and the room reserved for it. One
 * thread at a time writes; each reader has a channel of its own, since interrupting a thread closes
 * the channel it uses.
 */
final class Draft {
  /** By how much the room grows while the size is unknown, in bytes. */
  static final long STEP = 16L * 1024 * 1024;

  /** How much room is enough to begin with when there is none for a step. */
  private static final long LEAST = 256L * 1024;

  private final BlobKey key;
  private final Fill.Kitchen kitchen;
  private final Reservation room;
  private final Spool.File file;
  private @Nullable Runnable unpin; // the writing side's, then that of the last user

  private Draft(BlobKey key, Fill.Kitchen kitchen, Reservation room, Spool.File file) {
    this.key = key;
    this.kitchen = kitchen;
    this.room = room;
    this.file = file;
  }

  /**
   * Reserves room and makes the file.
   *
   * @return empty when there is no room, there are too many drafts, or the file cannot be made
   */
  static Optional<Draft> make(BlobKey key, OptionalLong size, Fill.Kitchen kitchen)
      throws InterruptedIOException {
    Semaphore drafts = kitchen.drafts();
    if (!drafts.tryAcquire() && !(kitchen.reclaim().getAsBoolean() && drafts.tryAcquire())) {
      return Optional.empty();
    }
    Optional<Draft> made = Optional.empty();
    try {
      made = makeWithin(key, size, kitchen);
    } finally {
      if (made.isEmpty()) {
        drafts.release();
      }
    }
    return made;
  }

  private static Optional<Draft> makeWithin(BlobKey key, OptionalLong size, Fill.Kitchen kitchen)
      throws InterruptedIOException {
    Optional<Reservation> room = kitchen.tier().reserve(size.orElse(STEP));
    if (room.isEmpty() && kitchen.reclaim().getAsBoolean()) {
      room = kitchen.tier().reserve(size.orElse(STEP));
    }
    if (room.isEmpty() && size.isEmpty()) {
      room = kitchen.tier().reserve(LEAST);
    }
    if (room.isEmpty()) {
      return Optional.empty();
    }
    Optional<Draft> made = Optional.empty();
    try {
      made = Optional.of(new Draft(key, kitchen, room.get(), kitchen.spool().create()));
    } catch (IOException e) {
      kitchen.tier().failed("spool", key, e);
    } finally {
      if (made.isEmpty()) {
        room.get().close();
      }
    }
    return made;
  }

  /**
   * Writes within the room.
   *
   * @param at the offset of the first byte
   * @return false when there is no more room, or the disk does not take it even after others have
   *     been evicted
   */
  boolean write(ByteBuffer bytes, long at) throws InterruptedIOException {
    long end = at + bytes.remaining();
    if (!grow(end, at + STEP)) {
      return false;
    }
    boolean retried = false;
    while (bytes.hasRemaining()) {
      try {
        room.used(put(bytes, end - bytes.remaining()));
      } catch (IOException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedIOException("interrupted while writing " + key);
        }
        kitchen.tier().failed("write", key, e);
        if (retried || !full(e) || !kitchen.tier().makeRoom(bytes.remaining() + STEP)) {
          return false;
        }
        retried = true;
      }
    }
    return true;
  }

  private boolean grow(long least, long wish) throws InterruptedIOException {
    return least <= room.bytes()
        || room.growTo(Math.max(least, wish))
        || room.growTo(least)
        || (kitchen.reclaim().getAsBoolean() && room.growTo(least));
  }

  private int put(ByteBuffer bytes, long at) throws IOException {
    return kitchen.disk().call(() -> file.channel().write(bytes, at));
  }

  /** The JDK says it by the system's message alone. */
  private static boolean full(IOException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("no space left") || message.contains("quota");
  }

  /** Opens it for one reader, who closes it. */
  FollowedBlob.Bytes open() throws IOException {
    FileChannel channel =
        kitchen.disk().call(() -> FileChannel.open(file.path(), StandardOpenOption.READ));
    return new Bytes(channel, kitchen);
  }

  /**
   * Gives the verified file to the tier, which does not evict it before {@link #discard}: readers
   * of the draft have it open.
   *
   * @return whether the tier took it; if not, it stays here
   */
  boolean admit(long size) throws InterruptedIOException {
    Optional<Runnable> pinned = kitchen.tier().admitPinned(key, file.path(), size, room);
    unpin = pinned.orElse(null);
    return pinned.isPresent();
  }

  /** No one uses it any more. */
  void discard() {
    Runnable held = unpin;
    try {
      kitchen.disk().run(this::remove);
    } catch (IOException e) {
      kitchen.tier().failed("spool", key, e);
    } finally {
      room.close();
      kitchen.drafts().release();
      if (held != null) {
        held.run();
      }
    }
  }

  private void remove() throws IOException {
    try (FileChannel _ = file.channel()) {
      Files.deleteIfExists(file.path());
    }
  }

  private record Bytes(FileChannel channel, Fill.Kitchen kitchen) implements FollowedBlob.Bytes {
    @Override
    public void send(long position, long length, WritableByteChannel to) throws IOException {
      kitchen.transfer().send(channel, position, length, to);
    }

    @Override
    public void close() throws IOException {
      kitchen.disk().run(channel::close);
    }
  }
}
