package io.gammawebhook.kamelet;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.gammawebhook.audit.Redaction;
import io.gammawebhook.dispatch.PermanentFailureException;
import java.util.Arrays;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Redacts parts of a JSON body: the values at JSONPaths, and what a pattern finds in any text or
 * number. Names of fields stay. Safe for use by many threads once it is set up.
 */
public final class RedactedBody implements Processor {

  private Redaction redaction = Redaction.none();

  /**
   * JSONPaths with semicolons between them; empty for none.
   *
   * @throws IllegalArgumentException if one is none
   */
  public void setPaths(String paths) {
    redaction = redaction.plus(Redaction.ofJsonPaths(Arrays.asList(paths.split(";", -1))));
  }

  /**
   * A regular expression; empty for none.
   *
   * @throws IllegalArgumentException if it is none
   */
  public void setPattern(String pattern) {
    if (!pattern.isEmpty()) {
      redaction = redaction.plus(Redaction.ofPatterns(List.of(pattern)));
    }
  }

  /** What stands in the place of what is redacted. */
  public void setReplacement(String replacement) {
    redaction = redaction.replacedBy(replacement);
  }

  @Override
  public void process(Exchange exchange) throws JsonProcessingException {
    Message message = exchange.getMessage();
    byte[] body = message.getBody(byte[].class);
    if (body == null || body.length == 0) {
      throw new PermanentFailureException("The event is empty: there is nothing to redact");
    }
    try {
      message.setBody(redaction.json(body));
    } catch (IllegalArgumentException e) {
      throw new PermanentFailureException(String.valueOf(e.getMessage()), e);
    }
  }
}
