package larder.config;

import java.util.LinkedHashMap;
import java.util.Map;

/** The registries that larder serves when none is configured. */
final class BuiltInUpstreams {
  private static final String[][] REGISTRIES = {
    {"docker.io", "https://registry-1.docker.io", "registry-1.docker.io,index.docker.io"},
    {"ghcr.io", "https://ghcr.io", ""},
    {"quay.io", "https://quay.io", ""},
    {"registry.k8s.io", "https://registry.k8s.io", ""},
    {"gcr.io", "https://gcr.io", ""},
    {"mcr.microsoft.com", "https://mcr.microsoft.com", ""},
    {"public.ecr.aws", "https://public.ecr.aws", ""},
  };

  private BuiltInUpstreams() {}

  /** As they would be written in a file; the first is the default. */
  static Map<String, Setting> settings() {
    Map<String, Setting> settings = new LinkedHashMap<>();
    for (int i = 0; i < REGISTRIES.length; i++) {
      put(settings, Keys.NAME.at(i), REGISTRIES[i][0]);
      put(settings, Keys.URL.at(i), REGISTRIES[i][1]);
      put(settings, Keys.ALIASES.at(i), REGISTRIES[i][2]);
    }
    put(settings, Keys.DEFAULT.at(0), "true");
    return settings;
  }

  private static void put(Map<String, Setting> settings, Key<?> key, String value) {
    settings.put(key.name(), Setting.of(value, "built in"));
  }
}
