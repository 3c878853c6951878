package larder.cli;

import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar on the terminal that standard error is, drawn over itself. */
final class ProgressBarLine implements ProgressLine {
  private static final long STEPS = 1000;
  private static final int COLUMNS = 79;
  private static final String CLEARED = "\r\u001b[K";

  private final ProgressBar bar =
      new ProgressBarBuilder()
          .setTaskName("larder fsck")
          .setInitialMax(STEPS)
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
    bar.setExtraMessage(" " + where + ", " + ProgressLine.text(objects, bytes));
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
    bar.close();
    around(() -> {});
  }
}
