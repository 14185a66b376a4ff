package io.gammawebhook.receive;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.audit.AuditKind;
import io.gammawebhook.audit.AuditRate;
import io.gammawebhook.event.ReferenceGenerator;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.inbox.Intake;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * Writes what strangers can bring about at one source, such as rejections, down within {@link
 * AuditRate}, so that nobody fills the disk; how many were left out is told by the next that is
 * written. Safe for use by many threads.
 */
final class RequestAudit {

  private final AuditKind kind;
  private final SourceName source;
  private final Intake inbox;
  private final ReferenceGenerator references;
  private final InstantSource clock;
  private final AuditRate rate = new AuditRate();

  RequestAudit(
      AuditKind kind,
      SourceName source,
      Intake inbox,
      ReferenceGenerator references,
      InstantSource clock) {
    this.kind = kind;
    this.source = source;
    this.inbox = inbox;
    this.references = references;
    this.clock = clock;
  }

  /**
   * @param detail is asked for only if the entry is written
   */
  void add(String reason, Supplier<String> detail) {
    if (!rate.admits(clock.millis())) {
      rate.leaveOut(1);
      return;
    }
    long before = rate.takeUnwritten();
    AuditEntry entry =
        AuditEntry.of(
            references.next(clock.millis()),
            kind,
            source,
            null,
            reason,
            before == 0
                ? detail.get()
                : detail.get() + "; " + before + " " + several() + " before this were not written");
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
      // The answer is the same whether or not the store can be written to.
      rate.leaveOut(before + 1);
    }
  }

  private String several() {
    return kind == AuditKind.REJECTED ? "rejections" : "handshakes";
  }
}
