package larder.tiering;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * In which order sources are asked for a blob whose bytes may turn out wrong.
 *
 * @param sources the next to ask first; at least one
 * @param wrong how many bodies have been wrong
 */
record Attempts(List<Source> sources, int wrong) {
  Attempts {
    sources = List.copyOf(sources);
  }

  /** None has been made. */
  static Attempts first(List<Source> sources) {
    return new Attempts(sources, 0);
  }

  /**
   * After a wrong body the others come first; empty when each has had its turn, and an only one
   * two.
   */
  Optional<Attempts> afterWrong(Source from) {
    if (wrong + 1 >= Math.max(2, sources.size())) {
      return Optional.empty();
    }
    List<Source> next = new ArrayList<>(sources);
    next.remove(from);
    next.add(from);
    return Optional.of(new Attempts(next, wrong + 1));
  }
}
