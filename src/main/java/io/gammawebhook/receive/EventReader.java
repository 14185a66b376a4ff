package io.gammawebhook.receive;

import io.gammawebhook.event.DedupKey;
import io.gammawebhook.event.EventId;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.StorableText;
import io.gammawebhook.event.WebhookEvent;
import io.gammawebhook.verify.ValueReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the event of a verified request. Safe for use by many threads. */
final class EventReader {

  private final SourceDefinition definition;
  private final ValueReader eventId;
  private final ValueReader eventType;
  private final ValueReader orderingKey;

  EventReader(SourceDefinition definition) {
    this.definition = definition;
    eventId = ValueReader.of(definition.eventId());
    eventType = ValueReader.of(definition.eventType());
    orderingKey = ValueReader.of(definition.orderingKey());
  }

  /** Null if the event id is the dedup key and there is no usable one. */
  @Nullable WebhookEvent read(VerifiedRequest verified, Reference reference) {
    WebhookRequest request = verified.request();
    EventId id = usable(eventId.read(request));
    DedupKey key;
    if (!definition.dedupesByEventId()) {
      key = DedupKey.ofDigest(verified.proof().signedContentSha256());
    } else if (id != null) {
      key = DedupKey.ofEventId(id);
    } else {
      return null;
    }
    String type = eventType.read(request);
    String order = orderingKey.read(request);
    return new WebhookEvent(
        reference,
        definition.name(),
        key,
        id,
        type == null ? null : StorableText.of(type, EventId.MAX_LENGTH),
        order == null ? null : DedupKey.ofText(order).value(),
        contentType(request),
        kept(request),
        request.body());
  }

  private static @Nullable EventId usable(@Nullable String id) {
    return id == null || id.isEmpty() || id.length() > EventId.MAX_LENGTH ? null : new EventId(id);
  }

  private static @Nullable String contentType(WebhookRequest request) {
    List<String> values = request.header("content-type");
    return values.isEmpty() ? null : StorableText.of(values.get(0), EventId.MAX_LENGTH);
  }

  private Map<String, String> kept(WebhookRequest request) {
    Map<String, String> kept = new LinkedHashMap<>();
    for (String name : definition.keepHeaders()) {
      List<String> values = request.header(name);
      if (!values.isEmpty()) {
        // RFC 9110, section 5.2: fields of one name are one list.
        String list = String.join(", ", values);
        kept.put(name, StorableText.of(list));
      }
    }
    return kept;
  }
}
