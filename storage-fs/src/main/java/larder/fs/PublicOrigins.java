package larder.fs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import larder.tiering.Digest;
import larder.tiering.Space;

/**
 * From which upstreams the public blobs of a data directory may come. They are kept together, so
 * when one of these upstreams has become private nobody can tell which are its own: then none of
 * them stays public.
 */
public final class PublicOrigins {
  private static final Logger LOG = System.getLogger(PublicOrigins.class.getName());
  private static final String FILE = "origins";
  private static final String END = "end";

  /**
   * An upstream, as far as it tells whose bytes it hands out.
   *
   * @param name as configured, without white space
   * @param login what tells one login from another, or empty for none
   * @param hosts of its url and mirrors, in lower case and without a port: another port may be
   *     another way to the same
   */
  public record Origin(String name, String login, Set<String> hosts) {
    public Origin {
      hosts = Set.copyOf(hosts);
    }

    /** One line for each host: another login there gives out other bytes. */
    private Stream<String> lines() {
      byte[] bytes = login.getBytes(StandardCharsets.UTF_8);
      String hash = Digest.of(Digest.Algorithm.SHA256, bytes).hex();
      return hosts.stream().map(host -> name + " " + hash + " " + host);
    }

    private boolean mayBe(String line) {
      String[] parts = line.split(" ", -1);
      return name.equals(parts[0]) || hosts.contains(parts[2]);
    }
  }

  private final DataDirectory directory;
  private final Path file;

  private PublicOrigins(DataDirectory directory) {
    this.directory = directory;
    this.file = directory.path().resolve(FILE);
  }

  /**
   * Has the directory hold as public only what may be served as public from now on. To be called
   * before anything in it is served.
   *
   * @param open the upstreams that are public now
   * @param closed those that are private now
   * @throws IOException when what is not public any more can neither be moved nor removed, or an
   *     outdated note of the open ones neither renewed nor removed
   */
  public static void settle(
      DataDirectory directory, Collection<Origin> open, Collection<Origin> closed)
      throws IOException {
    new PublicOrigins(directory).settle(open, closed);
  }

  private void settle(Collection<Origin> open, Collection<Origin> closed) throws IOException {
    Set<String> now = open.stream().flatMap(Origin::lines).collect(Collectors.toSet());
    Optional<Set<String>> recorded = recorded();
    Set<String> former = new TreeSet<>(recorded.orElse(Set.of()));
    former.removeAll(now);
    List<Origin> concerned =
        closed.stream()
            .filter(each -> recorded.isEmpty() || former.stream().anyMatch(each::mayBe))
            .toList();
    Path blobs = directory.blobs(Space.PUBLIC);
    if (!concerned.isEmpty() && mayHoldAny(blobs)) {
      close(blobs, concerned);
    }
    if (!mayHoldAny(blobs)) {
      former.clear();
    }
    former.addAll(now);
    if (!recorded.equals(Optional.of(former))) {
      record(former);
    }
  }

  /** Whether there is a file; one that cannot be seen may be. */
  private static boolean mayHoldAny(Path blobs) {
    try (Stream<Path> all = Files.walk(blobs, FileVisitOption.FOLLOW_LINKS)) {
      return all.anyMatch(Files::isRegularFile);
    } catch (NoSuchFileException _) {
      return false;
    } catch (IOException | UncheckedIOException e) {
      return true;
    }
  }

  /** One upstream's clients may have it all, since what is public may be served to them too. */
  private void close(Path blobs, List<Origin> concerned) throws IOException {
    String names = concerned.stream().map(Origin::name).collect(Collectors.joining(", "));
    Path place = directory.blobs(new Space.Private(concerned.getFirst().name()));
    boolean given = concerned.size() == 1 && !mayHoldAny(place);
    try {
      if (given) {
        Folders.make(place);
        Folders.remove(place); // what it is in stays
        Files.move(blobs, place, StandardCopyOption.ATOMIC_MOVE);
      } else {
        Path doomed = directory.spool().resolve("public");
        Files.move(blobs, doomed, StandardCopyOption.ATOMIC_MOVE);
        Folders.remove(doomed);
      }
      Folders.make(blobs);
    } catch (IOException e) {
      throw new IOException(
          "%s: private, and what was kept as public may come from there, but %s cannot be moved or removed: remove it by hand (%s)"
              .formatted(names, blobs, e),
          e);
    }
    LOG.log(
        Level.WARNING,
        "{0}: private, and what was kept as public may come from there; all of it is {1}, and public upstreams are asked anew",
        names,
        given ? "kept for its clients only" : "removed");
  }

  /** Empty when nothing is known, as when the file is not whole. */
  private Optional<Set<String>> recorded() {
    try {
      List<String> lines = new ArrayList<>(Files.readAllLines(file));
      boolean whole =
          !lines.isEmpty()
              && lines.removeLast().equals(END)
              && lines.stream().allMatch(line -> line.split(" ", -1).length == 3);
      return whole ? Optional.of(new HashSet<>(lines)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * On the medium before the first blob that it tells of. Without it anything may be private; an
   * old one would say that what it does not tell of is not there.
   */
  private void record(Set<String> lines) throws IOException {
    String text = String.join("\n", lines) + (lines.isEmpty() ? "" : "\n") + END + "\n";
    Path draft = directory.spool().resolve(FILE);
    try {
      Files.writeString(draft, text);
      force(draft);
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
      force(directory.path());
    } catch (IOException e) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException stays) {
        stays.addSuppressed(e);
        throw new IOException(
            "cannot note from which upstreams public blobs come, nor remove the note that is no longer true: let larder's user write to %s, or remove it (%s)"
                .formatted(file, stays),
            stays);
      }
      LOG.log(
          Level.WARNING,
          "cannot note in "
              + file
              + " from which upstreams public blobs come: at the next start, all of them will be taken for those of the private upstreams, if there are any",
          e);
    }
  }

  private static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
