package larder.tiering;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One copy of one blob from its sources into a spool file: one writing side, any number of readers
 * that follow it. Readers never slow the writer, and the last to leave does not stop it. When the
 * sources fail, the bytes that came stay, and a later {@link #copy} goes on after them.
 */
final class Fill {
  /*
   * The writing side owns position, hash, spool and reservation; one thread at a time is the writing side. Readers have
   * their own channels, since interrupting a thread closes the channel it uses. The spool file lives until the last user
   * leaves, unless the tier has taken it.
   */
  private static final int PIECE = 256 * 1024;

  /** By how much a reservation grows while the size is unknown, in bytes. */
  private static final long STEP = 16L * 1024 * 1024;

  private final BlobKey key;
  private final Kitchen kitchen;
  private final Progress progress = new Progress(OptionalLong.empty());
  private final MessageDigest hash;
  private final AtomicReference<@Nullable Download> begun = new AtomicReference<>();

  private long position; // the writing side's
  private volatile Spool.@Nullable File spool; // set once by the writing side
  private @Nullable Reservation reservation; // the writing side's

  private int users = 1; // guarded by this; the writing side is the first
  private boolean over; // guarded by this

  /** What fills work with. */
  record Kitchen(
      Tier tier,
      Spool spool,
      FileTransfer transfer,
      DiskGate gate,
      Pause pause,
      BooleanSupplier reclaim) {}

  /** How a copy ended. */
  sealed interface End {
    /** Verified; unless {@code kept} it goes with its last reader. */
    record Complete(boolean kept) implements End {}

    /** There was no room: readers go on by themselves. */
    record Declined(Progress.State.Detached at) implements End {}

    /** The bytes are wrong, and this source gave the last of them. */
    record Corrupt(Source from, CorruptBlobException cause) implements End {}

    /** The sources failed; what came stays. */
    record Broken(IOException cause) implements End {}
  }

  /** What a reader gets. */
  sealed interface Followed {
    /** It may read. */
    record Reading(Blob blob) implements Followed {}

    /** This fill is over: look again. */
    record Over() implements Followed {}

    /** There was no room for it; one reader gets what has been begun. */
    record NoRoom(Optional<Download> begun) implements Followed {}

    /** The sources failed before a byte came. */
    record Failed(IOException cause) implements Followed {}
  }

  Fill(BlobKey key, Kitchen kitchen) {
    this.key = key;
    this.kitchen = kitchen;
    this.hash = key.digest().hasher();
  }

  /** How many bytes have come. */
  long received() {
    return position;
  }

  OptionalLong size() {
    return progress.size();
  }

  /**
   * Copies on to the end and verifies. What the readers are to know of it, the caller tells by
   * {@link #tell}.
   */
  End copy(List<Source> sources) {
    try (Download download = new Download(key, sources, position, kitchen.pause())) {
      download.open();
      if (spool == null && !prepare(download)) {
        begun.set(download.handOver());
        return detach();
      }
      return receive(download, Objects.requireNonNull(spool));
    } catch (IOException e) {
      return new End.Broken(e);
    }
  }

  void tell(Progress.State state) {
    progress.become(state);
  }

  /** The writing side leaves, after nobody new can come to this fill. */
  void finish() {
    synchronized (this) {
      over = true;
      notifyAll();
    }
    release();
  }

  /** Waits for the first byte that can be shown; the blob is pinned until its reader closes it. */
  Followed follow(List<Source> sources) throws IOException {
    if (!join()) {
      return new Followed.Over();
    }
    boolean reading = false;
    try {
      if (progress.awaitAnswer()) {
        Optional<Blob> blob = reader(sources);
        reading = blob.isPresent();
        return reading ? new Followed.Reading(blob.get()) : awaitOver();
      }
      return switch (progress.state()) {
        case Progress.State.Detached _ ->
            new Followed.NoRoom(Optional.ofNullable(begun.getAndSet(null)));
        case Progress.State.Failed(IOException cause) when cause instanceof CorruptBlobException ->
            awaitOver();
        case Progress.State.Failed(IOException cause) -> new Followed.Failed(cause);
        case Progress.State.Arriving _, Progress.State.Verified _ -> awaitOver();
      };
    } finally {
      if (!reading) {
        release();
      }
    }
  }

  /** One user less; the last one takes spool file and charge along. */
  void release() {
    synchronized (this) {
      if (--users > 0) {
        return;
      }
    }
    Reservation room = reservation;
    try (Download unclaimed = begun.getAndSet(null)) {
      Spool.File file = spool;
      if (file != null) {
        file.channel().close();
        Files.deleteIfExists(file.path());
      }
    } catch (IOException e) {
      kitchen.tier().failed("spool", key, e);
    } finally {
      if (room != null) {
        room.close();
      }
    }
  }

  private synchronized Followed awaitOver() throws InterruptedIOException {
    while (!over) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while a fill of " + key + " ends");
      }
    }
    return new Followed.Over();
  }

  private synchronized boolean join() {
    if (users == 0) {
      return false;
    }
    users++;
    return true;
  }

  /** Reserves and makes the spool file; false when there is no room. */
  private boolean prepare(Download download) {
    progress.sized(download.size());
    long bytes = download.size().orElse(STEP);
    Optional<Reservation> room = kitchen.tier().reserve(bytes);
    if (room.isEmpty() && kitchen.reclaim().getAsBoolean()) {
      room = kitchen.tier().reserve(bytes);
    }
    if (room.isEmpty()) {
      return false;
    }
    reservation = room.get();
    try {
      spool = kitchen.spool().create();
      return true;
    } catch (IOException e) {
      kitchen.tier().failed("spool", key, e);
      return false;
    }
  }

  private End receive(Download download, Spool.File file) throws IOException {
    byte[] piece = new byte[PIECE];
    for (int read; (read = download.read(piece, 0, piece.length)) > 0; ) {
      if (!write(file.channel(), ByteBuffer.wrap(piece, 0, read))) {
        return detach();
      }
      hash.update(piece, 0, read);
      ByteRange arrived = new ByteRange(position, read);
      position += read;
      progress.arrived(arrived);
    }
    Digest got = Digest.ofHash(key.digest().algorithm(), hash.digest());
    if (!got.equals(key.digest())) {
      return new End.Corrupt(
          download.source(),
          new CorruptBlobException(key, download.source().name(), got.toString()));
    }
    progress.sized(OptionalLong.of(position));
    progress.become(new Progress.State.Verified());
    Reservation room = Objects.requireNonNull(reservation);
    return new End.Complete(kitchen.tier().admit(key, file.path(), position, room));
  }

  /**
   * Writes within the reservation; false when the disk does not take it even after more has been
   * evicted.
   */
  private boolean write(FileChannel to, ByteBuffer bytes) {
    Reservation room = Objects.requireNonNull(reservation);
    long end = position + bytes.remaining();
    if (end > room.bytes() && !room.growTo(Math.max(end, position + STEP))) {
      return false;
    }
    boolean retried = false;
    while (bytes.hasRemaining()) {
      long at = end - bytes.remaining();
      kitchen.gate().enter();
      try {
        room.used(to.write(bytes, at));
      } catch (IOException e) {
        kitchen.tier().failed("write", key, e);
        if (retried || !kitchen.tier().makeRoom(bytes.remaining() + STEP)) {
          return false;
        }
        retried = true;
      } finally {
        kitchen.gate().leave();
      }
    }
    return true;
  }

  private End detach() {
    return new End.Declined(new Progress.State.Detached(position, copyOf(hash)));
  }

  private static MessageDigest copyOf(MessageDigest hash) {
    try {
      return (MessageDigest) hash.clone();
    } catch (CloneNotSupportedException e) {
      throw new AssertionError("the JDK's hash cannot be copied", e);
    }
  }

  private Optional<Blob> reader(List<Source> sources) throws IOException {
    Spool.File file = spool;
    if (file == null) {
      return Optional.empty();
    }
    FileChannel channel;
    try {
      channel = FileChannel.open(file.path(), StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      // The tier has taken it just now.
      return Optional.empty();
    }
    FollowedBlob.Bytes bytes = new SpoolBytes(channel, kitchen.transfer());
    FollowedBlob.Remainder remainder =
        (detached, at, range, held, to) -> goOn(sources, detached, at, range, held, to);
    return Optional.of(new FollowedBlob(progress, Origin.FILL, bytes, remainder, this::release));
  }

  /** Reads on from the sources after the fill has been detached, for one reader. */
  private long goOn(
      List<Source> sources,
      Progress.State.Detached detached,
      long at,
      ByteRange range,
      FollowedBlob.Bytes held,
      WritableByteChannel to)
      throws IOException {
    boolean whole = range.offset() == 0 && range.length() >= size().orElse(0);
    long from = whole ? detached.end() : at;
    try (Download rest = new Download(key, sources, from, kitchen.pause())) {
      if (!whole) {
        return PassThrough.copyPart(rest, range.end() - at, to);
      }
      var tail = new ByteArrayOutputStream(Progress.TAIL);
      held.send(at, detached.end() - at, Channels.newChannel(tail));
      return new PassThrough.WholeBody(key, copyOf(detached.hash()), tail.toByteArray())
          .copy(rest, to);
    }
  }

  private record SpoolBytes(FileChannel channel, FileTransfer transfer)
      implements FollowedBlob.Bytes {
    @Override
    public void send(long position, long length, WritableByteChannel to) throws IOException {
      transfer.send(channel, position, length, to);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
