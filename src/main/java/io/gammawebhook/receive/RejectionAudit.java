package io.gammawebhook.receive;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.audit.AuditKind;
import io.gammawebhook.event.ReferenceGenerator;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.inbox.Intake;
import io.gammawebhook.verify.Verification.Rejected;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes the rejections of one source down, {@value #BURST} at once and then one a second, so that
 * forgers cannot fill the disk; how many were left out is told by the next that is written. Safe
 * for use by many threads.
 */
final class RejectionAudit {

  static final int BURST = 60;

  private final SourceName source;
  private final Intake inbox;
  private final ReferenceGenerator references;
  private final InstantSource clock;
  private final RateLimit.Meter meter = new RateLimit.Meter(RateLimit.perSecond(1, BURST));
  private final AtomicLong unwritten = new AtomicLong();

  RejectionAudit(
      SourceName source, Intake inbox, ReferenceGenerator references, InstantSource clock) {
    this.source = source;
    this.inbox = inbox;
    this.references = references;
    this.clock = clock;
  }

  void add(Rejected rejected) {
    if (meter.refusal(RateLimit.nanos(clock.instant())) > 0) {
      unwritten.incrementAndGet();
      return;
    }
    long before = unwritten.getAndSet(0);
    AuditEntry entry =
        AuditEntry.of(
            references.next(clock.millis()),
            AuditKind.REJECTED,
            source,
            null,
            rejected.reason().code(),
            before == 0
                ? rejected.detail()
                : rejected.detail() + "; " + before + " rejections before this were not written");
    try {
      inbox
          .record(entry)
          .whenComplete(
              (done, failure) -> {
                if (failure != null) {
                  unwritten.addAndGet(before + 1);
                }
              });
    } catch (RuntimeException e) {
      // The answer is 401 whether or not the store can be written to.
      unwritten.addAndGet(before + 1);
    }
  }
}
