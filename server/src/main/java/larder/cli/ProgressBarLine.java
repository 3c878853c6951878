package larder.cli;

import java.util.concurrent.atomic.AtomicBoolean;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar on the terminal that standard error is, drawn over itself. */
final class ProgressBarLine implements ProgressLine {
  private static final long STEPS = 1000;
  private static final long STEPS_OF_PERCENT = STEPS / 100;
  private static final int COLUMNS = 79;
  private static final String CLEARED = "\r\u001b[K";

  private final AtomicBoolean open = new AtomicBoolean(true);
  private final ProgressBar bar =
      new ProgressBarBuilder()
          .setTaskName("larder fsck")
          .setInitialMax(STEPS)
          .setUnit("%", STEPS_OF_PERCENT)
          .setStyle(ProgressBarStyle.ASCII)
          .setConsumer(new DelegatingProgressBarConsumer(ProgressBarLine::draw, COLUMNS))
          .hideEta()
          .build();

  private static void draw(String line) {
    synchronized (ProgressBarLine.class) {
      System.err.print(CLEARED + line.stripTrailing());
      System.err.flush();
    }
  }

  @Override
  public void reached(String where, double part, long objects, long bytes) {
    bar.stepTo(Math.round(part * STEPS));
    // What there is room for beside a bar.
    bar.setExtraMessage(" %s, %,d objects".formatted(where.replaceFirst(" .*", ""), objects));
  }

  @Override
  public void around(Runnable print) {
    synchronized (ProgressBarLine.class) {
      System.err.print(CLEARED);
      System.err.flush();
      print.run();
    }
  }

  @Override
  public void close() {
    if (open.getAndSet(false)) {
      bar.close();
      around(() -> {});
    }
  }
}
