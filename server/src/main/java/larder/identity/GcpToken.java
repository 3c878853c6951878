package larder.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import larder.config.Secret;

/**
 * Borrows the access token of the machine's service account from the metadata service of Google
 * Cloud. That is at a link-local address, where upstreams never are, so it has a client of its own.
 *
 * @param host of the metadata service, with its port where it has one
 */
record GcpToken(String host, InstantSource clock) implements KeptLogin.Lender {
  private static final String PATH = "/computeMetadata/v1/instance/service-accounts/default/token";
  private static final String USER = "oauth2accesstoken";
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final int LONGEST_ANSWER = 64 * 1024;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public KeptLogin.Lease lend() throws LoginException {
    Instant asked = clock.instant();
    HttpResponse<byte[]> answer = ask();
    if (answer.statusCode() != 200) {
      throw failure("answered " + answer.statusCode());
    }
    // Another's service would say anything to anyone.
    if (!answer.headers().firstValue("Metadata-Flavor").orElse("").equals("Google")) {
      throw failure("does not say that it is Google's");
    }
    return lease(answer.body(), asked);
  }

  private HttpResponse<byte[]> ask() throws LoginException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + host + PATH))
            .header("Metadata-Flavor", "Google")
            .build();
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .proxy(HttpClient.Builder.NO_PROXY)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    try (client) {
      try {
        return client
            .sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST_ANSWER))
            .get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
      } finally {
        client.shutdownNow();
      }
    } catch (TimeoutException e) {
      throw failure("no answer within " + PATIENCE.toSeconds() + " s");
    } catch (ExecutionException e) {
      throw failure("cannot be asked: " + e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure("interrupted");
    }
  }

  private KeptLogin.Lease lease(byte[] body, Instant asked) throws LoginException {
    JsonNode json;
    try {
      json = JSON.readTree(body);
    } catch (IOException e) {
      throw failure("answered with what is no JSON");
    }
    String token = json.path("access_token").asText("");
    if (token.isEmpty()) {
      throw failure("answered without one");
    }
    Duration said = Duration.ofSeconds(json.path("expires_in").asLong(0));
    Duration most = said.compareTo(LONGEST) > 0 ? LONGEST : said;
    Duration life = most.compareTo(SHORTEST) < 0 ? SHORTEST : most;
    return new KeptLogin.Lease(
        new Identity.User(USER, new Secret(token)),
        asked.plus(life.multipliedBy(4).dividedBy(5)),
        asked.plus(life));
  }

  private LoginException failure(String why) {
    return new LoginException("the token of the metadata service at " + host + ": " + why, null);
  }
}
