package larder.identity;

import java.net.URI;
import java.time.InstantSource;
import larder.config.Credentials;
import larder.config.Proxies;
import larder.config.Secret;

/**
 * What larder shows to an upstream's url and its token service when they ask who it is, wherever
 * that comes from. Methods may read files, run programs and ask services.
 */
public sealed interface Login permits FixedLogin, FileLogin, DockerLogin, KeptLogin {

  /**
   * Who larder is now.
   *
   * @throws LoginException when that cannot be found out
   */
  Identity identity() throws LoginException;

  /**
   * Whether {@link #identity} has another answer, or one got anew, now that this one was refused.
   *
   * @throws LoginException when that cannot be found out
   */
  boolean renew(Identity refused) throws LoginException;

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
   * @param proxies on the way to whoever lends it
   */
  static Login of(
      Credentials credentials, URI url, Proxies proxies, InstantSource clock, Surroundings around) {
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
      case Credentials.Ecr(String region) ->
          new KeptLogin(new EcrToken(region, proxies, clock), clock);
      case Credentials.Gcp(String metadataHost) ->
          new KeptLogin(new GcpToken(metadataHost, clock), clock);
    };
  }
}
