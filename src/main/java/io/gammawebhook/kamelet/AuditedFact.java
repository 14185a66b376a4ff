package io.gammawebhook.kamelet;

import io.gammawebhook.camel.RouteAudit;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.ExpressionEvaluationException;
import org.apache.camel.Processor;
import org.apache.camel.support.MessageHelper;
import org.jspecify.annotations.Nullable;

/**
 * Writes a fact about the delivery at work into the audit, and goes on after the commit. Of the
 * body it takes one value at most, and only what a JSONPath of the configuration names. Safe for
 * use by many threads once it is set up.
 */
public final class AuditedFact extends KameletBean implements Processor {

  /** How long the sentence may be, and how much of the value is written, in characters. */
  private static final int LONGEST = 200;

  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");

  private String fact = "";
  private String detail = "";
  private String value = "";
  private @Nullable Expression path;
  private @Nullable RouteAudit audit;

  /** What happened, as a name. */
  public void setFact(String fact) {
    this.fact = fact;
  }

  /** A sentence for people; empty for none. */
  public void setDetail(String detail) {
    this.detail = detail.strip();
  }

  /** JSONPath to a value of the body that is written behind the sentence; empty for none. */
  public void setValue(String value) {
    this.value = value.strip();
  }

  @Override
  public void process(Exchange exchange) {
    String text = (detail + " " + value(exchange)).strip();
    Objects.requireNonNull(audit, "not started").note(exchange, fact, text.isEmpty() ? null : text);
  }

  @Override
  protected void doInit() {
    if (!NAME.matcher(fact).matches()) {
      throw new IllegalArgumentException(
          "fact must be 1 to 63 lower-case letters, digits and hyphens, a letter first, was '"
              + fact
              + "'");
    }
    if (detail.length() > LONGEST) {
      throw new IllegalArgumentException(
          "detail must have at most " + LONGEST + " characters, has " + detail.length());
    }
    if (value.equals("$")) {
      throw new IllegalArgumentException(
          "value is '$', the whole body, which does not go into the audit: name a part of it");
    }
    path = value.isEmpty() ? null : JsonPaths.expression(camel(), value);
    audit = new RouteAudit(camel());
  }

  private String value(Exchange exchange) {
    if (path == null) {
      return "";
    }
    try {
      String text = text(path.evaluate(exchange, Object.class));
      return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    } catch (ExpressionEvaluationException e) {
      // No JSON: what has happened is told all the same, or it would happen again.
      return "";
    } finally {
      // The next step reads the body from its beginning.
      MessageHelper.resetStreamCache(exchange.getMessage());
    }
  }

  /** Of an object or a list nothing is written: it may be all of the event. */
  private static String text(@Nullable Object found) {
    if (found instanceof List<?> list && list.size() == 1) {
      // A path that searches finds a list.
      return text(list.get(0));
    }
    return found instanceof String || found instanceof Number || found instanceof Boolean
        ? found.toString()
        : "";
  }
}
