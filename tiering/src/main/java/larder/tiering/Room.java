package larder.tiering;

import java.util.List;

/** What becomes of a wish for room in a tier. */
sealed interface Room {
  /** It is charged now. */
  record Granted() implements Room {}

  /** These have to be removed from the store first; then the wish has to be repeated. */
  record After(List<TierEntry> victims) implements Room {}

  /** There is none. */
  record None() implements Room {}
}
