package larder.upstream;

import java.util.Optional;

/**
 * Upstream's answer to a question for a list.
 *
 * @param status 200, or 400 when upstream finds the question malformed
 * @param body at most 8 MiB
 * @param contentType with its parameters, where upstream says
 * @param link where the list goes on, as upstream wrote it: its host and path are upstream's
 * @param filtersApplied the value of {@code OCI-Filters-Applied}
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
public record Listing(
    int status,
    byte[] body,
    Optional<String> contentType,
    Optional<String> link,
    Optional<String> filtersApplied) {}
