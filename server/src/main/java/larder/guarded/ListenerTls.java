package larder.guarded;

import io.helidon.common.tls.Tls;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import larder.certificates.Authorities;
import larder.certificates.CertifiedKey;
import larder.certificates.PemFile;
import larder.config.GuardedConfig.TlsFiles;
import larder.files.Watched;

/** The guarded listener's own TLS, as its files say at each time. */
public final class ListenerTls {
  private static final String CERTIFICATE_FILE = "larder.guarded.certificate-file";
  private static final String KEY_FILE = "larder.guarded.key-file";
  private static final String CLIENT_CA = "larder.guarded.client-ca";

  /** Seconds in which a client may go on with what a handshake before found out. */
  private static final int SESSION = 3600;

  private ListenerTls() {}

  /**
   * TLS 1.2 and 1.3 for a blocking listener. Clients are asked for a certificate where there is a
   * client CA, and may do without. The files are read anew for new connections when they change;
   * what cannot be used is logged once, and what was read before stays in force.
   *
   * @throws IOException when the files are of no use; its message names the key
   */
  public static Tls open(TlsFiles files, InstantSource clock) throws IOException {
    List<Path> watched = new ArrayList<>(List.of(files.certificate(), files.key()));
    files.clientCa().ifPresent(watched::add);
    Watched<SSLContext> contexts = Watched.open(watched, () -> context(files), clock);
    return Tls.builder()
        .sslContext(new CurrentContext(contexts, files.clientCa().isPresent()))
        .build();
  }

  private static SSLContext context(TlsFiles files) throws IOException {
    CertifiedKey own =
        CertifiedKey.read(
            new PemFile(CERTIFICATE_FILE, files.certificate()), new PemFile(KEY_FILE, files.key()));
    List<X509Certificate> authorities =
        files.clientCa().isPresent()
            ? new PemFile(CLIENT_CA, files.clientCa().get()).certificates()
            : List.of();
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(own.managers(), new Authorities(authorities).managers(), null);
      context.getServerSessionContext().setSessionTimeout(SESSION);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "%s: %s cannot be used, put in the listener's own certificate first and its CA's last: %s"
              .formatted(CERTIFICATE_FILE, files.certificate(), e.getMessage()),
          e);
    }
  }
}
