package larder.migrate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A migration on its way.
 *
 * @param remarks what to say of a setting instead of what the table says
 * @param notes what else there is to know, a line each
 */
record Draft(LarderFile file, Map<String, String> remarks, List<String> notes) {
  private static final String HEAD =
      """
      Made by larder migrate of the settings of a registry that was a pull-through cache.
      All keys: docs/configuration.md; what became of the registry's: docs/from-registry.md\
      """;

  static Draft start() {
    return new Draft(new LarderFile(HEAD), new HashMap<>(), new ArrayList<>());
  }

  void remark(String setting, String text) {
    remarks.put(setting, text);
  }

  void note(String line) {
    notes.add(line);
  }
}
