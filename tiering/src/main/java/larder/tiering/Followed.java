package larder.tiering;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/** What a reader gets that wants to follow a fill. */
sealed interface Followed {
  /** It may read. */
  record Reading(Blob blob) implements Followed {}

  /** This fill is over: look again. */
  record Over() implements Followed {}

  /** The bytes were wrong before any could be shown: the reader has joined this fill instead. */
  record Superseded(Fill next) implements Followed {}

  /** There was no room for it; one reader gets what has been begun. */
  record NoRoom(OptionalLong size, Optional<Download> begun) implements Followed {}

  /** The sources failed before a byte could be shown. */
  record Failed(IOException cause) implements Followed {}
}
