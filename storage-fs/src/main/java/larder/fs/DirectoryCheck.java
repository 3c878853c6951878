package larder.fs;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import larder.fsck.Proof;
import larder.fsck.Report;
import larder.fsck.Sample;
import larder.fsck.Throttle;
import larder.fsck.Wrong;
import larder.fsck.Wrong.Fate;
import larder.fsck.Wrong.Kept;
import larder.tiering.BlobKey;
import larder.tiering.BlobStore.StoredBlob;
import larder.tiering.ByteRange;
import larder.tiering.Digest;
import larder.tiering.Space;
import larder.tiering.Tag;
import larder.tiering.TagStore;

/**
 * Reads what is in a data directory that nobody else uses, and removes what is not what its name
 * says. It holds the names of one folder in memory at a time.
 */
public final class DirectoryCheck {
  private final DataDirectory directory;
  private final FileBlobStore store;
  private final Sample sample;
  private final Throttle throttle;
  private final Report report;

  public DirectoryCheck(
      DataDirectory directory,
      FileBlobStore store,
      Sample sample,
      Throttle throttle,
      Report report) {
    this.directory = directory;
    this.store = store;
    this.sample = sample;
    this.throttle = throttle;
    this.report = report;
  }

  /**
   * Checks all blobs that the sample takes.
   *
   * @throws IOException when the directory cannot be read
   */
  public void run() throws IOException {
    check(Space.PUBLIC);
    for (Path folder : entries(directory.privateSpaces())) {
      Optional<String> upstream = SpaceName.decode(name(folder));
      if (upstream.isPresent() && Files.isDirectory(folder, NOFOLLOW_LINKS)) {
        check(new Space.Private(upstream.get()));
      } else {
        stray(folder);
      }
    }
  }

  /** Checks the records of an upstream's tags that the sample takes. */
  public void run(TagStore tags, String upstream) throws IOException {
    tags.forEach(upstream, tag -> check(tags, tag));
  }

  private void check(TagStore tags, Tag tag) {
    if (!sample.takes(tag.toString())) {
      return;
    }
    if (tags.find(tag).isPresent()) {
      report.right(0);
      return;
    }
    String how = "it is no whole record of a tag";
    try {
      tags.remove(tag);
      report.wrong(wrong(tag.toString(), how, Fate.REMOVED, Optional.empty()));
    } catch (IOException e) {
      report.wrong(stays(tag.toString(), how, e, Optional.empty()));
    }
  }

  private void check(Space space) throws IOException {
    Path blobs = directory.blobs(space);
    for (Path folder : entries(blobs)) {
      Optional<Digest.Algorithm> algorithm = algorithm(name(folder));
      if (algorithm.isEmpty()) {
        stray(folder);
        continue;
      }
      for (Path prefix : entries(folder)) {
        if (name(prefix).matches("[0-9a-f]{2}")) {
          check(space, algorithm.get(), prefix);
          String shown = directory.path().relativize(folder).toString();
          double part = (HexFormat.fromHexDigits(name(prefix)) + 1) / 256.0;
          report.reached(Wrong.Place.DISK, shown, part);
        } else {
          stray(prefix);
        }
      }
    }
  }

  private static Optional<Digest.Algorithm> algorithm(String folder) {
    for (Digest.Algorithm each : Digest.Algorithm.values()) {
      if (each.label().equals(folder)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  private void check(Space space, Digest.Algorithm algorithm, Path folder) throws IOException {
    for (Path file : entries(folder)) {
      Optional<Digest> digest = Digest.parse(algorithm.label() + ":" + name(file));
      if (digest.isPresent() && digest.get().hex().startsWith(name(folder))) {
        BlobKey key = new BlobKey(space, digest.get());
        if (sample.takes(key.toString())) {
          check(key, file);
        }
      } else {
        stray(file);
      }
    }
  }

  private void check(BlobKey key, Path file) throws InterruptedIOException {
    if (!Files.isRegularFile(file, NOFOLLOW_LINKS)) {
      if (Files.exists(file, NOFOLLOW_LINKS)) {
        setAside(key, "something that is no file is in its place");
      }
      return;
    }
    Proof proof = new Proof(key.digest(), throttle);
    try (StoredBlob blob = store.find(key).orElse(null)) {
      if (blob == null) {
        report.wrong(wrong(key.toString(), "it may not be read", Fate.STAYS, kept(key)));
        return;
      }
      var _ = blob.transferTo(ByteRange.all(blob.length()), proof);
      Optional<String> objection = proof.objection();
      if (objection.isEmpty()) {
        blob.trust();
        report.right(proof.bytes());
      } else {
        setAside(key, objection.get());
      }
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      // As a reader would find it: a medium that does not give the bytes has not kept them.
      setAside(key, "it cannot be read: " + e.getMessage());
    }
  }

  private void setAside(BlobKey key, String how) {
    try {
      store.remove(key);
      report.wrong(wrong(key.toString(), how, Fate.REMOVED, kept(key)));
    } catch (IOException e) {
      report.wrong(stays(key.toString(), how, e, kept(key)));
    }
  }

  private void stray(Path file) {
    report.wrong(
        wrong(
            directory.path().relativize(file).toString(),
            "nothing that larder looks for is there",
            Fate.LEFT,
            Optional.empty()));
  }

  private static Optional<Kept> kept(BlobKey key) {
    return Optional.of(new Kept(key, false));
  }

  private static Wrong wrong(String name, String how, Fate fate, Optional<Kept> kept) {
    return new Wrong(Wrong.Place.DISK, name, how, fate, kept);
  }

  private static Wrong stays(String name, String how, IOException e, Optional<Kept> kept) {
    return wrong(name, how + ", and it cannot be removed: " + e.getMessage(), Fate.STAYS, kept);
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  /** What is in a folder, in order; what is no folder is told of. */
  private List<Path> entries(Path folder) throws IOException {
    if (!Files.isDirectory(folder, NOFOLLOW_LINKS)) {
      if (Files.exists(folder, NOFOLLOW_LINKS)) {
        stray(folder);
      }
      return List.of();
    }
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      all.forEach(entries::add);
    } catch (NoSuchFileException _) {
      return List.of();
    } catch (AccessDeniedException e) {
      throw new IOException(
          "%s may not be read: run this as larder's user".formatted(e.getMessage()), e);
    } catch (DirectoryIteratorException e) {
      throw new IOException("cannot list " + folder + ": " + e.getMessage(), e.getCause());
    }
    Collections.sort(entries);
    return entries;
  }
}
