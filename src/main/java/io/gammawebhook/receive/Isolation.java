package io.gammawebhook.receive;

import io.gammawebhook.audit.AuditRate;
import io.gammawebhook.event.Reference;
import io.gammawebhook.inbox.Intake;
import io.gammawebhook.inbox.Quarantine.Kept;
import io.gammawebhook.inbox.UnverifiedRequest;
import io.gammawebhook.measure.RequestOutcome;
import io.gammawebhook.verify.Verification.Rejected;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the requests of one source apart that failed verification, where the source wants that. Its
 * answer to one that is kept is that to a new event. Safe for use by many threads.
 */
final class Isolation {

  private static final String FULL = "quarantine-full";

  private static final Logger LOG = LoggerFactory.getLogger(Isolation.class);

  /** Credentials, and what a browser or proxy adds of them. */
  private static final Set<String> NOT_KEPT =
      Set.of("authorization", "proxy-authorization", "cookie");

  /** How long a full quarantine is not asked again. */
  private static final long FULL_MILLIS = 1_000;

  /** What a sender is told to wait, and how often the log tells of a full one. */
  private static final long RETRY_AFTER_SECONDS = 300;

  private final SourceDefinition definition;
  private final Intake inbox;
  private final RequestAudit rejections;
  private final InstantSource clock;
  private final AuditRate hinted = new AuditRate();
  private final AtomicLong fullUntil = new AtomicLong();
  private final AtomicLong toldUntil = new AtomicLong();

  Isolation(
      SourceDefinition definition, Intake inbox, RequestAudit rejections, InstantSource clock) {
    this.definition = definition;
    this.inbox = inbox;
    this.rejections = rejections;
    this.clock = clock;
  }

  /** Whether a request that was refused for this is to be kept. */
  boolean wants(Rejected rejected) {
    return definition.quarantine() && rejected.reason().isCurable();
  }

  /**
   * @param sent the request as it came
   * @param detail why, with a hint; asked for at a bounded rate, since it costs time
   * @return completes with the answer, after the commit where that is 2xx; never exceptionally
   */
  CompletionStage<Answer> keep(
      WebhookRequest sent, Rejected rejected, Supplier<String> detail, Reference reference) {
    if (clock.millis() < fullUntil.get()) {
      return CompletableFuture.completedStage(full());
    }
    UnverifiedRequest request =
        new UnverifiedRequest(
            reference,
            definition.name(),
            sent.query(),
            kept(sent.headers()),
            sent.remoteAddress(),
            sent.body(),
            rejected.reason().code(),
            hinted.admits(clock.millis()) ? detail.get() : rejected.detail());
    try {
      return inbox
          .quarantine()
          .keep(request)
          .handle((kept, failure) -> failure == null ? answer(kept, request) : Answers.storeDown());
    } catch (RuntimeException e) {
      // Against its contract; but never a 2xx for what is not known to be kept.
      return CompletableFuture.completedStage(Answers.storeDown());
    }
  }

  private Map<String, List<String>> kept(Map<String, List<String>> headers) {
    Map<String, List<String>> kept = new HashMap<>(headers);
    NOT_KEPT.forEach(
        name -> {
          if (!definition.scheme().readsHeader(name)) {
            kept.remove(name);
          }
        });
    return kept;
  }

  private Answer answer(Kept kept, UnverifiedRequest request) {
    return switch (kept) {
      case KEPT ->
          Answers.accepted(definition, request.reference())
              .as(RequestOutcome.quarantined(request.reason()));
      case FULL -> {
        fullUntil.set(clock.millis() + FULL_MILLIS);
        yield full();
      }
      case TOO_LARGE -> {
        rejections.add(
            FULL,
            () ->
                "its body has no room: release or discard what is there, or raise quarantine-size");
        tell();
        yield Answers.tooMany(RETRY_AFTER_SECONDS, RequestOutcome.rejected(FULL));
      }
      case LINE_FULL -> Answers.storeBusy();
      case NOT_STORED -> Answers.storeDown();
    };
  }

  /** The sender is asked to come again: it may be an honest one, and nothing of it is kept. */
  private Answer full() {
    rejections.add(FULL, () -> "release or discard what is in quarantine");
    tell();
    return Answers.tooMany(RETRY_AFTER_SECONDS, RequestOutcome.rejected(FULL));
  }

  private void tell() {
    long now = clock.millis();
    long told = toldUntil.get();
    if (now >= told && toldUntil.compareAndSet(told, now + RETRY_AFTER_SECONDS * 1_000)) {
      LOG.warn(
          "The quarantine of the source '{}' is full, so that its requests with a signature that is"
              + " not valid get 429: mend its secrets, then release or discard what is there",
          definition.name());
    }
  }
}
