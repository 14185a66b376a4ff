package io.gammawebhook.registration;

import io.gammawebhook.event.SourceName;
import io.gammawebhook.registration.RegistrationStatus.State;
import io.gammawebhook.registration.RegistrationStore.Entry;
import io.gammawebhook.registration.api.Registered;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A registration's row while it is being changed; what each part means stands in {@link Entry}. */
final class Draft {

  private static final Duration DAY = Duration.ofDays(1);

  final String name;
  SourceName source;
  String api;
  String url;
  @Nullable String apiId;
  @Nullable String settings;
  @Nullable String applied;
  @Nullable String print;
  @Nullable String creating;
  @Nullable String replaces;
  boolean rotating;
  @Nullable String kept;
  boolean removed;
  int ending;
  int ended;
  State state = State.UNKNOWN;
  String sentence = "";
  @Nullable String cure;
  int failures;
  List<Instant> enabledAt = List.of();
  @Nullable Instant limitedUntil;
  @Nullable Instant checkedAt;
  @Nullable Instant changedAt;
  @Nullable Instant nextCheckAt;

  private Draft(RegistrationSettings configured) {
    name = configured.name();
    source = configured.source();
    api = configured.api().name();
    url = configured.wanted().url();
  }

  /**
   * @param stored null if nothing is
   */
  static Draft of(RegistrationSettings configured, @Nullable Entry stored) {
    Draft draft = new Draft(configured);
    if (stored != null) {
      draft.apiId = stored.apiId();
      draft.settings = stored.settings();
      draft.applied = stored.applied();
      draft.print = stored.print();
      draft.creating = stored.creating();
      draft.replaces = stored.replaces();
      draft.rotating = stored.rotating();
      draft.kept = stored.kept();
      draft.removed = stored.removed();
      draft.ending = stored.ending();
      draft.ended = stored.ended();
      draft.state = stored.state();
      draft.sentence = stored.sentence();
      draft.cure = stored.cure();
      draft.failures = stored.failures();
      draft.enabledAt = stored.enabledAt();
      draft.limitedUntil = stored.limitedUntil();
      draft.checkedAt = stored.checkedAt();
      draft.changedAt = stored.changedAt();
      draft.nextCheckAt = stored.nextCheckAt();
    }
    return draft;
  }

  Entry entry() {
    return new Entry(
        name,
        source,
        api,
        url,
        apiId,
        settings,
        applied,
        print,
        creating,
        replaces,
        rotating,
        kept,
        removed,
        ending,
        ended,
        state,
        sentence,
        cure,
        failures,
        enabledAt,
        limitedUntil,
        checkedAt,
        changedAt,
        nextCheckAt);
  }

  /**
   * The API was told what is wanted.
   *
   * @param answer the entry as it is now, by the API's own answer
   */
  void told(RegistrationSettings wanted, Registered answer, Instant now) {
    List<Difference> left = Found.differences(wanted.wanted(), answer, wanted.api());
    applied = Fingerprints.of(wanted);
    kept = left.isEmpty() ? null : Fingerprints.of(left);
    changedAt = now;
  }

  /** There is no entry of ours any more, by an order. */
  void forget(Instant now) {
    apiId = null;
    applied = null;
    print = null;
    kept = null;
    creating = null;
    replaces = null;
    rotating = false;
    removed = true;
    ending = 0;
    changedAt = now;
  }

  /** How often it was switched on by rule in the day before. */
  int enables(Instant now) {
    return (int) enabledAt.stream().filter(at -> at.isAfter(now.minus(DAY))).count();
  }

  void enabled(Instant now) {
    List<Instant> all = new ArrayList<>(enabledAt);
    all.add(now);
    all.removeIf(at -> !at.isAfter(now.minus(DAY)));
    // Orders have no limit, so their number is bounded here.
    enabledAt = List.copyOf(all.subList(Math.max(0, all.size() - 200), all.size()));
  }
}
