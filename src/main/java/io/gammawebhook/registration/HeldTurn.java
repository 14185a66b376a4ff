package io.gammawebhook.registration;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.audit.AuditKind;
import io.gammawebhook.event.Reference;
import io.gammawebhook.registration.RegistrationStore.StoredSecret;
import io.gammawebhook.registration.RegistrationStore.Turn;
import io.gammawebhook.registration.api.ApiOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A registration's turn while this node has it. What is changed and told in it waits until it is
 * saved, all of it or nothing. Used by one thread.
 */
final class HeldTurn {

  /** Another node has the turn: nothing more may be done. */
  static final class LostTurn extends Exception {
    private static final long serialVersionUID = 1;

    LostTurn() {
      super("Another node has the turn", null, false, false);
    }
  }

  final Draft draft;

  private final Tools tools;
  private final Turn turn;
  private final Reference reference;
  private final List<AuditEntry> audit = new ArrayList<>();
  private final List<StoredSecret> put = new ArrayList<>();
  private final List<Integer> drop = new ArrayList<>();
  private final List<String> done = new ArrayList<>();
  private Instant now;

  /**
   * @param reference by which the deeds are found in the audit
   */
  HeldTurn(Tools tools, Turn turn, Reference reference) {
    this.draft = Draft.of(tools.settings(), turn.entry());
    this.tools = tools;
    this.turn = turn;
    this.reference = reference;
    this.now = turn.now();
  }

  /** A later turn of the same registration, for the same deeds. */
  HeldTurn after(Turn later) {
    return new HeldTurn(tools, later, reference);
  }

  /** The secrets as they were stored when the turn was taken, newest first. */
  List<StoredSecret> secrets() {
    return turn.secrets();
  }

  /** The store's time when the turn was last known to be ours. */
  Instant now() {
    return now;
  }

  /** Calls the API, with the turn renewed for as long as that may take. */
  <T> ApiOutcome<T> call(Supplier<ApiOutcome<T>> call) throws LostTurn {
    // What is stored does not change in a turn, so only its time is taken over.
    now = tools.store().renew(turn, tools.lease()).orElseThrow(LostTurn::new).now();
    return call.get();
  }

  /** A secret that is new or changed. */
  void put(StoredSecret secret) {
    put.removeIf(each -> each.version() == secret.version());
    put.add(secret);
  }

  /** A secret that goes. */
  void drop(StoredSecret secret) {
    drop.add(secret.version());
  }

  /** What is written down with the next save. */
  void tell(AuditKind kind, String sentence) {
    if (kind != AuditKind.REGISTRATION_FAILED && kind != AuditKind.REGISTRATION_DISABLED) {
      done.add(Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1));
    }
    RegistrationSettings settings = tools.settings();
    audit.add(AuditEntry.of(reference, kind, settings.source(), null, settings.name(), sentence));
  }

  /** The deeds of this turn, as sentences. */
  List<String> done() {
    return List.copyOf(done);
  }

  void save() throws LostTurn {
    if (!tools.store().save(turn, draft.entry(), put, drop, audit)) {
      throw new LostTurn();
    }
    boolean changed = !put.isEmpty() || !drop.isEmpty();
    put.clear();
    drop.clear();
    audit.clear();
    if (changed) {
      tools.secretsChanged().run();
    }
  }
}
