package larder.config;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * The values of a YAML file by dotted path, each with its line. Values stay as they are written:
 * YAML would make a boolean of {@code off} and an octal number of a password. Messages repeat
 * nothing that may be a value.
 */
public final class YamlFile {
  // Deeper than any configuration, so that an alias to its own parent ends in a message.
  private static final int DEEPEST = 32;
  // More than any configuration, so that aliases of aliases do not fill the memory.
  private static final int MOST = 10_000;

  private final Function<Node, String> origins;
  private final Map<String, Setting> settings = new LinkedHashMap<>();
  private final Set<String> lists = new LinkedHashSet<>();

  private YamlFile(Function<Node, String> origins) {
    this.origins = origins;
  }

  /** Reads the file, a map; lists become paths with numbers. */
  public static Map<String, Setting> read(Path file) throws ConfigException {
    return readWithLists(file).settings();
  }

  /**
   * What a file says.
   *
   * @param lists the paths of what is written as a list, rather than as single entries by number
   */
  record Content(Map<String, Setting> settings, Set<String> lists) {}

  /** Reads the file, and which of its values are lists. */
  static Content readWithLists(Path file) throws ConfigException {
    return readWithLists(text(file), file.toString());
  }

  /**
   * Reads what would be in a file.
   *
   * @param name of the file, for messages
   */
  static Map<String, Setting> read(String text, String name) throws ConfigException {
    return readWithLists(text, name).settings();
  }

  private static Content readWithLists(String text, String name) throws ConfigException {
    YamlFile reading = new YamlFile(node -> name + " line " + (node.getStartMark().getLine() + 1));
    try {
      Node root = new Yaml(new LoaderOptions()).compose(new StringReader(text));
      if (root != null && !isNull(root)) {
        if (!(root instanceof MappingNode map)) {
          throw reading.complaint(root, "the file must be a map of keys");
        }
        reading.addAll("", map.getValue(), 0);
      }
      return new Content(reading.settings, reading.lists);
    } catch (MarkedYAMLException e) {
      String line = e.getProblemMark() == null ? "" : " line " + (e.getProblemMark().getLine() + 1);
      throw new ConfigException(name + line + ": not YAML: " + problem(e));
    } catch (YAMLException e) {
      throw new ConfigException(name + ": not YAML: " + oneLine(e.getMessage()));
    }
  }

  /**
   * Reads a text that is one value of any kind.
   *
   * @param path of the value
   * @param origin for messages, such as the name of an environment variable
   */
  public static Map<String, Setting> value(String path, String text, String origin)
      throws ConfigException {
    YamlFile reading = new YamlFile(_ -> origin);
    try {
      Node root = new Yaml(new LoaderOptions()).compose(new StringReader(text));
      if (root == null) {
        reading.settings.put(path, Setting.nothing(origin));
      } else {
        reading.add(path, root, 0);
      }
      return reading.settings;
    } catch (YAMLException e) {
      throw new ConfigException(origin + ": its value is not YAML, as which it is read");
    }
  }

  private static String text(Path file) throws ConfigException {
    try {
      String text = Files.readString(file);
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (NoSuchFileException e) {
      throw new ConfigException(file + ": no such file");
    } catch (CharacterCodingException e) {
      throw new ConfigException(file + ": not YAML: not UTF-8");
    } catch (IOException e) {
      throw new ConfigException(
          Files.isDirectory(file)
              ? file + ": is a directory, not a file"
              : file + ": cannot be read: " + oneLine(e.getMessage()));
    }
  }

  private void add(String path, Node node, int depth) throws ConfigException {
    if (depth > DEEPEST) {
      throw complaint(node, path + " is nested too deeply");
    }
    switch (node) {
      case MappingNode map when !map.getValue().isEmpty() -> addAll(path, map.getValue(), depth);
      case SequenceNode list when !list.getValue().isEmpty() -> {
        lists.add(path);
        for (int i = 0; i < list.getValue().size(); i++) {
          add(path + "." + i, list.getValue().get(i), depth + 1);
        }
      }
      case ScalarNode scalar when !isNull(scalar) -> {
        if (!scalar.getTag().startsWith(Tag.PREFIX)) {
          throw complaint(
              node, path + " has a tag (!); tags are not read, quote a text that begins so");
        }
        put(path, Setting.of(scalar.getValue(), origin(node)), node);
      }
      default -> put(path, Setting.nothing(origin(node)), node);
    }
  }

  private void addAll(String path, List<NodeTuple> tuples, int depth) throws ConfigException {
    Map<String, Node> seen = new LinkedHashMap<>();
    for (NodeTuple tuple : tuples) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        throw complaint(tuple.getKeyNode(), "a key must be a plain word");
      }
      String child = path.isEmpty() ? key.getValue() : path + "." + key.getValue();
      Node first = seen.put(child, key);
      if (first != null) {
        throw complaint(key, twice(child, origin(first)));
      }
      add(child, tuple.getValueNode(), depth + 1);
    }
  }

  private void put(String path, Setting setting, Node node) throws ConfigException {
    Setting first = settings.put(path, setting);
    if (first != null) {
      throw complaint(node, twice(path, first.origin()));
    }
    if (settings.size() > MOST) {
      throw complaint(node, "these are more than " + MOST + " values");
    }
  }

  private static String twice(String path, String first) {
    return path + " is given twice, first at " + first;
  }

  private ConfigException complaint(Node node, String what) {
    return new ConfigException(origin(node) + ": " + oneLine(what));
  }

  private String origin(Node node) {
    return origins.apply(node);
  }

  private static boolean isNull(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  private static String problem(MarkedYAMLException e) {
    String problem = oneLine(e.getProblem());
    return problem.startsWith("found undefined alias")
        ? "an alias (*) without its anchor"
        : problem;
  }

  private static String oneLine(@Nullable String text) {
    return String.valueOf(text).replaceAll("\\p{Cntrl}+", " ").strip();
  }
}
