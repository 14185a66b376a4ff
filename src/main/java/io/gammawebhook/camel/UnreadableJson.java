package io.gammawebhook.camel;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jayway.jsonpath.InvalidJsonException;
import io.gammawebhook.event.RawBody;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Tells a parser's complaint about the event from one about something else that the route read: an
 * event never changes, so it will never be readable, but the broken answer of a destination may be
 * whole the next time.
 */
final class UnreadableJson {

  private static final ObjectMapper PARSER =
      new ObjectMapper(
          // Names are the sender's: interned, they would be kept for others to look through.
          JsonFactory.builder().disable(JsonFactory.Feature.INTERN_FIELD_NAMES).build());

  private UnreadableJson() {}

  /** Whether a JSON parser throws this. */
  static boolean isComplaint(Throwable exception) {
    return exception instanceof JsonProcessingException
        || exception instanceof InvalidJsonException;
  }

  /**
   * Whether the complaint can only be about the event: the route still had its body on the message,
   * as bytes or as text, and nobody can read that as JSON within Jackson's default limits, which
   * are those of Camel's JSONPath too.
   *
   * @param onMessage the message's body when the route failed
   */
  static boolean isTheEvent(RawBody body, @Nullable Object onMessage) {
    return isStill(body, onMessage) && !isReadable(body);
  }

  private static boolean isStill(RawBody body, @Nullable Object onMessage) {
    if (onMessage instanceof byte[] bytes) {
      return Arrays.equals(bytes, body.bytes());
    }
    return onMessage instanceof String text
        && text.equals(new String(body.bytes(), StandardCharsets.UTF_8));
  }

  private static boolean isReadable(RawBody body) {
    try {
      PARSER.readValue(body.bytes(), Object.class);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
