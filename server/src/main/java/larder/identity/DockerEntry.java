package larder.identity;

/** What a Docker configuration says of one registry. */
sealed interface DockerEntry {

  /** Who larder is there. */
  record Inline(Identity identity) implements DockerEntry {}

  /**
   * Which program knows.
   *
   * @param name of the helper, without what all their names begin with
   */
  record Helper(String name) implements DockerEntry {}
}
