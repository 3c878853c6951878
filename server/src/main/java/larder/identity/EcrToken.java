package larder.identity;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import larder.config.Proxies;
import larder.proxies.ProxyRoutes;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.AuthorizationData;

/**
 * Borrows a login of Amazon ECR, which is good for hours, by whatever credentials of AWS the
 * process has. Each time by a client of its own: nothing of it is loaded before, or stays open.
 */
record EcrToken(String region, Proxies proxies, InstantSource clock) implements KeptLogin.Lender {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Held to this at least, so that a clock that is wrong does not make each request ask. */
  private static final Duration SHORTEST = Duration.ofMinutes(10);

  @Override
  public KeptLogin.Lease lend() throws LoginException {
    Instant asked = clock.instant();
    List<AuthorizationData> data;
    try (EcrClient ecr = client()) {
      data = ecr.getAuthorizationToken().authorizationData();
    } catch (SdkException e) {
      throw new LoginException(what() + ": " + why(e), e);
    } catch (IllegalArgumentException | IllegalStateException e) {
      // What is written for AWS in files or the environment makes no sense to the SDK.
      throw new LoginException(what() + ": cannot be asked: " + kinds(e), e);
    }
    if (data.isEmpty()) {
      throw new LoginException(what() + ": answered without one", null);
    }
    return lease(data.getFirst(), asked);
  }

  private EcrClient client() {
    return EcrClient.builder()
        .region(Region.of(region))
        .httpClientBuilder(throughProxies())
        .overrideConfiguration(client -> client.apiCallTimeout(PATIENCE))
        .build();
  }

  /** By larder's proxies and its rules for them, not by what the SDK makes of the environment. */
  private Apache5HttpClient.Builder throughProxies() {
    BasicCredentialsProvider logins = new BasicCredentialsProvider();
    proxies
        .all()
        .forEach(proxy ->
            proxy
                .login()
                .ifPresent(login ->
                    logins.setCredentials(
                        new AuthScope(ProxyRoutes.host(proxy)),
                        new UsernamePasswordCredentials(
                            login.username(), login.password().value().toCharArray()))));
    return Apache5HttpClient.builder()
        .proxyConfiguration(
            ProxyConfiguration.builder()
                .useSystemPropertyValues(false)
                .useEnvironmentVariableValues(false)
                .build())
        .httpRoutePlanner(new ProxyRoutes(proxies))
        .credentialsProvider(logins);
  }

  private KeptLogin.Lease lease(AuthorizationData data, Instant asked) throws LoginException {
    @Nullable String token = data.authorizationToken();
    @Nullable Instant expires = data.expiresAt();
    if (token == null || expires == null) {
      throw new LoginException(what() + ": answered without one", null);
    }
    Duration said = Duration.between(asked, expires);
    Duration life = said.compareTo(SHORTEST) < 0 ? SHORTEST : said;
    return new KeptLogin.Lease(
        DockerConfig.decoded(token, what()), asked.plus(life.dividedBy(2)), asked.plus(life));
  }

  /** Of what the SDK says only the kind: its messages name users. */
  private static String why(SdkException e) {
    return switch (e) {
      case AwsServiceException refused ->
          "refused with " + refused.awsErrorDetails().errorCode() + ", " + refused.statusCode();
      case ApiCallTimeoutException _ -> "no answer within " + PATIENCE.toSeconds() + " s";
      default ->
          String.valueOf(e.getMessage()).startsWith("Unable to load credentials")
              ? "no credentials of AWS were found in the environment, in files or at the machine"
              : "cannot be asked: " + kinds(e);
    };
  }

  private static String kinds(Throwable e) {
    String own = e.getClass().getSimpleName();
    return e.getCause() == null ? own : own + ", " + kinds(e.getCause());
  }

  private String what() {
    return "the token of ECR in " + region;
  }
}
