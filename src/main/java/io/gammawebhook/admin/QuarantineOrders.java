package io.gammawebhook.admin;

import io.gammawebhook.audit.Operator;
import io.gammawebhook.camel.Receivers;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.WebhookEvent;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.Inbox;
import io.gammawebhook.inbox.Quarantine;
import io.gammawebhook.inbox.Quarantine.Entry;
import io.gammawebhook.inbox.StoreException;
import io.gammawebhook.receive.Receiver;
import io.gammawebhook.receive.Reverified;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What operators order about requests in quarantine. Safe for use by many threads. */
final class QuarantineOrders {

  /** One order looks at this many at most, so that it ends while its operator waits. */
  static final int MOST = 1_000;

  private final Supplier<Inbox> inbox;
  private final Supplier<Optional<Receivers>> receivers;

  /**
   * @param receivers empty where this node opens no source
   */
  QuarantineOrders(Supplier<Inbox> inbox, Supplier<Optional<Receivers>> receivers) {
    this.inbox = inbox;
    this.receivers = receivers;
  }

  /**
   * What an order came to.
   *
   * @param released how many are events now, or would be
   * @param duplicates how many were stored as events before
   * @param refused how many stay, by reason
   * @param detail what is said of the first that stays; null if none does
   * @param next where the rest begins; null if all were looked at
   * @param stopped why the rest was not looked at although it could have been; else null
   */
  record Outcome(
      int released,
      int duplicates,
      Map<String, Integer> refused,
      @Nullable String detail,
      @Nullable Reference next,
      @Nullable String stopped) {}

  /** What became of one. */
  private enum Result {
    RELEASED,
    DUPLICATE,
    STAYS,
    GONE
  }

  /**
   * Verifies one once more, and lets it be an event if it is valid.
   *
   * @param operator null to only verify
   * @return empty if it is not in quarantine
   * @throws InvalidRequestException if this node has not its source
   * @throws StoreException if the store cannot be read or written
   */
  Optional<Outcome> release(Reference reference, @Nullable Operator operator) {
    Count count = new Count();
    return release(reference, operator, count) == Result.GONE
        ? Optional.empty()
        : Optional.of(count.outcome(null, null));
  }

  /**
   * The same of those of a source, in the order of their receipt.
   *
   * @param after where to begin; null for the first
   * @throws InvalidRequestException if this node has not the source
   * @throws StoreException if the store cannot be read or written, and nothing was changed
   */
  Outcome release(SourceName source, @Nullable Reference after, @Nullable Operator operator) {
    receiver(source);
    List<Entry> entries = quarantine().list(source, after, MOST);
    Count count = new Count();
    Reference last = null;
    for (Entry entry : entries) {
      try {
        release(entry.reference(), operator, count);
      } catch (StoreException e) {
        if (last == null) {
          throw e;
        }
        // What was done until here is done, and is told.
        return count.outcome(last, e.getMessage());
      }
      last = entry.reference();
    }
    return count.outcome(entries.size() < MOST ? null : last, null);
  }

  private Result release(Reference reference, @Nullable Operator operator, Count count) {
    Quarantine.Found found = quarantine().find(reference).orElse(null);
    if (found == null) {
      return Result.GONE;
    }
    Receiver receiver = receiver(found.request().source());
    Reverified verified =
        receiver.reverify(
            found.request(), Instant.ofEpochMilli(found.receivedAt()), count.detail == null);
    if (verified instanceof Reverified.Refused refused) {
      count.stays(refused);
      return Result.STAYS;
    }
    WebhookEvent event = ((Reverified.Valid) verified).event();
    Result result = operator == null ? Result.RELEASED : accept(event, operator);
    count.add(result);
    return result;
  }

  private Result accept(WebhookEvent event, Operator operator) {
    Acceptance acceptance = quarantine().release(event, operator).orElse(null);
    if (acceptance == null) {
      return Result.GONE;
    }
    return acceptance instanceof Acceptance.Accepted ? Result.RELEASED : Result.DUPLICATE;
  }

  /**
   * Throws one away.
   *
   * @return whether it was in quarantine
   * @throws StoreException if the store cannot be read or written
   */
  boolean discard(Reference reference, Operator operator) {
    return quarantine()
        .find(reference)
        .map(found -> quarantine().discard(reference, found.request().source(), operator))
        .orElse(false);
  }

  /**
   * Throws those of a source away that are not valid; what could be released stays.
   *
   * @param after where to begin; null for the first
   * @throws StoreException if the store cannot be read or written, and nothing was changed
   */
  Discarded discard(SourceName source, @Nullable Reference after, Operator operator) {
    Receiver receiver = known(source);
    List<Entry> entries = quarantine().list(source, after, MOST);
    int discarded = 0;
    int valid = 0;
    Reference last = null;
    for (Entry entry : entries) {
      try {
        if (receiver != null && isValid(receiver, entry)) {
          valid++;
        } else {
          discarded += quarantine().discard(entry.reference(), source, operator) ? 1 : 0;
        }
      } catch (StoreException e) {
        if (last == null) {
          throw e;
        }
        return new Discarded(discarded, valid, last);
      }
      last = entry.reference();
    }
    return new Discarded(discarded, valid, entries.size() < MOST ? null : last);
  }

  private boolean isValid(Receiver receiver, Entry entry) {
    return quarantine()
        .find(entry.reference())
        .map(
            found ->
                receiver.reverify(found.request(), Instant.ofEpochMilli(found.receivedAt()), false))
        .filter(Reverified.Valid.class::isInstance)
        .isPresent();
  }

  /**
   * What was thrown away.
   *
   * @param valid how many stay, since they could be released
   * @param next where the rest begins; null if all were looked at
   */
  record Discarded(int discarded, int valid, @Nullable Reference next) {}

  private Quarantine quarantine() {
    return inbox.get().quarantine();
  }

  private @Nullable Receiver known(SourceName source) {
    return receivers.get().map(all -> all.forSource(source)).orElse(null);
  }

  private Receiver receiver(SourceName source) {
    Receiver receiver = known(source);
    if (receiver == null) {
      throw new InvalidRequestException(
          "This node has no source '"
              + source
              + "': ask one that has gamma.webhook.sources."
              + source
              + " and opens it");
    }
    return receiver;
  }

  /** Counts what became of them. Used by one thread. */
  private static final class Count {
    private final Map<String, Integer> refused = new TreeMap<>();
    private int released;
    private int duplicates;
    private @Nullable String detail;

    void stays(Reverified.Refused why) {
      refused.merge(why.reason(), 1, Integer::sum);
      detail = detail == null ? why.detail() : detail;
    }

    void add(Result result) {
      released += result == Result.RELEASED ? 1 : 0;
      duplicates += result == Result.DUPLICATE ? 1 : 0;
    }

    Outcome outcome(@Nullable Reference next, @Nullable String stopped) {
      return new Outcome(released, duplicates, new LinkedHashMap<>(refused), detail, next, stopped);
    }
  }
}
