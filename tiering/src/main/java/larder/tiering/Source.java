package larder.tiering;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/**
 * One place that a blob can be read from: the upstream registry or one of its mirrors, or a place
 * that keeps copies.
 */
public interface Source {

  /** For messages: what a person would call the place. */
  String name();

  /**
   * Whether it keeps copies of what is at home elsewhere: that it has none says nothing, and
   * whoever cannot have one at once does without.
   */
  default boolean keepsCopies() {
    return false;
  }

  /** Its bytes have turned out to be wrong. */
  default void wasWrong() {}

  /**
   * Asks for the blob from a byte on.
   *
   * @param offset of the first byte wanted; 0 asks for the whole
   * @throws SourceException when the source does not answer with the blob's bytes
   */
  Answer open(long offset) throws IOException;

  /**
   * What a source answered with; the caller closes it. Closing early gives up the connection.
   *
   * @param size of the whole blob in bytes, where the source says
   * @param offset at which {@code bytes} begin: as asked, or 0 from a source that ignores ranges
   * @param bytes to the end of the blob. An end before the size, or an exception, means that the
   *     source broke
   */
  record Answer(OptionalLong size, long offset, InputStream bytes) implements Closeable {
    @Override
    public void close() throws IOException {
      bytes.close();
    }
  }
}
