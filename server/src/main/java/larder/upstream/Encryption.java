package larder.upstream;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import larder.certificates.Authorities;
import larder.certificates.CertifiedKey;
import larder.certificates.PemFile;
import larder.config.TlsFiles;
import larder.files.Watched;
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
  private final TlsFiles files;
  private final Site home;
  private final InstantSource clock;
  private final Complaint complaint;
  private volatile @Nullable Watched<Loaded> watched;

  /** What the files made. */
  private record Loaded(TlsSocketStrategy atHome, TlsSocketStrategy elsewhere) {}

  /**
   * @param home who sees the client certificate
   */
  Encryption(TlsFiles files, Site home, InstantSource clock) {
    this.files = files;
    this.home = home;
    this.clock = clock;
    this.complaint = new Complaint(clock);
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

  /** Reads nothing before the first connection. */
  private Loaded current() throws IOException {
    Watched<Loaded> known = watched;
    if (known == null) {
      known = open();
      watched = known;
    }
    return known.current().content();
  }

  private Watched<Loaded> open() throws IOException {
    try {
      return Watched.open(files.all(), this::load, clock);
    } catch (IOException e) {
      // Clients see what is thrown, and where the files are is not for them.
      complaint.met(String.valueOf(e.getMessage()));
      throw new IOException("larder cannot read its files for TLS there; its log says why", e);
    }
  }

  private Loaded load() throws IOException {
    Authorities trusted = Authorities.ofJdk();
    if (files.authorities().isPresent()) {
      trusted =
          trusted.and(new PemFile(named("ca-file"), files.authorities().get()).certificates());
    }
    try {
      SSLContext nobody = context(new KeyManager[0], trusted);
      SSLContext self = files.own().isEmpty() ? nobody : context(own().managers(), trusted);
      return new Loaded(new DefaultClientTlsStrategy(self), new DefaultClientTlsStrategy(nobody));
    } catch (GeneralSecurityException e) {
      throw new IOException(
          named("certificates") + " are not accepted, put in others: " + e.getMessage(), e);
    }
  }

  private CertifiedKey own() throws IOException {
    TlsFiles.Own own = files.own().orElseThrow();
    return CertifiedKey.read(
        new PemFile(named("client-certificate-file"), own.certificate()),
        new PemFile(named("client-key-file"), own.key()));
  }

  private String named(String key) {
    return key + " of " + home;
  }

  private static SSLContext context(KeyManager[] own, Authorities trusted)
      throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own, trusted.managers(), null);
    return context;
  }
}
