package larder.migrate;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import larder.config.ConfigException;
import larder.config.Setting;

/**
 * Where a listener listens.
 *
 * @param host a name or an address without brackets
 * @param port 0 to 65535
 */
record Address(String host, int port) {
  /** All addresses of the machine. */
  static final String ALL = "0.0.0.0";

  static final String LOOPBACK = "127.0.0.1";

  private static final Pattern WRITTEN =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.%a-z]+)]|([^:\\[\\]]*)):([0-9]{1,5})");

  /** As the registry writes it: {@code :5000}, {@code host:5000}, {@code [::1]:5000}. */
  static Address of(String path, Setting setting) throws ConfigException {
    Matcher m = WRITTEN.matcher(setting.text());
    if (!m.matches() || Integer.parseInt(m.group(3)) > 65_535) {
      throw RegistrySettings.wrong(
          path,
          setting,
          "is not accepted: "
              + setting.quoted()
              + " is not a host and a port such as :5000 or 127.0.0.1:5000");
    }
    String host = m.group(1) == null ? m.group(2) : m.group(1);
    return new Address(host.isEmpty() ? ALL : host, Integer.parseInt(m.group(3)));
  }
}
