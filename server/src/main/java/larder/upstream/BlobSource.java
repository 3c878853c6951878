package larder.upstream;

import java.io.IOException;
import java.util.OptionalLong;
import larder.tiering.Digest;
import larder.tiering.Event;
import larder.tiering.Source;
import larder.tiering.SourceException;
import larder.tiering.SourceException.Unavailable;

/**
 * One blob at one registry. Each opening asks the registry anew, never an address it gave before.
 */
final class BlobSource implements Source {
  private static final int OK = 200;
  private static final int PARTIAL = 206;

  private final Place place;
  private final NoRanges noRanges;
  private final boolean ranges;
  private final String repository;
  private final Digest digest;

  BlobSource(Place place, NoRanges noRanges, boolean ranges, String repository, Digest digest) {
    this.place = place;
    this.noRanges = noRanges;
    this.ranges = ranges;
    this.repository = repository;
    this.digest = digest;
  }

  @Override
  public String name() {
    return place.name();
  }

  @Override
  public Answer open(long offset) throws IOException {
    // Some registries refuse bytes=0-, so the whole is asked for without a range.
    boolean part = offset > 0 && ranges && !noRanges.known();
    Ask ask =
        place.question(
            "blob " + digest + " of " + repository,
            "GET",
            repository,
            "blobs/" + digest,
            Event.Cause.BLOB);
    Reply reply =
        place.ask(
            part ? ask.with("Range", "bytes=" + offset + "-") : ask,
            repository,
            part ? PARTIAL : OK);
    try {
      if (reply.status() == OK) {
        if (part) {
          noRanges.seen();
        }
        return new Answer(reply.length(), 0, reply.body());
      }
      return partial(reply, offset);
    } catch (SourceException e) {
      reply.close();
      throw e;
    }
  }

  private Answer partial(Reply reply, long offset) throws Unavailable {
    String said = reply.header("Content-Range").orElse("");
    ContentRange range =
        ContentRange.parse(said)
            .orElseThrow(() -> refuse(reply, "a part without a sound Content-Range: " + said));
    if (range.start() != offset) {
      throw refuse(reply, "asked for a part from byte " + offset + ", got " + said);
    }
    OptionalLong length = reply.length();
    if (length.isPresent() && length.getAsLong() != range.length()) {
      throw refuse(reply, said + " contradicts a Content-Length of " + length.getAsLong());
    }
    OptionalLong size = range.total();
    if (size.isEmpty() && length.isPresent()) {
      size = OptionalLong.of(offset + length.getAsLong());
    }
    return new Answer(size, offset, reply.body());
  }

  private static Unavailable refuse(Reply reply, String why) {
    return new Unavailable(reply.ask().what() + " from " + reply.site() + ": " + why, null);
  }
}
