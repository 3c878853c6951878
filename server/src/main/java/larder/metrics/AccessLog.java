package larder.metrics;

import java.io.OutputStream;
import larder.tiering.Event;
import larder.tiering.Events;

/**
 * The access log: one JSON object on one line for each request. A request never waits for it; see
 * {@link #dropped}.
 */
public final class AccessLog implements Events, AutoCloseable {
  private final LineWriter writer;

  private AccessLog(LineWriter writer) {
    this.writer = writer;
  }

  /**
   * Starts a log.
   *
   * @param stream to write to; it is flushed, and not closed
   */
  public static AccessLog open(OutputStream stream) {
    return new AccessLog(LineWriter.open(stream));
  }

  @Override
  public void on(Event event) {
    if (event instanceof Event.Served served) {
      writer.add(line(served));
    }
  }

  private static byte[] line(Event.Served served) {
    JsonLine line =
        new JsonLine()
            .text("event", "served")
            .text("time", served.time().toString())
            .text("cluster", served.cluster())
            .text("client", served.client())
            .text("agent", served.agent())
            .text("upstream", served.upstream())
            .text("repository", served.repository())
            .text("kind", served.kind().label())
            .text("reference", served.reference());
    served
        .digest()
        .ifPresentOrElse(
            digest -> line.text("digest", digest.toString()), () -> line.nothing("digest"));
    served.size().ifPresentOrElse(size -> line.number("size", size), () -> line.nothing("size"));
    return line.text("method", served.method())
        .text("range", served.range())
        .number("status", served.status())
        .number("bytes", served.bytes())
        .text("tier", served.origin().label())
        .truth("counted", served.counted())
        .truth("aborted", served.aborted())
        .truth("stale", served.stale())
        .thousandths("ms", Math.max(0, served.duration().toNanos() / 1000))
        .end();
  }

  /** How many lines the stream did not take in time, since the start. */
  public long dropped() {
    return writer.dropped();
  }

  /** Writes the lines that are waiting, for as long as the stream takes them within seconds. */
  @Override
  public void close() {
    writer.close();
  }
}
