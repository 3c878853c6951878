package larder.server;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import larder.registry.Purge;
import larder.registry.PurgeRequest;

/**
 * {@code POST /purge?what=IMAGE-OR-DIGEST} and {@code POST /purge?upstream=NAME} on the operators'
 * port, by token. Answers one line of text.
 */
final class PurgeHandler implements Handler {
  private static final Logger LOG = Logger.getLogger(PurgeHandler.class.getName());

  private final AdminToken token;
  private volatile Optional<Work> work = Optional.empty();

  /**
   * @param purge of what is kept
   * @param forgetLists of what is in memory beside that
   */
  private record Work(Purge purge, Runnable forgetLists) {}

  PurgeHandler(AdminToken token) {
    this.token = token;
  }

  /** There is something to purge from now on. */
  void open(Purge purge, Runnable forgetLists) {
    work = Optional.of(new Work(purge, forgetLists));
  }

  @Override
  public void handle(ServerRequest request, ServerResponse response) {
    if (!token.isIn(request.headers().first(HeaderNames.AUTHORIZATION))) {
      response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"larder admin\"");
      answer(
          response, Status.UNAUTHORIZED_401, "whoever changes what larder keeps shows its token");
      return;
    }
    Optional<PurgeRequest> asked = asked(request);
    if (asked.isEmpty()) {
      answer(response, Status.BAD_REQUEST_400, "say what: ?what=IMAGE-OR-DIGEST or ?upstream=NAME");
      return;
    }
    if (work.isEmpty()) {
      answer(response, Status.SERVICE_UNAVAILABLE_503, "larder is starting; try again");
      return;
    }
    try {
      Purge.Purged purged = purge(work.get(), asked.get());
      LOG.info(() -> "purged " + asked.get() + ": " + told(purged));
      answer(response, Status.OK_200, told(purged));
    } catch (Purge.UnknownNameException e) {
      answer(response, Status.NOT_FOUND_404, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      LOG.log(Level.WARNING, "could not purge " + asked.get(), e);
      answer(response, Status.INTERNAL_SERVER_ERROR_500, String.valueOf(e.getMessage()));
    }
  }

  private static Purge.Purged purge(Work work, PurgeRequest request)
      throws IOException, Purge.UnknownNameException {
    try {
      return work.purge().run(request);
    } finally {
      work.forgetLists().run();
    }
  }

  /** In one line. */
  static String told(Purge.Purged purged) {
    return "%d tags and %d blobs of %d bytes are kept no more"
        .formatted(purged.tags(), purged.blobs(), purged.bytes());
  }

  private static Optional<PurgeRequest> asked(ServerRequest request) {
    Optional<String> what = request.query().first("what").asOptional();
    Optional<String> upstream = request.query().first("upstream").asOptional();
    if (what.isPresent() == upstream.isPresent()) {
      return Optional.empty();
    }
    return what.map(PurgeRequest::of).or(() -> upstream.map(PurgeRequest.OfUpstream::new));
  }

  private static void answer(ServerResponse response, Status status, String line) {
    response.status(status);
    response.header(HeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
    response.send((line + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
