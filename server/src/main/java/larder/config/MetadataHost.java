package larder.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.regex.Pattern;

/** Where Google Cloud's metadata service is: the environment may say so, as to Google's tools. */
final class MetadataHost {
  private static final String VARIABLE = "GCE_METADATA_HOST";
  private static final String USUAL = "metadata.google.internal";
  private static final Pattern FORM =
      Pattern.compile("(?:\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9.-]+)(?::[0-9]{1,5})?");

  private MetadataHost() {}

  /** Host, and port where it is written. What is not accepted is not told: it may be anything. */
  static String of(Map<String, String> environment) throws ConfigException {
    String written = environment.getOrDefault(VARIABLE, "");
    if (written.isEmpty()) {
      return USUAL;
    }
    if (!FORM.matcher(written).matches() || !isAuthority(written)) {
      throw new ConfigException(
          "environment variable "
              + VARIABLE
              + " is not accepted; write host or host:port, without http:// and a path");
    }
    return written;
  }

  private static boolean isAuthority(String text) {
    try {
      URI uri = new URI("http://" + text);
      return uri.getHost() != null && uri.getPort() != 0 && uri.getPort() <= 65_535;
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
