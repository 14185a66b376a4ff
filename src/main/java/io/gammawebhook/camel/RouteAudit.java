package io.gammawebhook.camel;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.audit.AuditKind;
import io.gammawebhook.audit.LogText;
import io.gammawebhook.audit.OneLine;
import io.gammawebhook.event.EventId;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.inbox.Lease;
import io.gammawebhook.inbox.LeasedDelivery;
import io.gammawebhook.inbox.StoreException;
import java.util.concurrent.CompletionException;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.support.CamelContextHelper;
import org.jspecify.annotations.Nullable;

/**
 * Writes what a route says of the delivery at work into the audit. Such an entry is always of the
 * kind {@link AuditKind#NOTED}, which nothing else writes, so that no route can forge an entry of
 * this build. Safe for use by many threads.
 */
public final class RouteAudit {

  /** The exchange property that holds the {@link AtWork}; a route may change all headers. */
  static final String AT_WORK = "CamelWebhookAtWork";

  private final CamelContext camel;
  private volatile @Nullable WebhookRuntime runtime;

  public RouteAudit(CamelContext camel) {
    this.camel = camel;
  }

  /** Which attempt an exchange is, without the event's body. */
  record AtWork(Lease lease, SourceName source, @Nullable EventId eventId) {
    static AtWork of(LeasedDelivery delivery) {
      return new AtWork(delivery.lease(), delivery.event().source(), delivery.event().eventId());
    }
  }

  /**
   * Writes a fact about the delivery that the exchange is, and returns after the commit. Another
   * attempt of the delivery writes another one.
   *
   * @param fact its name, a word of the route's author
   * @param detail a sentence; it is redacted, what is not printed becomes {@code ?}, and what is
   *     longer than {@value AuditEntry#MAX_DETAIL} characters is cut
   * @throws IllegalStateException if the exchange is no delivery
   * @throws StoreException if the store did not take it
   */
  public void note(Exchange exchange, String fact, @Nullable String detail) {
    if (!(exchange.getProperty(AT_WORK) instanceof AtWork at)) {
      throw new IllegalStateException(
          "This exchange is no delivery, so there is no event that the fact '"
              + fact
              + "' could be of: begin the route with webhook-inbox or"
              + " kamelet:gamma-webhook-source, and note it there");
    }
    AuditEntry entry =
        new AuditEntry(
            at.lease().delivery().reference(),
            AuditKind.NOTED,
            at.source(),
            at.eventId() == null ? null : at.eventId().value(),
            at.lease().delivery(),
            at.lease().attempt(),
            0,
            fact,
            detail == null ? null : LogText.printable(runtime().redaction().text(detail)));
    try {
      runtime().inbox().record(entry).toCompletableFuture().join();
    } catch (CompletionException e) {
      // Without its cause, whose class alone would be the reason of the failed attempt.
      throw new StoreException(
          "The fact '" + fact + "' could not be written: " + OneLine.of(e), null);
    }
  }

  private WebhookRuntime runtime() {
    WebhookRuntime known = runtime;
    if (known == null) {
      known = CamelContextHelper.mandatoryFindSingleByType(camel, WebhookRuntime.class);
      runtime = known;
    }
    return known;
  }
}
