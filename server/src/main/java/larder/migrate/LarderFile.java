package larder.migrate;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.comments.CommentLine;
import org.yaml.snakeyaml.comments.CommentType;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** larder's configuration on its way into a file: dotted keys in their order, and comments. */
final class LarderFile {
  private final Map<String, Object> values = new LinkedHashMap<>();
  private final Map<String, String> sources = new LinkedHashMap<>();
  private final Map<String, String> comments = new LinkedHashMap<>();
  private final String head;

  /**
   * @param head the file's first lines, without {@code #}
   */
  LarderFile(String head) {
    this.head = head;
  }

  /**
   * Adds a key.
   *
   * @param value a text, number, boolean, or list of texts
   * @param source the registry's setting that it comes from
   */
  void put(String key, Object value, String source) {
    values.put(key, value);
    sources.put(key, source);
  }

  /** Adds a key that comes from no setting. */
  void put(String key, Object value) {
    values.put(key, value);
  }

  /** Lines above a key or section. */
  void comment(String key, String lines) {
    comments.put(key, lines);
  }

  /** The keys that a setting became, with their values. */
  Map<String, Object> of(String source) {
    return sources.entrySet().stream()
        .filter(each -> each.getValue().equals(source))
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                each -> values.get(each.getKey()),
                (a, b) -> a,
                LinkedHashMap::new));
  }

  /** The whole as YAML. */
  String yaml() {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(FlowStyle.BLOCK);
    options.setProcessComments(true);
    options.setSplitLines(false);
    options.setIndicatorIndent(2);
    options.setIndentWithIndicator(true);
    StringWriter text = new StringWriter();
    Node root = node("");
    root.setBlockComments(comment(head));
    new Yaml(options).serialize(root, text);
    return text.toString();
  }

  private Node node(String prefix) {
    List<String> names =
        values.keySet().stream()
            .filter(key -> key.startsWith(prefix))
            .map(key -> key.substring(prefix.length()).split("\\.", 2)[0])
            .distinct()
            .toList();
    if (names.equals(List.of("0"))) {
      return new SequenceNode(Tag.SEQ, List.of(node(prefix + "0.")), FlowStyle.BLOCK);
    }
    List<NodeTuple> entries = new ArrayList<>();
    for (String name : names) {
      String path = prefix + name;
      Node key = scalar(Tag.STR, name);
      if (comments.containsKey(path)) {
        key.setBlockComments(comment(comments.get(path)));
      }
      Object value = values.get(path);
      entries.add(new NodeTuple(key, value == null ? node(path + ".") : leaf(value)));
    }
    return new MappingNode(Tag.MAP, entries, FlowStyle.BLOCK);
  }

  private static Node leaf(Object value) {
    return switch (value) {
      case List<?> list ->
          new SequenceNode(Tag.SEQ, list.stream().map(LarderFile::leaf).toList(), FlowStyle.FLOW);
      case Integer number -> scalar(Tag.INT, number.toString());
      case Boolean truth -> scalar(Tag.BOOL, truth.toString());
      default -> scalar(Tag.STR, value.toString());
    };
  }

  /** Plain where YAML reads the same text back, quoted by the library where not. */
  private static ScalarNode scalar(Tag tag, String text) {
    return new ScalarNode(tag, text, null, null, ScalarStyle.PLAIN);
  }

  private static List<CommentLine> comment(String lines) {
    return lines
        .lines()
        .map(line -> new CommentLine(null, null, " " + line, CommentType.BLOCK))
        .toList();
  }
}
