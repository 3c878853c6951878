package larder.config;

/** Who may see what an upstream holds. */
public enum Visibility {
  /** Whoever reaches larder; it is kept together with what other public upstreams hold. */
  PUBLIC,
  /** Those with a right to it; it is kept apart. */
  PRIVATE
}
