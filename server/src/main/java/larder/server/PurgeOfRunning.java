package larder.server;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Has a larder that runs on this machine purge what it keeps. */
public final class PurgeOfRunning {
  private PurgeOfRunning() {}

  /**
   * @param data the data directory of that larder
   * @param parameter of the question to the operators' port: what or upstream
   * @param value of that parameter, not encoded
   * @return what became of it, in one line
   * @throws IOException when the larder is not found, this user may not, or it could not
   */
  public static String run(Path data, String parameter, String value)
      throws IOException, InterruptedException {
    AdminToken.Access access;
    try {
      access = AdminToken.find(data);
    } catch (IOException e) {
      throw new IOException(
          "a larder runs on %s, and where it listens cannot be read from %s: run this as its user"
              .formatted(data, e.getMessage()),
          e);
    }
    String query = parameter + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(access.admin() + "/purge?" + query))
            .header("Authorization", "Bearer " + access.token())
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      String line = answer.body().strip();
      if (answer.statusCode() != 200) {
        throw new IOException(line);
      }
      return line;
    }
  }
}
