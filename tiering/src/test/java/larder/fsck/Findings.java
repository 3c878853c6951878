package larder.fsck;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import larder.fsck.Wrong.Fate;

/** Remembers what a check has told. */
public final class Findings implements Report {
  public final AtomicLong right = new AtomicLong();
  public final AtomicLong bytes = new AtomicLong();
  public final List<Wrong> wrong = new CopyOnWriteArrayList<>();
  public final List<Double> parts = new CopyOnWriteArrayList<>();

  @Override
  public void right(long read) {
    right.incrementAndGet();
    bytes.addAndGet(read);
  }

  @Override
  public void wrong(Wrong each) {
    wrong.add(each);
  }

  @Override
  public void reached(Wrong.Place place, String folder, double part) {
    parts.add(part);
  }

  /** The names of what was wrong and came to this. */
  public List<String> names(Fate fate) {
    return wrong.stream().filter(each -> each.fate() == fate).map(Wrong::name).sorted().toList();
  }
}
