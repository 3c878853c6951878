package larder.tiering;

import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * Under which name things of an upstream are kept: {@code <name>~<8 hex of sha256(url)>}, since the
 * same name with another url is another upstream.
 */
public final class UpstreamFolder {
  private static final int URL_HASH = 8;

  private UpstreamFolder() {}

  /** One part of a path, of letters, digits, and a few signs that no place reads as its own. */
  public static String of(String upstream, URI url) {
    byte[] text = url.toString().getBytes(StandardCharsets.UTF_8);
    String hash = Digest.of(Digest.Algorithm.SHA256, text).hex().substring(0, URL_HASH);
    return upstream.replaceAll("[^a-zA-Z0-9.-]", "_") + "~" + hash;
  }
}
