package larder.migrate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import larder.config.ConfigException;
import larder.config.Setting;
import larder.config.YamlFile;

/**
 * What a registry was told: its file, and the environment over that by the registry's own rules. A
 * variable is read as YAML and replaces what the file has there, with all below it; an empty one
 * empties it.
 */
public final class RegistrySettings {
  private static final String FILE = "REGISTRY_CONFIGURATION_PATH";

  /** The sections that may be a mere name, which means a section of that name without settings. */
  private static final List<String> CHOICES = List.of("auth", "storage");

  private final TreeMap<String, Setting> byPath = new TreeMap<>();
  private final List<String> passedOver = new ArrayList<>();
  private final boolean hasFile;

  private RegistrySettings(boolean hasFile) {
    this.hasFile = hasFile;
  }

  /**
   * Reads both.
   *
   * @param file the registry's; empty for the one that the environment names, if it does
   */
  public static RegistrySettings read(Optional<Path> file, Map<String, String> environment)
      throws ConfigException {
    Optional<Path> read =
        file.or(() ->
            Optional.ofNullable(environment.get(FILE)).filter(f -> !f.isEmpty()).map(Path::of));
    RegistrySettings settings = new RegistrySettings(read.isPresent());
    if (read.isPresent()) {
      settings.putAll(YamlFile.read(read.get()));
    }
    // Sorted, so that a section comes before what is in it.
    for (Map.Entry<String, String> variable : new TreeMap<>(environment).entrySet()) {
      String name = variable.getKey();
      if (Variable.isOne(name)) {
        settings.override(name, variable.getValue());
      } else if (Counterparts.ofVariable(name)) {
        settings.byPath.put(name.toUpperCase(Locale.ROOT), Setting.nothing("of the environment"));
      }
    }
    settings.refuseMerges();
    return settings;
  }

  private void override(String name, String text) throws ConfigException {
    Optional<Variable> variable = Variable.of(name);
    if (variable.isEmpty()) {
      passedOver.add(shown(name));
      return;
    }
    String replaced = variable.get().replaced();
    byPath.keySet().removeIf(known -> known.equals(replaced) || known.startsWith(replaced + "."));
    putAll(YamlFile.value(variable.get().path(), text, shown(name)));
  }

  private void putAll(Map<String, Setting> settings) {
    settings.forEach((path, setting) -> {
      if (CHOICES.contains(path) && !setting.text().isEmpty()) {
        byPath.put(path + "." + setting.text(), Setting.nothing(setting.origin()));
      } else {
        byPath.put(path, setting);
      }
    });
    // What was empty and now has something in it is no setting of its own.
    byPath.entrySet().removeIf(each -> !each.getValue().written() && hasBelow(each.getKey()));
  }

  private void refuseMerges() throws ConfigException {
    for (Map.Entry<String, Setting> each : byPath.entrySet()) {
      if (List.of(each.getKey().split("\\.", -1)).contains("<<")) {
        throw new ConfigException(
            each.getValue().origin() + ": merges (<<) are not read; write out what is merged");
      }
    }
  }

  /** Whether there is more than the environment. */
  boolean hasFile() {
    return hasFile;
  }

  /** The variables that look like the registry's, but are not read by it. */
  List<String> passedOver() {
    return passedOver;
  }

  /** Everything there is, sorted by path. */
  Map<String, Setting> all() {
    return byPath;
  }

  /** What is at a path where something is. */
  Setting at(String path) {
    return Objects.requireNonNull(byPath.get(path), path);
  }

  /** What is written at a path or below it. */
  Stream<Map.Entry<String, Setting>> within(String path) {
    return byPath.entrySet().stream()
        .filter(each -> each.getKey().equals(path) || each.getKey().startsWith(path + "."));
  }

  /** The first words below a path. */
  List<String> names(String path) {
    return byPath.keySet().stream()
        .filter(known -> known.startsWith(path + "."))
        .map(known -> known.substring(path.length() + 1).split("\\.", 2)[0])
        .distinct()
        .toList();
  }

  /** A value of one line; empty when it is not there or has no text. */
  Optional<Setting> value(String path) throws ConfigException {
    Optional<Map.Entry<String, Setting>> below =
        within(path).filter(each -> !each.getKey().equals(path)).findFirst();
    if (below.isPresent()) {
      throw wrong(
          path, below.get().getValue(), "is not accepted: it takes one value, not a map or a list");
    }
    Optional<Setting> value =
        Optional.ofNullable(byPath.get(path)).filter(setting -> !setting.text().isEmpty());
    if (value.isPresent() && !value.get().text().matches("\\P{Cntrl}*")) {
      throw wrong(
          path, value.get(), "is not accepted: it has control characters; write it on one line");
    }
    return value;
  }

  /** The entries of a list. */
  List<Setting> list(String path) throws ConfigException {
    Setting alone = byPath.get(path);
    if (alone != null && alone.written()) {
      throw wrong(path, alone, "is not accepted: it takes a list, such as [/first, /second]");
    }
    List<Setting> entries = new ArrayList<>();
    for (String name : names(path)) {
      value(path + "." + name).ifPresent(entries::add);
    }
    return entries;
  }

  /** A value that is {@code true}, as YAML has it. */
  boolean isTrue(String path) throws ConfigException {
    Optional<Setting> value = value(path);
    if (value.isEmpty()) {
      return false;
    }
    return switch (value.get().text().toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on", "y" -> true;
      case "false", "no", "off", "n" -> false;
      default -> throw wrong(path, value.get(), "is not accepted; write true or false");
    };
  }

  /** A complaint about a value that does not repeat it. */
  static ConfigException wrong(String path, Setting setting, String complaint) {
    return new ConfigException(shown(path) + " (" + setting.origin() + ") " + complaint);
  }

  /** A path for one line: names in the file may be anything. */
  static String shown(String path) {
    return path.replaceAll("\\p{Cntrl}", "?");
  }

  private boolean hasBelow(String path) {
    return byPath.keySet().stream().anyMatch(known -> known.startsWith(path + "."));
  }
}
