package larder.upstream;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import larder.config.TlsFiles;
import larder.pem.Pem;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts connections of an upstream that has files of its own for that. The client certificate is
 * for the url's own site: another host, or port, sees none. The files are read anew when they have
 * changed; until they can be, what was read before goes on to be used.
 */
final class Encryption implements TlsSocketStrategy {
  private static final Logger LOG = Logger.getLogger(Encryption.class.getName());
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private final TlsFiles files;
  private final Site home;
  private final InstantSource clock;
  private volatile @Nullable Loaded loaded;

  /**
   * What the files made.
   *
   * @param changed when each of them had last changed
   * @param looked when that was looked at
   */
  private record Loaded(
      TlsSocketStrategy atHome,
      TlsSocketStrategy elsewhere,
      List<FileTime> changed,
      Instant looked) {
    Loaded lookedAt(List<FileTime> times, Instant when) {
      return new Loaded(atHome, elsewhere, times, when);
    }
  }

  /**
   * @param home who sees the client certificate
   */
  Encryption(TlsFiles files, Site home, InstantSource clock) {
    this.files = files;
    this.home = home;
    this.clock = clock;
  }

  @Override
  public SSLSocket upgrade(
      Socket socket, String target, int port, Object attachment, HttpContext context)
      throws IOException {
    Loaded now = current();
    boolean atHome = target.equalsIgnoreCase(home.host()) && port == home.port();
    return (atHome ? now.atHome() : now.elsewhere())
        .upgrade(socket, target, port, attachment, context);
  }

  private Loaded current() throws IOException {
    Loaded known = loaded;
    Instant now = clock.instant();
    if (known != null && now.isBefore(known.looked().plus(LOOK_AGAIN))) {
      return known;
    }
    Loaded next = known == null ? load(changed(), now) : renewed(known, now);
    loaded = next;
    return next;
  }

  private Loaded renewed(Loaded known, Instant now) {
    List<FileTime> times = known.changed();
    try {
      times = changed();
      return times.equals(known.changed()) ? known.lookedAt(times, now) : load(times, now);
    } catch (IOException e) {
      LOG.log(Level.WARNING, () -> "certificates for " + home + " stay as they were: " + e);
      return known.lookedAt(times, now);
    }
  }

  private Loaded load(List<FileTime> times, Instant now) throws IOException {
    Trust trust =
        files.authorities().isEmpty()
            ? Trust.ofJdk()
            : Trust.ofJdkAnd(Pem.certificates(files.authorities().get()));
    Optional<Pem.Own> own =
        files.own().isEmpty()
            ? Optional.empty()
            : Optional.of(Pem.own(files.own().get().certificate(), files.own().get().key()));
    try {
      SSLContext nobody = trust.context(Optional.empty());
      SSLContext self = own.isEmpty() ? nobody : trust.context(own);
      return new Loaded(
          new DefaultClientTlsStrategy(self), new DefaultClientTlsStrategy(nobody), times, now);
    } catch (GeneralSecurityException e) {
      throw new IOException("certificates and key are not accepted: " + e.getMessage(), e);
    }
  }

  private List<FileTime> changed() throws IOException {
    List<FileTime> times = new ArrayList<>();
    for (Path file : files.all()) {
      times.add(Files.getLastModifiedTime(file));
    }
    return times;
  }
}
