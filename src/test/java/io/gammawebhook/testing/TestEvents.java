package io.gammawebhook.testing;

import io.gammawebhook.event.DedupKey;
import io.gammawebhook.event.EventId;
import io.gammawebhook.event.RawBody;
import io.gammawebhook.event.ReferenceGenerator;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.WebhookEvent;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Events as a sender would send them; each call is a request of its own. */
public final class TestEvents {

  public static final SourceName GAMMA = new SourceName("gamma");

  private static final ReferenceGenerator REFERENCES = new ReferenceGenerator(new SecureRandom());
  private static final AtomicLong MILLIS = new AtomicLong(1_770_000_000_000L);

  private TestEvents() {}

  public static WebhookEvent event(String id) {
    return event(GAMMA, id, "invoice.paid", "{\"id\":\"" + id + "\"}");
  }

  public static WebhookEvent eventOfType(String id, @Nullable String type) {
    return event(GAMMA, id, type, "{}");
  }

  public static WebhookEvent event(
      SourceName source, String id, @Nullable String type, String body) {
    return event(source, id, type, body.getBytes(StandardCharsets.UTF_8));
  }

  public static WebhookEvent event(
      SourceName source, String id, @Nullable String type, byte[] body) {
    EventId eventId = new EventId(id);
    return new WebhookEvent(
        REFERENCES.next(MILLIS.incrementAndGet()),
        source,
        DedupKey.ofEventId(eventId),
        eventId,
        type,
        null,
        "application/json",
        Map.of("x-request", "of " + source),
        RawBody.of(body));
  }
}
