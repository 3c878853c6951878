package larder.guarded;

import java.util.Set;

/** Which upstreams a client may have. */
public sealed interface Access {

  /**
   * Whether an upstream is among them.
   *
   * @param upstream its configured name
   * @param isPublic whether it is public
   */
  boolean allows(String upstream, boolean isPublic);

  /** Whatever there is. */
  record All() implements Access {
    @Override
    public boolean allows(String upstream, boolean isPublic) {
      return true;
    }
  }

  /** These, be they public or private, and no others. */
  record Only(Set<String> upstreams) implements Access {
    public Only {
      upstreams = Set.copyOf(upstreams);
    }

    @Override
    public boolean allows(String upstream, boolean isPublic) {
      return upstreams.contains(upstream);
    }
  }

  /** What may be had without a name too. */
  record PublicOnly() implements Access {
    @Override
    public boolean allows(String upstream, boolean isPublic) {
      return isPublic;
    }
  }
}
