package io.gammawebhook.camel;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.event.WebhookEvent;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.Intake;
import io.gammawebhook.inbox.Quarantine;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The receiving side of an inbox that is found at its first use, and is the same from then on. */
final class LateIntake implements Intake {

  private final Supplier<? extends Intake> inbox;
  private volatile @Nullable Intake found;

  LateIntake(Supplier<? extends Intake> inbox) {
    this.inbox = inbox;
  }

  @Override
  public CompletionStage<Acceptance> accept(WebhookEvent event) {
    return found().accept(event);
  }

  @Override
  public CompletionStage<Void> record(AuditEntry entry) {
    return found().record(entry);
  }

  @Override
  public Quarantine quarantine() {
    return found().quarantine();
  }

  private Intake found() {
    @Nullable Intake known = found;
    if (known == null) {
      // Not looked up again: after a stop that would open the store once more.
      known = inbox.get();
      found = known;
    }
    return known;
  }
}
