package io.gammawebhook.receive;

import io.gammawebhook.event.DedupKey;
import io.gammawebhook.event.EventId;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.StorableText;
import io.gammawebhook.event.TraceContext;
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

  /**
   * The event of a request.
   *
   * @param trace the trace in which this node has noted the request; null for the sender's, if the
   *     source continues that
   * @return null if the event id is the dedup key and there is no usable one
   */
  @Nullable WebhookEvent read(
      VerifiedRequest verified, Reference reference, @Nullable TraceContext trace) {
    WebhookRequest request = verified.request();
    CloudEvent cloudEvent = definition.cloudEvents() ? CloudEvent.of(request) : null;
    if (definition.cloudEvents() && cloudEvent == null) {
      return null;
    }
    EventId id = usable(cloudEvent == null ? eventId.read(request) : cloudEvent.id());
    DedupKey key = key(verified, cloudEvent, id);
    if (key == null) {
      return null;
    }
    String type = cloudEvent == null ? eventType.read(request) : cloudEvent.type();
    String order = orderingKey.read(request);
    return new WebhookEvent(
        reference,
        definition.name(),
        key,
        id,
        type == null ? null : StorableText.of(type, EventId.MAX_LENGTH),
        order == null ? null : DedupKey.ofText(order).value(),
        contentType(request),
        kept(request, cloudEvent),
        request.body(),
        trace == null ? definition.traceOf(request) : trace);
  }

  private @Nullable DedupKey key(
      VerifiedRequest verified, @Nullable CloudEvent cloudEvent, @Nullable EventId id) {
    boolean byId =
        cloudEvent == null
            ? definition.dedupesByEventId()
            : definition.scheme().covers(cloudEvent.idAt());
    if (!byId) {
      return DedupKey.ofDigest(verified.proof().signedContentSha256());
    }
    if (id == null) {
      return null;
    }
    return cloudEvent == null ? DedupKey.ofEventId(id) : DedupKey.ofText(cloudEvent.key());
  }

  private static @Nullable EventId usable(@Nullable String id) {
    return id == null || id.isEmpty() || id.length() > EventId.MAX_LENGTH ? null : new EventId(id);
  }

  private static @Nullable String contentType(WebhookRequest request) {
    List<String> values = request.header("content-type");
    return values.isEmpty() ? null : StorableText.of(values.get(0), EventId.MAX_LENGTH);
  }

  private Map<String, String> kept(WebhookRequest request, @Nullable CloudEvent cloudEvent) {
    Map<String, String> kept = new LinkedHashMap<>();
    if (cloudEvent != null) {
      kept.putAll(cloudEvent.attributes());
    }
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
