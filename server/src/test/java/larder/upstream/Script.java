package larder.upstream;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Which requests meet which faults. The first rule that matches and is not used up applies. */
public final class Script {
  private final List<Rule> rules = new CopyOnWriteArrayList<>();

  private record Rule(Predicate<Received> when, AtomicInteger left, List<Fault> faults) {
    boolean takes(Received request) {
      return when.test(request) && left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    }
  }

  /** Each such request meets the faults. */
  public void always(Predicate<Received> when, Fault... faults) {
    times(Integer.MAX_VALUE, when, faults);
  }

  /** The next such request meets the faults. */
  public void once(Predicate<Received> when, Fault... faults) {
    times(1, when, faults);
  }

  /** The next so many such requests meet the faults. */
  public void times(int times, Predicate<Received> when, Fault... faults) {
    rules.add(new Rule(when, new AtomicInteger(times), List.of(faults)));
  }

  /** All is well again. */
  public void clear() {
    rules.clear();
  }

  List<Fault> faults(Received request) {
    for (Rule rule : rules) {
      if (rule.takes(request)) {
        return rule.faults();
      }
    }
    return List.of();
  }
}
