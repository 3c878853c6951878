package larder.s3;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.S3Response;

/** When a store answered, by its own clock. */
final class AnswerTime {
  private AnswerTime() {}

  /** Empty when it did not say so; then nothing is known of how old its objects are. */
  static Optional<Instant> of(S3Response answer) {
    try {
      return answer
          .sdkHttpResponse()
          .firstMatchingHeader("Date")
          .map(date -> Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date)));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
