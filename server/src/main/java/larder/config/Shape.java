package larder.config;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import larder.config.Key.Place;

/**
 * Checks that a source says nothing but keys that exist, each as a value, a list or a map as it is
 * meant.
 */
final class Shape {
  private Shape() {}

  static void check(Map<String, Setting> source) throws ConfigException {
    for (Map.Entry<String, Setting> entry : source.entrySet()) {
      check(entry.getKey(), entry.getValue());
    }
  }

  private static void check(String path, Setting setting) throws ConfigException {
    Set<Place> places = EnumSet.noneOf(Place.class);
    boolean list = false;
    for (Key<?> key : Keys.ALL) {
      Place place = key.place(path);
      places.add(place);
      list |= place == Place.KEY && key.type().isList();
    }
    if (places.contains(Place.KEY) || places.contains(Place.ENTRY)) {
      if (!setting.written() && !list) {
        throw ConfigException.ofKey(path, setting, "has no value");
      }
    } else if (places.contains(Place.BELOW)) {
      throw ConfigException.ofKey(
          path, setting, "is not a key: " + parent(path) + " takes a value, not a map or list");
    } else if (places.contains(Place.ABOVE)) {
      checkSection(path, setting);
    } else if (!path.startsWith("server.")) {
      throw ConfigException.ofKey(path, setting, "is not a key: " + NearestKey.hint(path));
    }
  }

  private static void checkSection(String path, Setting setting) throws ConfigException {
    if (setting.written()) {
      throw ConfigException.of(
          path,
          setting,
          "is not accepted; write a " + (isListOfMaps(path) ? "list of maps" : "map of keys"));
    }
    String list = isListOfMaps(path) ? path : parent(path);
    if (isListOfMaps(list)) {
      throw ConfigException.ofKey(
          path, setting, "is empty: leave it out, or give each entry its " + required(list));
    }
    if (path.equals(GuardedKeys.SECTION)) {
      throw ConfigException.ofKey(path, setting, "is empty: leave it out, or say who may come in");
    }
  }

  private static boolean isListOfMaps(String path) {
    return Keys.ALL.stream().anyMatch(key -> key.name().startsWith(path + ".*."));
  }

  /** What an entry of a list of maps cannot be without. */
  private static String required(String list) {
    return Keys.ALL.stream()
        .filter(key -> key.name().startsWith(list + ".*.") && key.fallback().equals(Key.REQUIRED))
        .map(key -> key.name().substring(list.length() + 3))
        .collect(Collectors.joining(" and "));
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('.')));
  }
}
