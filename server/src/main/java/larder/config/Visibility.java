package larder.config;

/** Who may see what an upstream holds. */
enum Visibility {
  PUBLIC,
  PRIVATE
}
