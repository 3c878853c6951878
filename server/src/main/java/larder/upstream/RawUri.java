package larder.upstream;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Text on its way into an address. */
final class RawUri {
  private static final String UNRESERVED = "-._~";
  private static final String LEGAL = UNRESERVED + ":/?#[]@!$&'()*+,;=%";
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private RawUri() {}

  /** Encodes what no address may hold, such as spaces and bars, and leaves the rest as it is. */
  static String encodeIllegal(String text) {
    return encode(text, LEGAL);
  }

  /** Encodes one name or value of a query. */
  static String encodeQuery(String text) {
    return encode(text, UNRESERVED + ":/");
  }

  private static String encode(String text, String kept) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (plain || kept.indexOf(c) >= 0) {
        out.append(c);
      } else {
        out.append('%').append(HEX.toHexDigits(b));
      }
    }
    return out.toString();
  }
}
