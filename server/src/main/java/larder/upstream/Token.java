package larder.upstream;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import larder.tiering.SourceException.Unavailable;

/**
 * A Bearer token.
 *
 * @param goodUntil when to stop using it, which is before it expires
 * @param serial in the order in which larder got them
 */
record Token(String value, Instant goodUntil, long serial) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** What the specification says of a token that does not tell. */
  private static final Duration USUAL_LIFE = Duration.ofSeconds(60);

  private static final long LONGEST_LIFE_SECONDS = 86_400;
  private static final Duration MOST_SPARED = Duration.ofSeconds(30);

  /**
   * Reads a token service's answer.
   *
   * @param now when it was asked
   */
  static Token read(byte[] body, Instant now, long serial, String where) throws Unavailable {
    JsonNode json;
    try {
      json = JSON.readTree(body);
    } catch (JacksonException e) {
      throw new Unavailable(where + ": answered with what is no JSON", null);
    } catch (IOException e) {
      throw new AssertionError("bytes in memory cannot fail", e);
    }
    String value = json.path("token").asText("");
    if (value.isEmpty()) {
      value = json.path("access_token").asText("");
    }
    if (value.isEmpty() || !value.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new Unavailable(where + ": answered without a token", null);
    }
    return new Token(value, now.plus(use(json, now)), serial);
  }

  /** One that the operator has, who alone knows for how long. */
  static Token given(String value, Instant now, long serial) {
    return new Token(value, now.plus(USUAL_LIFE), serial);
  }

  @Override
  public String toString() {
    return "Token[" + serial + "]";
  }

  private static Duration use(JsonNode json, Instant now) {
    long seconds = json.path("expires_in").asLong(0);
    Duration life =
        seconds <= 0 ? USUAL_LIFE : Duration.ofSeconds(Math.min(seconds, LONGEST_LIFE_SECONDS));
    Duration spared = life.dividedBy(5);
    life = life.minus(spared.compareTo(MOST_SPARED) < 0 ? spared : MOST_SPARED);
    // A service may hand out a token that it made a while ago. But its clock may also be off, and
    // a token that is never good would be asked for each time: at most half of its life is taken.
    Duration age = age(json.path("issued_at").asText(""), now);
    Duration half = life.dividedBy(2);
    return life.minus(age.compareTo(half) < 0 ? age : half);
  }

  private static Duration age(String issuedAt, Instant now) {
    try {
      Duration age = Duration.between(OffsetDateTime.parse(issuedAt).toInstant(), now);
      return age.isNegative() ? Duration.ZERO : age;
    } catch (DateTimeParseException e) {
      return Duration.ZERO;
    }
  }
}
