package io.gammawebhook.registration;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.registration.api.ApiOutcome.Refused;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A process that dies at one of its steps: before or after the API has done a call, or before or
 * after the store has committed. It does nothing from then on, not even give its turn back.
 */
final class Mortal implements RegistrationStore, MemoryApi.Fate {

  /** The end of the process. */
  static final class Death extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private final RegistrationStore store;
  private final int last;
  private int steps;

  /**
   * @param last the step that it does not live to see, counted from 1
   */
  Mortal(RegistrationStore store, int last) {
    this.store = store;
    this.last = last;
  }

  /** How many steps it has made. */
  int steps() {
    return steps;
  }

  private void step() {
    if (++steps >= last) {
      throw new Death();
    }
  }

  private void alive() {
    if (steps >= last) {
      throw new Death();
    }
  }

  private <T> T live(Supplier<T> call) {
    alive();
    return call.get();
  }

  @Override
  public @Nullable Refused<Object> before(String call) {
    step();
    return null;
  }

  @Override
  public @Nullable Refused<Object> after(String call) {
    step();
    return null;
  }

  @Override
  public boolean save(
      Turn turn,
      Entry entry,
      List<StoredSecret> secrets,
      List<Integer> drop,
      List<AuditEntry> audit) {
    step();
    boolean saved = store.save(turn, entry, secrets, drop, audit);
    step();
    return saved;
  }

  @Override
  public List<Entry> entries() {
    return live(store::entries);
  }

  @Override
  public List<StoredSecret> secrets() {
    return live(store::secrets);
  }

  @Override
  public Optional<Turn> take(String registration, Duration lease) {
    return live(() -> store.take(registration, lease));
  }

  @Override
  public Optional<Turn> renew(Turn turn, Duration lease) {
    return live(() -> store.renew(turn, lease));
  }

  @Override
  public void end(Turn turn) {
    alive();
    store.end(turn);
  }

  @Override
  public void used(String registration, int version) {
    alive();
    store.used(registration, version);
  }

  @Override
  public void record(AuditEntry entry) {
    alive();
    store.record(entry);
  }

  @Override
  public Instant now() {
    return live(store::now);
  }

  @Override
  public boolean isPrivate() {
    return store.isPrivate();
  }
}
