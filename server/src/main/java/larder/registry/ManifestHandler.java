package larder.registry;

import io.helidon.http.HeaderNames;
import java.io.IOException;
import java.time.Duration;
import larder.registry.Upstreams.Repository;
import larder.tiering.Digest;
import larder.tiering.Origin;
import larder.tiering.TagRecord;
import larder.upstream.BodyMemory;

/** Answers for manifests, by digest and by tag. */
final class ManifestHandler {
  private final Manifests manifests;
  private final Tags tags;
  private final Accesses accesses;

  ManifestHandler(Manifests manifests, Tags tags, Accesses accesses) {
    this.manifests = manifests;
    this.tags = tags;
    this.accesses = accesses;
  }

  void answer(Exchange exchange, Repository repository, Target.Reference reference)
      throws IOException {
    Accept accept =
        Accept.of(exchange.request().headers().all(HeaderNames.ACCEPT, java.util.List::of));
    switch (reference) {
      case Target.Reference.ByDigest(Digest digest) -> {
        Manifests.Found found = manifests.byDigest(repository.key(digest), repository);
        send(exchange, repository, reference, accept, found);
      }
      case Target.Reference.Tag(String tag) -> byTag(exchange, repository, reference, tag, accept);
    }
  }

  private void byTag(
      Exchange exchange,
      Repository repository,
      Target.Reference reference,
      String tag,
      Accept accept)
      throws IOException {
    Tags.Meaning meaning = tags.resolve(repository, tag, !exchange.isHead());
    TagRecord record = meaning.record();
    if (exchange.isHead() && accept.takes(record.mediaType())) {
      meaning.stale().ifPresent(age -> markStale(exchange, age));
      exchange.origin = meaning.origin();
      describe(exchange, record.digest(), record.mediaType(), record.size());
      Replies.sendLength(exchange, record.size());
      return;
    }
    Manifests.Found found = manifests.byDigest(repository.key(record.digest()), repository);
    meaning.stale().ifPresent(age -> markStale(exchange, age));
    send(exchange, repository, reference, accept, found);
  }

  private void send(
      Exchange exchange,
      Repository repository,
      Target.Reference reference,
      Accept accept,
      Manifests.Found found)
      throws IOException {
    boolean taken = accept.takes(found.document().mediaType());
    ManifestDocument document =
        taken ? found.document() : Manifests.uncached(repository, reference, accept);
    exchange.origin = taken ? found.origin() : Origin.UPSTREAM;
    if (exchange.isHead()) {
      describe(exchange, document);
      Replies.sendLength(exchange, document.body().length);
      return;
    }
    try (BodyMemory.Hold _ = manifests.hold(document)) {
      describe(exchange, document);
      exchange.counted = accesses.count(exchange.client, document.digest());
      Replies.send(exchange, document.body());
    }
  }

  private static void describe(Exchange exchange, ManifestDocument document) {
    describe(exchange, document.digest(), document.mediaType(), document.body().length);
  }

  private static void describe(Exchange exchange, Digest digest, String mediaType, long size) {
    exchange.status = 200;
    exchange.size = java.util.OptionalLong.of(size);
    Headers.content(exchange, digest);
    exchange.response().header(HeaderNames.CONTENT_TYPE, mediaType);
  }

  private static void markStale(Exchange exchange, Duration age) {
    exchange.stale = true;
    exchange.response().header(HeaderNames.AGE, Long.toString(age.toSeconds()));
    exchange
        .response()
        .header(
            HeaderNames.WARNING,
            "299 larder \"upstream does not answer; this is what the tag meant when it last did\"");
  }
}
