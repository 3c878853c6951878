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
   * After a wrong body that was read from copies, even if only in part, no copies are asked.
   *
   * @param copied whether it was
   */
  Optional<Attempts> afterWrong(Source from, boolean copied) {
    if (!copied) {
      return afterWrong(from);
    }
    List<Source> next = sources.stream().filter(each -> !each.keepsCopies()).toList();
    return next.isEmpty() ? Optional.empty() : Optional.of(new Attempts(next, wrong));
  }

  /** The others come first; empty when each has had its turn, and an only one two. */
  private Optional<Attempts> afterWrong(Source from) {
    if (wrong + 1 >= Math.max(2, sources.size())) {
      return Optional.empty();
    }
    List<Source> next = new ArrayList<>(sources);
    next.remove(from);
    next.add(from);
    return Optional.of(new Attempts(next, wrong + 1));
  }
}
