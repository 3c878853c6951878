package larder.tiering;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One copy of one blob from its sources into a draft: one writing side, any number of readers that
 * follow it. Readers never slow the writer, and the last to leave does not stop it. When the
 * sources fail, the bytes that came stay, and a later {@link #copy} goes on after them.
 */
final class Fill {
  /*
   * The writing side owns position and hash; one thread at a time is the writing side. The draft lives until the last user
   * leaves, unless the tier has taken its file. A reader joins before it follows, and whoever starts a fill joins before the
   * copy begins: else a small blob that no tier keeps could be gone each time before anyone has read it.
   */
  private static final int PIECE = 256 * 1024;

  private final BlobKey key;
  private final Kitchen kitchen;
  private final Progress progress = new Progress(OptionalLong.empty());
  private final MessageDigest hash;
  private final AtomicReference<@Nullable Download> begun = new AtomicReference<>();

  private long position; // the writing side's

  /** From which some of the bytes are; the writing side adds to it. */
  private final Set<Source> copies = ConcurrentHashMap.newKeySet();

  private volatile @Nullable Draft draft; // set once by the writing side

  private int users = 1; // guarded by this; the writing side is the first
  private boolean over; // guarded by this
  private @Nullable Fill successor; // guarded by this; joined until the last user has left

  /** What fills work with. */
  record Kitchen(
      Tier tier,
      Spool spool,
      FileTransfer transfer,
      DiskThreads disk,
      Pause pause,
      Semaphore drafts,
      BooleanSupplier reclaim,
      Admission admission) {}

  /** How a copy ended. */
  sealed interface End {
    /**
     * Verified; unless {@code kept} it goes with its last reader.
     *
     * @param copied whether some of it was read from copies
     */
    record Complete(boolean kept, boolean copied) implements End {}

    /** There was no room, or it is not worth any: readers go on by themselves. */
    record Declined(Progress.State.Detached at) implements End {}

    /**
     * The bytes are wrong, and this source gave the last of them.
     *
     * @param copied whether some of them were read from copies
     */
    record Corrupt(Source from, boolean copied, CorruptBlobException cause) implements End {}

    /** The sources failed; what came can be gone on with if {@code sound}. */
    record Broken(IOException cause, boolean sound) implements End {}
  }

  Fill(BlobKey key, Kitchen kitchen) {
    this.key = key;
    this.kitchen = kitchen;
    this.hash = key.digest().hasher();
  }

  BlobKey key() {
    return key;
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
    Download download = new Download(key, sources, position, kitchen.pause());
    try (download) {
      download.follows(copies);
      download.know(size());
      return copy(download);
    } catch (CorruptBlobException e) {
      return new End.Corrupt(download.source(), !copies.isEmpty(), e);
    } catch (IOException e) {
      return new End.Broken(e, true);
    }
  }

  private End copy(Download download) throws IOException {
    download.open();
    Draft target = draft;
    if (target == null) {
      progress.sized(download.size());
      boolean worth = !download.source().keepsCopies() || kitchen.admission().admits(key, size());
      Optional<Draft> made = worth ? Draft.make(key, size(), kitchen) : Optional.empty();
      if (made.isEmpty()) {
        begun.set(download.handOver());
        return detach();
      }
      target = made.get();
      draft = target;
    }
    try {
      if (!receive(download, target)) {
        return detach();
      }
    } catch (CorruptBlobException e) {
      throw e;
    } catch (IOException e) {
      // A body of unknown size may have broken after its last byte.
      if (size().isPresent() || !got().equals(key.digest())) {
        throw e;
      }
    }
    if (!got().equals(key.digest()) || position != size().orElse(position)) {
      throw download.wrong(got() + " of " + position + " bytes");
    }
    progress.sized(OptionalLong.of(position));
    progress.become(new Progress.State.Verified());
    return new End.Complete(target.admit(position), !copies.isEmpty());
  }

  /** Writes all that comes; false when there is no more room. */
  private boolean receive(Download download, Draft target) throws IOException {
    byte[] piece = new byte[PIECE];
    for (int read; (read = download.read(piece, 0, piece.length)) > 0; ) {
      if (position == 0) {
        progress.sized(download.size());
      }
      copies.addAll(download.copies());
      if (!target.write(ByteBuffer.wrap(piece, 0, read), position)) {
        return false;
      }
      hash.update(piece, 0, read);
      ByteRange arrived = new ByteRange(position, read);
      position += read;
      progress.arrived(arrived);
    }
    return true;
  }

  private Digest got() {
    return Digest.ofHash(key.digest().algorithm(), copyOf(hash).digest());
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

  /** One user more; false when the last one has left already. */
  synchronized boolean join() {
    if (users == 0) {
      return false;
    }
    users++;
    return true;
  }

  /** One user less; the last one takes the draft along. */
  void release() {
    Fill next;
    synchronized (this) {
      if (--users > 0) {
        return;
      }
      next = successor;
    }
    Draft last = draft;
    try (Download _ = begun.getAndSet(null)) {
      if (last != null) {
        last.discard();
      }
    } finally {
      if (next != null) {
        next.release();
      }
    }
  }

  /** Has readers who got nothing yet go on with another fill, which the caller has joined. */
  synchronized void succeededBy(Fill next) {
    successor = next;
  }

  private synchronized Followed superseded() {
    Fill next = successor;
    return next != null && next.join() ? new Followed.Superseded(next) : new Followed.Over();
  }

  /**
   * Waits for the first byte that can be shown. The caller has joined; unless it may read it is a
   * user no more, else until the blob is closed.
   *
   * @param from the first byte that will be read
   */
  Followed follow(List<Source> sources, long from) throws IOException {
    boolean reading = false;
    try {
      Followed followed = answer(sources, from);
      reading = followed instanceof Followed.Reading;
      return followed;
    } finally {
      if (!reading) {
        release();
      }
    }
  }

  private Followed answer(List<Source> sources, long from) throws IOException {
    Progress.Answer answer = progress.awaitAnswer();
    if (answer.readable()) {
      return read(sources);
    }
    return switch (answer.state()) {
      case Progress.State.Failed(_, boolean again) when again -> superseded();
      case Progress.State.Failed(IOException cause, _) -> new Followed.Failed(cause);
      // Only from its first byte on does a download begun for the whole serve a reader.
      case Progress.State.Detached _ ->
          new Followed.NoRoom(
              size(), from == 0 ? Optional.ofNullable(begun.getAndSet(null)) : Optional.empty());
      case Progress.State.Arriving _, Progress.State.Verified _ -> awaitOver();
    };
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

  private Followed read(List<Source> sources) throws IOException {
    Draft source = draft;
    if (source == null) {
      throw new IllegalStateException("bytes of " + key + " that are nowhere");
    }
    FollowedBlob.Bytes bytes;
    try {
      bytes = source.open();
    } catch (NoSuchFileException e) {
      // The tier has taken it just now, unless someone has cleared the spool.
      return progress.state() instanceof Progress.State.Verified
          ? awaitOver()
          : new Followed.NoRoom(size(), Optional.empty());
    }
    return new Followed.Reading(
        new FollowedBlob(
            key,
            progress,
            Origin.FILL,
            bytes,
            (detached, at, rest, whole, held, to) ->
                goOn(sources, detached, at, rest, whole, held, to),
            this::release));
  }

  /** Reads on from the sources after the fill has been detached, for one reader. */
  private long goOn(
      List<Source> sources,
      Progress.State.Detached detached,
      long at,
      long length,
      boolean whole,
      FollowedBlob.Bytes held,
      WritableByteChannel to)
      throws IOException {
    long from = whole ? detached.end() : at;
    try (Download rest = new Download(key, sources, from, kitchen.pause())) {
      rest.follows(copies);
      rest.know(size());
      if (!whole) {
        return PassThrough.copyPart(rest, length, to);
      }
      var tail = new ByteArrayOutputStream(Progress.TAIL);
      held.send(at, detached.end() - at, Channels.newChannel(tail));
      return new WholeBody(key, rest, copyOf(detached.hash()), tail.toByteArray()).copy(length, to);
    }
  }
}
