package larder.guarded;

import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * What a request shows of its sender.
 *
 * @param address the sender's IP address
 * @param authorization the value of {@code Authorization} as sent; several of them joined by commas
 * @param certificate the sender's own, verified by TLS
 */
public record Approach(
    String address, Optional<String> authorization, Optional<X509Certificate> certificate) {

  /** Without the secrets. */
  @Override
  public String toString() {
    return "Approach[address=%s, authorization=%s, certificate=%s]"
        .formatted(
            address,
            authorization.isPresent() ? "(secret)" : "none",
            certificate.map(shown -> shown.getSubjectX500Principal().getName()).orElse("none"));
  }
}
