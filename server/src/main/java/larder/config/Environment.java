package larder.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What environment variables say. Kubernetes puts the address of every Service into the environment
 * of every pod, so a variable with the name of a key need not be meant as one.
 *
 * @param settings by dotted path
 * @param warnings about variables that look like keys and are none
 */
record Environment(Map<String, Setting> settings, List<String> warnings) {
  private static final Pattern LINK = Pattern.compile("(tcp|udp|sctp)://.*");
  private static final Pattern LINK_NAME =
      Pattern.compile(
          "LARDER(_[A-Z0-9_]+)?_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?"
              + "|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");
  // Read by the launcher.
  private static final Set<String> LAUNCHER = Set.of("LARDER_JAVA_OPTS");

  static Environment of(Map<String, String> variables) {
    Map<String, Setting> settings = new LinkedHashMap<>();
    List<String> warnings = new java.util.ArrayList<>();
    // Sorted, so that a list comes before its entries and warnings have an order.
    new TreeMap<>(variables)
        .forEach((name, value) -> {
          if (value.isEmpty() || LINK.matcher(value).matches()) {
            return;
          }
          Optional<String> path = path(name);
          if (path.isPresent()) {
            settings.put(path.get(), Setting.of(value, "environment variable " + name));
          } else if (name.startsWith("LARDER_") && !isKnown(name)) {
            warnings.add(
                "environment variable " + name + " is not read: " + NearestKey.variableHint(name));
          }
        });
    return new Environment(settings, List.copyOf(warnings));
  }

  private static Optional<String> path(String variable) {
    return Keys.ALL.stream().flatMap(key -> key.path(variable).stream()).findFirst();
  }

  private static boolean isKnown(String name) {
    return LAUNCHER.contains(name) || LINK_NAME.matcher(name).matches();
  }
}
