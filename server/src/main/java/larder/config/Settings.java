package larder.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import larder.config.Key.Place;

/** The values of all sources, the later ones over the earlier, read by key. */
final class Settings {
  private final Map<String, Setting> byPath = new HashMap<>();

  /** Puts a source over what is there: a list replaces a list, an entry an entry. */
  void putAll(Map<String, Setting> source) {
    source.forEach((path, setting) -> {
      if (isList(path)) {
        putList(path, setting);
      } else if (setting.written()) {
        byPath.put(path, setting);
      }
    });
  }

  /** Puts a file over what is there: a list that it writes replaces the whole list. */
  void putAll(YamlFile.Content file) {
    byPath
        .keySet()
        .removeIf(known -> file.lists().stream().anyMatch(list -> known.startsWith(list + ".")));
    putAll(file.settings());
  }

  private void putList(String path, Setting setting) {
    byPath.keySet().removeIf(known -> known.startsWith(path + "."));
    if (setting.text().isBlank()) {
      return;
    }
    String[] entries = setting.text().split(",", -1);
    for (int i = 0; i < entries.length; i++) {
      byPath.put(path + "." + i, Setting.of(entries[i].strip(), setting.origin()));
    }
  }

  private static boolean isList(String path) {
    return Keys.ALL.stream().anyMatch(k -> k.type().isList() && k.place(path) == Place.KEY);
  }

  /** What was written for exactly this path. */
  Optional<Setting> find(String path) {
    return Optional.ofNullable(byPath.get(path));
  }

  /** All values that are written below a path, by what follows it. */
  Map<String, Setting> below(String path) {
    String prefix = path + ".";
    return byPath.entrySet().stream()
        .filter(e -> e.getKey().startsWith(prefix))
        .collect(Collectors.toMap(e -> e.getKey().substring(prefix.length()), Map.Entry::getValue));
  }

  /** How many entries a list has; an error when a number is left out. */
  int count(String path) throws ConfigException {
    SortedMap<Integer, Setting> entries = new TreeMap<>();
    below(path).forEach((rest, s) -> entries.put(Integer.valueOf(rest.split("\\.", 2)[0]), s));
    int expected = 0;
    for (Map.Entry<Integer, Setting> entry : entries.entrySet()) {
      if (entry.getKey() != expected) {
        throw ConfigException.ofKey(
            path + "." + entry.getKey(),
            entry.getValue(),
            "is there, but " + path + "." + expected + " is not");
      }
      expected++;
    }
    return expected;
  }

  /** The value, or the key's default. */
  <T> T get(Key<T> key) throws ConfigException {
    if (key.type().isList()) {
      return list(key);
    }
    Setting setting = byPath.get(key.name());
    if (setting != null) {
      return read(key, key.name(), setting);
    }
    if (key.fallback().equals(Key.REQUIRED)) {
      throw new ConfigException(key.name() + " is missing; write " + key.type().accepts());
    }
    return read(key, key.name(), Setting.of(key.fallback(), "default"));
  }

  /** The value of a key without a default, where one is written. */
  <T> Optional<T> optional(Key<T> key) throws ConfigException {
    return find(key.name()).isPresent() ? Optional.of(get(key)) : Optional.empty();
  }

  private <T> T list(Key<T> key) throws ConfigException {
    List<String> entries = new ArrayList<>();
    int count = count(key.name());
    for (int i = 0; i < count; i++) {
      String path = key.name() + "." + i;
      Setting entry = find(path).orElseThrow();
      // Read one by one first, so that a complaint names the entry.
      read(key, path, entry);
      entries.add(entry.text());
    }
    String text = entries.isEmpty() ? key.fallback() : String.join("\n", entries);
    return read(key, key.name(), Setting.of(text, "list"));
  }

  private static <T> T read(Key<T> key, String path, Setting setting) throws ConfigException {
    Optional<T> value = key.type().reading().apply(setting.text());
    if (value.isEmpty()) {
      throw ConfigException.of(path, setting, "is not accepted; write " + key.type().accepts());
    }
    return value.get();
  }
}
