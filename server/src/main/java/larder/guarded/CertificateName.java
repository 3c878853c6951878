package larder.guarded;

import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/** What a client with a certificate is called. */
final class CertificateName {
  /** With an equals sign a common name could pass for another subject's whole name. */
  private static final Pattern COMMON_NAME = Pattern.compile("[^=\\p{Cntrl}]{1,255}");

  private CertificateName() {}

  /**
   * The subject's whole name (RFC 2253) when that is listed, else its common name, else the whole.
   */
  static String of(X509Certificate certificate, Set<String> listed) {
    String whole = certificate.getSubjectX500Principal().getName(X500Principal.RFC2253);
    return listed.contains(whole) ? whole : commonName(whole).orElse(whole);
  }

  private static Optional<String> commonName(String whole) {
    try {
      return new LdapName(whole)
          .getRdns().reversed().stream()
              .filter(part -> part.getType().equalsIgnoreCase("CN"))
              .map(Rdn::getValue)
              .filter(String.class::isInstance)
              .map(String.class::cast)
              .filter(COMMON_NAME.asMatchPredicate())
              .findFirst();
    } catch (InvalidNameException e) {
      return Optional.empty();
    }
  }
}
