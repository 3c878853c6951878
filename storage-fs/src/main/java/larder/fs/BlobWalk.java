package larder.fs;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import larder.tiering.BlobKey;
import larder.tiering.Digest;
import larder.tiering.Space;

/** Finds the blobs of a data directory; whatever else lies in there is left alone. */
final class BlobWalk {
  private static final Logger LOG = System.getLogger(BlobWalk.class.getName());

  private final DataDirectory directory;
  private final Disk disk;

  BlobWalk(DataDirectory directory, Disk disk) {
    this.directory = directory;
    this.disk = disk;
  }

  /** Receives what is found. */
  @FunctionalInterface
  interface Finds {
    void blob(BlobKey key, Inode inode);
  }

  void walk(Finds finds) throws IOException {
    walk(Space.PUBLIC, finds);
    for (String folder : names(directory.privateSpaces())) {
      Optional<String> upstream = SpaceName.decode(folder);
      if (upstream.isPresent()) {
        walk(new Space.Private(upstream.get()), finds);
      }
    }
  }

  private void walk(Space space, Finds finds) throws IOException {
    for (Digest.Algorithm algorithm : Digest.Algorithm.values()) {
      Path all = directory.blobs(space).resolve(algorithm.label());
      for (String prefix : names(all)) {
        for (String hex : names(all.resolve(prefix))) {
          Optional<Digest> digest = Digest.parse(algorithm.label() + ":" + hex);
          if (digest.isPresent() && hex.startsWith(prefix) && prefix.length() == 2) {
            report(new BlobKey(space, digest.get()), finds);
          }
        }
      }
    }
  }

  private void report(BlobKey key, Finds finds) {
    Optional<Inode> inode;
    try {
      inode = disk.inode(directory.place(key));
    } catch (IOException e) {
      LOG.log(Level.WARNING, "a blob is left out", e);
      return;
    }
    inode.ifPresent(found -> finds.blob(key, found));
  }

  /** The names in a folder; none when it is no folder, or may not be read. */
  private List<String> names(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        names.add(entry.getFileName().toString());
      }
    } catch (NoSuchFileException | NotDirectoryException | AccessDeniedException _) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw new IOException("cannot list " + folder + ": " + e.getMessage(), e.getCause());
    }
    return names;
  }
}
