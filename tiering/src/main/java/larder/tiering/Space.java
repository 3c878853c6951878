package larder.tiering;

/** Who may be served a blob: what a private upstream holds is kept apart from what is public. */
public sealed interface Space {

  /** Open to every client. */
  Space PUBLIC = new Public();

  /** Holds what public upstreams hold; there is one, {@link Space#PUBLIC}. */
  record Public() implements Space {}

  /** Holds what one private upstream holds. */
  record Private(String upstream) implements Space {}
}
