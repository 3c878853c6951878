package larder.identity;

import java.net.URI;
import java.time.InstantSource;
import larder.config.Credentials;
import larder.config.Secret;
import larder.tiering.SourceException.Unavailable;

/**
 * What larder shows to an upstream's url and its token service when they ask who it is, wherever
 * that comes from. Methods may read files, run programs and ask services.
 */
public sealed interface Login permits FixedLogin, FileLogin, DockerLogin, KeptLogin {

  /**
   * Who larder is now.
   *
   * @throws Unavailable when that cannot be found out
   */
  Identity identity() throws Unavailable;

  /**
   * Whether {@link #identity} has another answer, or one got anew, now that this one was refused.
   *
   * @throws Unavailable when that cannot be found out
   */
  boolean renew(Identity refused) throws Unavailable;

  default boolean isAnonymous() {
    return false;
  }

  static Login anonymous() {
    return new FixedLogin(new Identity.Nobody());
  }

  /**
   * The login at one registry; asks nothing yet.
   *
   * @param url of the registry
   */
  static Login of(Credentials credentials, URI url, InstantSource clock, Surroundings around) {
    return switch (credentials) {
      case Credentials.Anonymous _ -> anonymous();
      case Credentials.Password(String name, Secret password) ->
          new FixedLogin(new Identity.User(name, password));
      case Credentials.PasswordFile(String name, var file) ->
          new FileLogin(name, new WatchedFile("the password's file", file, clock));
      case Credentials.DockerConfig(var file) ->
          new DockerLogin(
              new WatchedFile("the docker-config", file, clock),
              DockerNames.of(url),
              clock,
              around);
      case Credentials.Ecr(String region) -> new KeptLogin(new EcrToken(region, clock), clock);
      case Credentials.Gcp _ -> new KeptLogin(new GcpToken(around.metadataHost(), clock), clock);
    };
  }
}
