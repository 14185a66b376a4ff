package io.gammawebhook.registration;

import io.gammawebhook.event.SourceName;
import io.gammawebhook.registration.RegistrationStatus.State;
import io.gammawebhook.registration.RegistrationStore.Entry;
import io.gammawebhook.registration.RegistrationStore.Made;
import io.gammawebhook.registration.api.Registered;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A registration's row while it is being changed; what each part means stands in {@link Entry}. */
final class Draft {

  /** How often in any 24 hours an entry is made by itself. */
  static final int MOST_CREATES_A_DAY = 3;

  /** How often in any 24 hours it is changed to the same settings by itself. */
  static final int MOST_UPDATES_A_DAY = 10;

  private static final Duration DAY = Duration.ofDays(1);

  /** How long a list may lack an entry that was made. */
  private static final Duration LIST_TIME = Duration.ofMinutes(10);

  /** How many lists have to lack it, the one right after it was made included. */
  private static final int LOOKS = 4;

  private static final int MOST_MADE = 20;

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
  List<Instant> updatedAt = List.of();
  List<Made> made = List.of();
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
      draft.updatedAt = stored.updatedAt();
      draft.made = stored.made();
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
        updatedAt,
        made,
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
    made = List.of();
    rotating = false;
    removed = true;
    ending = 0;
    changedAt = now;
  }

  /** How often it was switched on by rule in the day before. */
  int enables(Instant now) {
    return within(enabledAt, now);
  }

  void enabled(Instant now) {
    enabledAt = with(enabledAt, now);
  }

  /** How often it was changed to the same settings in the day before. */
  int updates(Instant now) {
    return within(updatedAt, now);
  }

  void updated(Instant now) {
    updatedAt = with(updatedAt, now);
  }

  /** An operator wants it, or other settings: it is done as often as ever. */
  void countUpdatesAnew() {
    updatedAt = List.of();
  }

  /** With other settings the list may be another one; what may only be late is still awaited. */
  void countCreatesAnew(Instant now) {
    made = made.stream().filter(each -> isAwaited(each, now)).toList();
  }

  private static int within(List<Instant> times, Instant now) {
    return (int) times.stream().filter(at -> at.isAfter(now.minus(DAY))).count();
  }

  private static List<Instant> with(List<Instant> times, Instant now) {
    List<Instant> all = new ArrayList<>(times);
    all.add(now);
    all.removeIf(at -> !at.isAfter(now.minus(DAY)));
    // Orders have no limit, so their number is bounded here.
    return List.copyOf(all.subList(Math.max(0, all.size() - 200), all.size()));
  }

  /** The API has made an entry. */
  void made(String id, Instant now) {
    List<Made> all = new ArrayList<>(made);
    all.removeIf(each -> each.id().equals(id));
    all.add(new Made(id, now, 0, false));
    made = List.copyOf(all.subList(Math.max(0, all.size() - MOST_MADE), all.size()));
  }

  /** The API has listed its entries. */
  void listed(List<Registered> all, Instant now) {
    Set<String> there = all.stream().map(Registered::id).collect(Collectors.toSet());
    // A list that shows one is right about the others that had their time.
    boolean shows = made.stream().anyMatch(each -> there.contains(each.id()));
    made =
        made.stream()
            .map(
                each ->
                    each.settled() || there.contains(each.id()) || (shows && !isAwaited(each, now))
                        ? new Made(each.id(), each.at(), each.misses(), true)
                        : new Made(each.id(), each.at(), each.misses() + 1, false))
            .filter(each -> !each.settled() || each.at().isAfter(now.minus(DAY)))
            .toList();
  }

  /** Those that were made, and that no list has shown. */
  List<Made> unseen() {
    return made.stream().filter(each -> !each.settled()).toList();
  }

  /** How often an entry was made in the day before, or was made and never seen. */
  int creates(Instant now) {
    return (int)
        made.stream().filter(each -> !each.settled() || each.at().isAfter(now.minus(DAY))).count();
  }

  /** Whether ours was made so short a time ago that the API's list may only be late. */
  boolean isAwaited(Instant now) {
    return made.stream().anyMatch(each -> each.id().equals(apiId) && isAwaited(each, now));
  }

  private static boolean isAwaited(Made made, Instant now) {
    return !made.settled() && (made.misses() < LOOKS || made.at().isAfter(now.minus(LIST_TIME)));
  }
}
