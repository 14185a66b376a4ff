package io.gammawebhook.receive;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.audit.AuditKind;
import io.gammawebhook.audit.AuditRate;
import io.gammawebhook.event.ReferenceGenerator;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.inbox.Intake;
import io.gammawebhook.verify.Verification.Rejected;
import java.time.InstantSource;

/**
 * Writes the rejections of one source down within {@link AuditRate}, so that forgers cannot fill
 * the disk; how many were left out is told by the next that is written. Safe for use by many
 * threads.
 */
final class RejectionAudit {

  private final SourceName source;
  private final Intake inbox;
  private final ReferenceGenerator references;
  private final InstantSource clock;
  private final AuditRate rate = new AuditRate();

  RejectionAudit(
      SourceName source, Intake inbox, ReferenceGenerator references, InstantSource clock) {
    this.source = source;
    this.inbox = inbox;
    this.references = references;
    this.clock = clock;
  }

  void add(Rejected rejected) {
    if (!rate.admits(clock.millis())) {
      rate.leaveOut(1);
      return;
    }
    long before = rate.takeUnwritten();
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
                  rate.leaveOut(before + 1);
                }
              });
    } catch (RuntimeException e) {
      // The answer is 401 whether or not the store can be written to.
      rate.leaveOut(before + 1);
    }
  }
}
