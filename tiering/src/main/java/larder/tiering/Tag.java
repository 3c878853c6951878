package larder.tiering;

/**
 * A name that an upstream may move from one manifest to another.
 *
 * @param upstream the upstream's configured name
 * @param repository at that upstream
 */
public record Tag(String upstream, String repository, String name) {
  @Override
  public String toString() {
    return upstream + "/" + repository + ":" + name;
  }
}
