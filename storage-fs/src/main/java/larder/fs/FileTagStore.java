package larder.fs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import larder.tiering.DiskThreads;
import larder.tiering.Tag;
import larder.tiering.TagRecord;
import larder.tiering.TagStore;
import larder.tiering.TagText;
import larder.tiering.UpstreamFolder;

/**
 * Tags as small files, {@code tags/<upstream>~<8 hex of sha256(url)>/<repository>/_/<tag>}: the
 * underscore, which no repository may have as a part, keeps tag c of a/b apart from repository
 * a/b/c. Nothing is forced to the medium: a record that a power cut has torn does not exist.
 */
public final class FileTagStore implements TagStore {

  private final Path spool;
  private final Map<String, Path> folders;
  private final DiskThreads threads;

  /**
   * @param directory that holds tags and spool
   * @param upstreams each upstream's url by its name: another url is another upstream
   */
  public FileTagStore(DataDirectory directory, Map<String, URI> upstreams, DiskThreads threads) {
    this.spool = directory.spool();
    Path root = directory.path().resolve("tags");
    this.folders =
        upstreams.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey,
                    each -> root.resolve(UpstreamFolder.of(each.getKey(), each.getValue()))));
    this.threads = threads;
  }

  @Override
  public Optional<TagRecord> find(Tag tag) {
    try {
      return TagText.parse(threads.call(() -> Files.readString(file(tag))));
    } catch (IOException e) {
      // Absent, or something else is in its place: upstream is asked, and the answer replaces it.
      return Optional.empty();
    }
  }

  @Override
  public void put(Tag tag, TagRecord record) throws IOException {
    Path folder = folder(tag);
    Path file = folder.resolve(tag.name());
    Path draft = spool.resolve("tag-" + UUID.randomUUID());
    threads.run(() -> place(draft, folder, file, record));
  }

  private static void place(Path draft, Path folder, Path file, TagRecord record)
      throws IOException {
    try {
      Folders.make(folder);
      Files.writeString(draft, TagText.format(record));
      if (Files.isDirectory(file)) {
        Folders.remove(file);
      }
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  @Override
  public void remove(Tag tag) throws IOException {
    threads.run(() -> Folders.remove(file(tag)));
  }

  @Override
  public void forEach(String upstream, Consumer<Tag> to) throws IOException {
    Path folder = folders.get(upstream);
    if (folder == null || !Files.isDirectory(folder)) {
      return;
    }
    threads.run(() -> {
      try (Stream<Path> files = Files.walk(folder)) {
        files
            .filter(Files::isRegularFile)
            .map(folder::relativize)
            .flatMap(file -> tag(upstream, file).stream())
            .forEach(to);
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    });
  }

  private static Optional<Tag> tag(String upstream, Path file) {
    String path = file.toString();
    int border = path.lastIndexOf("/_/");
    return border < 0
        ? Optional.empty()
        : Optional.of(new Tag(upstream, path.substring(0, border), path.substring(border + 3)));
  }

  @Override
  public void sweep(String upstream, Instant before) throws IOException {
    Path folder = folders.get(upstream);
    if (folder == null || !Files.isDirectory(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.lastModifiedTime().toInstant().isBefore(before)) {
              Files.deleteIfExists(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException cause) {
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private Path file(Tag tag) {
    return folder(tag).resolve(tag.name());
  }

  private Path folder(Tag tag) {
    Path folder = folders.get(tag.upstream());
    if (folder == null) {
      throw new IllegalArgumentException("no tags are kept for upstream " + tag.upstream());
    }
    return folder.resolve(tag.repository()).resolve("_");
  }
}
