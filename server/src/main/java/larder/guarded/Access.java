package larder.guarded;

import java.util.Set;

/** Which upstreams a client may have. */
public sealed interface Access {

  /**
   * Whether an upstream is among them.
   *
   * @param upstream its configured name
   * @param open whether it is open to clients that are not known too
   */
  boolean allows(String upstream, boolean open);

  /** Whatever there is. */
  record All() implements Access {
    @Override
    public boolean allows(String upstream, boolean open) {
      return true;
    }
  }

  /** These, be they public or private, and no others. */
  record Only(Set<String> upstreams) implements Access {
    public Only {
      upstreams = Set.copyOf(upstreams);
    }

    @Override
    public boolean allows(String upstream, boolean open) {
      return upstreams.contains(upstream);
    }
  }

  /** What may be had without a name too. */
  record OpenOnly() implements Access {
    @Override
    public boolean allows(String upstream, boolean open) {
      return open;
    }
  }
}
