package io.gammawebhook.kamelet;

import io.gammawebhook.dispatch.PermanentFailureException;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.spi.Language;
import org.jspecify.annotations.Nullable;

/**
 * Makes a mail of an event: recipients, subject, text and a Message-ID that all attempts of the
 * delivery share, and no other mail of it has. Nothing of the event becomes a header, but what the
 * configuration names.
 *
 * <ul>
 *   <li>A recipient in the event counts only if it is on the list of those that are allowed; any
 *       other one is a dead letter at once.
 *   <li>A subject has one line, whatever the event puts into it.
 * </ul>
 *
 * Safe for use by many threads once it is set up.
 */
public final class MailMessage extends KameletBean implements Processor {

  private static final int LONGEST_SUBJECT = 200;

  private String to = "";
  private String recipient = "";
  private List<String> allowed = List.of();
  private String subject = "";
  private String text = "";
  private String domain = "";
  private @Nullable Expressions expressions;

  private record Expressions(
      @Nullable Expression recipient, Expression subject, @Nullable Expression text) {}

  /** Addresses with commas between them that get every mail. */
  public void setTo(String to) {
    this.to = to;
  }

  /** JSONPath to one more recipient in the event; empty for none. */
  public void setRecipient(String recipient) {
    this.recipient = recipient;
  }

  /**
   * Which recipients an event may name, with commas between them: addresses, or {@code
   * *@example.com} for all of a domain.
   */
  public void setAllowed(String allowed) {
    this.allowed =
        Arrays.stream(allowed.split(",", -1))
            .map(one -> one.strip().toLowerCase(Locale.ROOT))
            .filter(one -> !one.isEmpty())
            .toList();
  }

  /** A template in Camel's simple language. */
  public void setSubject(String subject) {
    this.subject = subject;
  }

  /** The same for the text of the mail; empty for the event's body. */
  public void setText(String text) {
    this.text = text;
  }

  /** What stands behind the {@code @} of a Message-ID. */
  public void setDomain(String domain) {
    this.domain = domain;
  }

  @Override
  public void process(Exchange exchange) {
    Expressions made = Objects.requireNonNull(expressions, "not started");
    Message message = exchange.getMessage();
    String recipients = recipients(made, exchange);
    String line = oneLine(text(made.subject(), exchange));
    String body = made.text() == null ? message.getBody(String.class) : text(made.text(), exchange);
    // A header named To, Cc or Subject would go before the endpoint's own.
    message.removeHeaders("*");
    message.setHeader("To", recipients);
    message.setHeader("Subject", line);
    message.setHeader("Message-ID", "<" + id(exchange) + "@" + domain + ">");
    message.setBody(body);
  }

  @Override
  protected void doInit() {
    Language simple = camel().resolveLanguage("simple");
    expressions =
        new Expressions(
            recipient.isEmpty() ? null : JsonPaths.expression(camel(), recipient),
            simple.createExpression(subject),
            text.isEmpty() ? null : simple.createExpression(text));
  }

  /** Of this mail of this delivery: a reader of mail takes two of one id for one. */
  private static String id(Exchange exchange) {
    @Nullable String key = exchange.getProperty(OnceKey.PROPERTY, String.class);
    return (key == null ? OnceKey.delivery(exchange) : key).replace('/', '.');
  }

  private static String text(Expression expression, Exchange exchange) {
    @Nullable String text = expression.evaluate(exchange, String.class);
    return text == null ? "" : text;
  }

  private String recipients(Expressions made, Exchange exchange) {
    if (made.recipient() == null) {
      return to;
    }
    String named = address(text(made.recipient(), exchange));
    if (!isAllowed(named)) {
      throw new PermanentFailureException(
          "The event names a recipient that allowedRecipients does not have");
    }
    return to.isEmpty() ? named : to + "," + named;
  }

  /** The bare address: no name, no second one, no route. */
  private static String address(String text) {
    try {
      InternetAddress address = new InternetAddress(text, true);
      if (text.equals(address.getAddress())) {
        return text;
      }
    } catch (AddressException e) {
      // Said below, without what the event says.
    }
    throw new PermanentFailureException("The event names no mail address as its recipient");
  }

  private boolean isAllowed(String address) {
    String lower = address.toLowerCase(Locale.ROOT);
    return allowed.stream()
        .anyMatch(
            one -> one.startsWith("*@") ? endsWith(lower, one.substring(1)) : lower.equals(one));
  }

  private static boolean endsWith(String address, String domain) {
    return address.endsWith(domain) && address.indexOf('@') == address.length() - domain.length();
  }

  private static String oneLine(String text) {
    String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
    return line.length() > LONGEST_SUBJECT ? line.substring(0, LONGEST_SUBJECT) + "…" : line;
  }
}
