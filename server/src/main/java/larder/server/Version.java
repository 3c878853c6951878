package larder.server;

import java.util.Optional;

/** Which larder this is. */
public final class Version {
  /** As the build says; {@code dev} for classes that are not in a jar. */
  public static final String CURRENT =
      Optional.ofNullable(Version.class.getPackage().getImplementationVersion()).orElse("dev");

  private Version() {}
}
