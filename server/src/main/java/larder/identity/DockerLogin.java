package larder.identity;

import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Whoever a Docker configuration says, by itself or by its credential helpers. */
final class DockerLogin implements Login {
  private final WatchedFile file;
  private final DockerNames names;
  private final InstantSource clock;
  private final Surroundings around;
  private final ConcurrentMap<String, KeptLogin> helpers = new ConcurrentHashMap<>();

  DockerLogin(WatchedFile file, DockerNames names, InstantSource clock, Surroundings around) {
    this.file = file;
    this.names = names;
    this.clock = clock;
    this.around = around;
  }

  @Override
  public Identity identity() throws LoginException {
    return switch (entry(file.text())) {
      case DockerEntry.Inline(Identity identity) -> identity;
      case DockerEntry.Helper(String name) -> helper(name).identity();
    };
  }

  @Override
  public boolean renew(Identity refused) throws LoginException {
    return switch (entry(file.readAgain())) {
      case DockerEntry.Inline(Identity identity) -> !identity.equals(refused);
      case DockerEntry.Helper(String name) -> helper(name).renew(refused);
    };
  }

  private DockerEntry entry(String text) throws LoginException {
    return DockerConfig.parse(text, file.toString()).entry(names);
  }

  private KeptLogin helper(String name) {
    return helpers.computeIfAbsent(
        name,
        any -> new KeptLogin(new CredentialHelper(any, names.server(), clock, around), clock));
  }
}
