package larder.registry;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import larder.http.BodySink;
import larder.http.Readers;
import larder.registry.RegistryError.Code;
import larder.registry.Upstreams.Repository;
import larder.tiering.Blob;
import larder.tiering.ByteRange;
import larder.tiering.Digest;
import larder.tiering.Origin;
import larder.tiering.TieredBlobs;

/** Answers for blobs: whole, or one range. A hit and a fill are the same to it. */
final class BlobHandler {
  private final TieredBlobs blobs;
  private final Readers readers;
  private final Accesses accesses;

  BlobHandler(TieredBlobs blobs, Readers readers, Accesses accesses) {
    this.blobs = blobs;
    this.readers = readers;
    this.accesses = accesses;
  }

  void head(Exchange exchange, Repository repository, Digest digest)
      throws IOException, RegistryException {
    OptionalLong size = blobs.sizeOf(repository.key(digest));
    exchange.origin = Origin.DISK;
    if (size.isEmpty()) {
      exchange.origin = Origin.UPSTREAM;
      size = repository.upstream().blobSize(repository.name(), digest);
    }
    if (size.isEmpty()) {
      throw new IOException(
          repository.upstream().config().name() + " does not say how large " + digest + " is");
    }
    exchange.size = size;
    describe(exchange, digest);
    exchange.status = 200;
    Replies.sendLength(exchange, size.getAsLong());
  }

  void get(Exchange exchange, Repository repository, Digest digest)
      throws IOException, RegistryException {
    Optional<Readers.Seat> entered = readers.enter();
    if (entered.isEmpty()) {
      throw new RegistryError(
              503,
              Code.UNAVAILABLE,
              "larder has as many readers as it has file descriptors or memory for: raise the limit of open files, or give it a larger heap",
              Optional.of(java.time.Duration.ofSeconds(1)))
          .asException();
    }
    RangeHeader asked = range(exchange, digest);
    try (Readers.Seat seat = entered.get();
        Blob blob =
            blobs.open(
                repository.key(digest),
                asked.start(),
                repository.upstream().blob(repository.name(), digest))) {
      exchange.origin = blob.origin();
      exchange.size = blob.size();
      send(exchange, digest, asked, blob);
    }
  }

  private void send(Exchange exchange, Digest digest, RangeHeader asked, Blob blob)
      throws RegistryException {
    OptionalLong size = blob.size();
    RangeHeader.Selection selection =
        size.isPresent() ? asked.of(size.getAsLong()) : new RangeHeader.Selection.Whole();
    ByteRange range =
        switch (selection) {
          case RangeHeader.Selection.Unsatisfiable _ -> {
            exchange.response().header(HeaderNames.CONTENT_RANGE, "bytes */" + size.getAsLong());
            throw RegistryError.of(
                    416,
                    Code.RANGE_INVALID,
                    digest + " has " + size.getAsLong() + " bytes, none of them in that range")
                .asException();
          }
          case RangeHeader.Selection.Whole _ -> ByteRange.all(size.orElse(Long.MAX_VALUE));
          case RangeHeader.Selection.Part(ByteRange part) -> {
            exchange
                .response()
                .header(
                    HeaderNames.CONTENT_RANGE,
                    "bytes %d-%d/%d".formatted(part.offset(), part.end() - 1, size.getAsLong()));
            yield part;
          }
        };
    boolean part = selection instanceof RangeHeader.Selection.Part;
    exchange.status = part ? 206 : 200;
    exchange.counted = range.offset() == 0 && accesses.count(exchange.client, digest);
    exchange.response().status(part ? Status.PARTIAL_CONTENT_206 : Status.OK_200);
    describe(exchange, digest);
    OptionalLong length = size.isPresent() ? OptionalLong.of(range.length()) : OptionalLong.empty();
    exchange.bytes =
        BodySink.send(
            exchange.request(),
            exchange.response(),
            length,
            channel -> blob.transferTo(range, channel));
  }

  private static void describe(Exchange exchange, Digest digest) {
    Headers.content(exchange, digest);
    exchange.response().header(HeaderNames.CONTENT_TYPE, "application/octet-stream");
    exchange.response().header(HeaderNames.ACCEPT_RANGES, "bytes");
  }

  /** The range asked for, unless it is tied to another state of the content than there is. */
  private static RangeHeader range(Exchange exchange, Digest digest) {
    Optional<String> condition = exchange.header(HeaderNames.IF_RANGE);
    if (condition.isPresent() && !condition.get().equals(Headers.etag(digest))) {
      return new RangeHeader.None();
    }
    return exchange
        .header(HeaderNames.RANGE)
        .map(RangeHeader::parse)
        .orElseGet(RangeHeader.None::new);
  }
}
