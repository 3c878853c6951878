package larder.guarded;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import larder.config.GuardedConfig;
import larder.files.Watched;

/** The users and tokens as the files say. */
final class KnownSecrets {
  private static final String USERS = "larder.guarded.users-file";
  private static final String TOKENS = "larder.guarded.tokens-file";

  private final Watched<Users> users;
  private final Watched<Tokens> tokens;

  private KnownSecrets(Watched<Users> users, Watched<Tokens> tokens) {
    this.users = users;
    this.tokens = tokens;
  }

  /** Differs before and after a change of a file. */
  record Epoch(long users, long tokens) {}

  /** What holds now. */
  record Now(Users users, Tokens tokens, Epoch epoch) {}

  /**
   * Reads the files that are configured.
   *
   * @throws IOException when one is of no use
   */
  static KnownSecrets open(GuardedConfig config, InstantSource clock) throws IOException {
    Optional<Path> users = config.users();
    Optional<Path> tokens = config.tokens();
    return new KnownSecrets(
        Watched.open(
            users.stream().toList(),
            () ->
                users.isPresent() ? Users.of(CredentialsFile.read(USERS, users.get())) : Users.NONE,
            clock),
        Watched.open(
            tokens.stream().toList(),
            () ->
                tokens.isPresent()
                    ? Tokens.of(CredentialsFile.read(TOKENS, tokens.get()))
                    : Tokens.NONE,
            clock));
  }

  Now now() {
    Watched.Edition<Users> user = users.current();
    Watched.Edition<Tokens> token = tokens.current();
    return new Now(user.content(), token.content(), new Epoch(user.number(), token.number()));
  }
}
