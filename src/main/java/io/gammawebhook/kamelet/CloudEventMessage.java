package io.gammawebhook.kamelet;

import io.gammawebhook.camel.WebhookConstants;
import java.time.Instant;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * Makes a message of an event in the binary mode of CloudEvents 1.0: the body as it came, and its
 * attributes as headers with the prefix of the protocol's binding. Nothing else of the exchange
 * becomes a header.
 *
 * <table>
 * <caption>Attributes</caption>
 * <tr><td>{@code id}</td><td>our reference of the event, the same for each attempt and replay</td></tr>
 * <tr><td>{@code source}</td><td>{@code /} and the source's name</td></tr>
 * <tr><td>{@code type}</td><td>the sender's, or {@code webhook} where it has none</td></tr>
 * <tr><td>{@code time}</td><td>when it was accepted</td></tr>
 * <tr><td>{@code datacontenttype}</td><td>the request's media type</td></tr>
 * <tr><td>{@code eventid}, {@code deliveryid}</td><td>extensions: the sender's id, the delivery's</td></tr>
 * </table>
 *
 * Safe for use by many threads once it is set up.
 */
public final class CloudEventMessage implements Processor {

  private String prefix = "ce_";
  private String keyHeader = "";
  private String contentTypeHeader = "";

  /** What stands before each attribute's name. */
  public void setPrefix(String prefix) {
    this.prefix = prefix;
  }

  /** The header that takes the ordering key; the event's reference where it has no such key. */
  public void setKeyHeader(String keyHeader) {
    this.keyHeader = keyHeader;
  }

  /** The header that takes the attribute {@code datacontenttype}. */
  public void setContentTypeHeader(String contentTypeHeader) {
    this.contentTypeHeader = contentTypeHeader;
  }

  @Override
  public void process(Exchange exchange) {
    Message message = exchange.getMessage();
    String delivery = OnceKey.delivery(exchange);
    String reference = text(message, WebhookConstants.REFERENCE, delivery);
    String source = text(message, WebhookConstants.SOURCE, "webhook");
    String type = text(message, WebhookConstants.EVENT_TYPE, "webhook");
    String contentType = text(message, WebhookConstants.CONTENT_TYPE, "application/octet-stream");
    String key = text(message, WebhookConstants.ORDERING_KEY, reference);
    @Nullable String eventId = message.getHeader(WebhookConstants.EVENT_ID, String.class);
    @Nullable Long receivedAt = message.getHeader(WebhookConstants.RECEIVED_AT, Long.class);
    byte[] body = message.getBody(byte[].class);
    message.removeHeaders("*");
    message.setBody(body);
    message.setHeader(keyHeader, key);
    message.setHeader(prefix + "specversion", "1.0");
    message.setHeader(prefix + "id", reference);
    message.setHeader(prefix + "source", "/" + source);
    message.setHeader(prefix + "type", type);
    message.setHeader(contentTypeHeader, contentType);
    message.setHeader(prefix + "deliveryid", delivery);
    if (receivedAt != null) {
      message.setHeader(prefix + "time", Instant.ofEpochMilli(receivedAt).toString());
    }
    if (eventId != null) {
      message.setHeader(prefix + "eventid", eventId);
    }
  }

  private static String text(Message message, String header, String otherwise) {
    @Nullable String text = message.getHeader(header, String.class);
    return text == null ? otherwise : text;
  }
}
