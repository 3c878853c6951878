package larder.migrate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Says of each setting what became of it, on one line. A section of which nothing became anything
 * has one line for all of its settings.
 */
final class Report {
  private final RegistrySettings settings;
  private final Draft draft;

  Report(RegistrySettings settings, Draft draft) {
    this.settings = settings;
    this.draft = draft;
  }

  List<String> lines() {
    Map<Counterpart, List<String>> known = new LinkedHashMap<>();
    List<String> unknown = new ArrayList<>();
    for (String path : settings.all().keySet()) {
      Optional<Counterpart> row = Counterparts.of(path);
      if (row.isPresent()) {
        known.computeIfAbsent(row.get(), _ -> new ArrayList<>()).add(path);
      } else {
        unknown.add(line(path, List.of(path), "not known to larder migrate"));
      }
    }
    List<String> lines = new ArrayList<>();
    known.forEach((row, paths) -> {
      String name = paths.size() == 1 ? paths.getFirst() : row.setting();
      lines.add(line(name, paths, fate(row, paths.getFirst())));
    });
    lines.addAll(unknown);
    for (String variable : settings.passedOver()) {
      lines.add(
          variable
              + ": the registry does not read it, only words in upper case with one underscore between; nor does larder migrate");
    }
    return lines;
  }

  private String line(String name, List<String> paths, String fate) {
    String more = paths.size() == 1 ? "" : " and %d more".formatted(paths.size() - 1);
    String origin = settings.at(paths.getFirst()).origin();
    return "%s (%s%s): %s".formatted(RegistrySettings.shown(name), origin, more, fate);
  }

  private String fate(Counterpart row, String path) {
    Map<String, Object> keys = draft.file().of(row.setting());
    boolean empty = settings.at(path).text().isEmpty();
    if (empty && (row.stops() || (row.kind() == Counterpart.Kind.BECOMES && keys.isEmpty()))) {
      return "is empty";
    }
    Optional<String> remark = Optional.ofNullable(draft.remarks().get(row.setting()));
    if (remark.isPresent()) {
      return remark.get();
    }
    if (row.kind() != Counterpart.Kind.BECOMES) {
      return row.plain();
    }
    return keys.isEmpty()
        ? "did nothing without what belongs to it"
        : keys.entrySet().stream()
            .map(key -> key.getKey() + ": " + key.getValue())
            .collect(Collectors.joining(", ", "becomes ", ""));
  }
}
