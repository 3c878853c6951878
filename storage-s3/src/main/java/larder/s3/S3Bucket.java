package larder.s3;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.TrustManager;

/**
 * Which bucket, and how it is reached.
 *
 * @param name of the bucket
 * @param endpoint http or https, host and port; empty for AWS
 * @param region as the endpoint has it
 * @param prefix of all keys; empty, or ends with {@code /}
 * @param key empty for the default chain of AWS
 * @param pathStyle whether the bucket is a part of the path rather than of the host's name
 * @param trust who says that the endpoint is the right one; empty for the JDK's authorities
 */
public record S3Bucket(
    String name,
    Optional<URI> endpoint,
    String region,
    String prefix,
    Optional<AccessKey> key,
    boolean pathStyle,
    List<TrustManager> trust) {
  public S3Bucket {
    trust = List.copyOf(trust);
  }

  /** Who asks. */
  public record AccessKey(String id, String secret) {
    @Override
    public String toString() {
      return "AccessKey[" + id + "]";
    }
  }

  @Override
  public String toString() {
    return "s3://" + name + "/" + prefix + endpoint.map(at -> " at " + at).orElse("");
  }
}
