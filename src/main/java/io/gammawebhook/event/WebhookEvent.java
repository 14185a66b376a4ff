package io.gammawebhook.event;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One verified webhook, immutable.
 *
 * @param reference our own name for it
 * @param source who sent it
 * @param dedupKey what makes it the same event again, within its source
 * @param eventId the sender's id; null where the sender gives none (then the dedup key is a digest)
 * @param eventType the sender's category, at most 255 characters; null where there is none
 * @param orderingKey events with equal keys belong in order; null for no order
 * @param contentType the request's media type as sent; null if absent
 * @param headers the request headers that the source keeps, by lower-case name
 * @param body the exact bytes
 * @param trace the trace that it belongs to; null where there is none
 */
public record WebhookEvent(
    Reference reference,
    SourceName source,
    DedupKey dedupKey,
    @Nullable EventId eventId,
    @Nullable String eventType,
    @Nullable String orderingKey,
    @Nullable String contentType,
    Map<String, String> headers,
    RawBody body,
    @Nullable TraceContext trace) {

  public WebhookEvent {
    headers = Map.copyOf(headers);
  }

  /** One that belongs to no trace. */
  public WebhookEvent(
      Reference reference,
      SourceName source,
      DedupKey dedupKey,
      @Nullable EventId eventId,
      @Nullable String eventType,
      @Nullable String orderingKey,
      @Nullable String contentType,
      Map<String, String> headers,
      RawBody body) {
    this(
        reference,
        source,
        dedupKey,
        eventId,
        eventType,
        orderingKey,
        contentType,
        headers,
        body,
        null);
  }
}
