package io.gammawebhook.inbox;

import java.time.Duration;

/**
 * How long what is finished is kept, counted from its receipt by the store's clock. What is not
 * finished (an event with a delivery that waits or is at work, or with a dead letter that has not
 * been replayed) is kept for ever, whatever its age. Each is 1 h to 3,650 d; the keys at least 1 d.
 *
 * @param bodies raw bodies of finished events, without which nothing can be replayed
 * @param unsubscribed bodies of events that no subscription has wanted: so long a subscription that
 *     comes late still gets them; at least {@code bodies}
 * @param dedupKeys events and their deliveries, where the sender's signature covers the time; at
 *     least {@code unsubscribed}. An event that comes again after it is accepted as new.
 * @param untimedDedupKeys the same where nothing signed has a time, so that a captured request
 *     stays valid for as long as its secret; at least {@code dedupKeys}
 * @param audit audit entries; at least {@code bodies}
 * @param quarantine requests in quarantine; at most {@code dedupKeys}, or one that is released late
 *     could be an event a second time
 */
public record Retention(
    Duration bodies,
    Duration unsubscribed,
    Duration dedupKeys,
    Duration untimedDedupKeys,
    Duration audit,
    Duration quarantine) {

  private static final Duration LONGEST = Duration.ofDays(3650);

  public static final Retention DEFAULT =
      new Retention(
          Duration.ofDays(7),
          Duration.ofDays(30),
          Duration.ofDays(30),
          Duration.ofDays(400),
          Duration.ofDays(90),
          Duration.ofDays(14));

  /**
   * @throws IllegalArgumentException if one is out of its bounds; the message names the property
   *     and the cure
   */
  public Retention {
    bounded("retention", bodies, Duration.ofHours(1));
    bounded("unsubscribed-retention", unsubscribed, Duration.ofHours(1));
    bounded("dedup-retention", dedupKeys, Duration.ofDays(1));
    bounded("untimed-dedup-retention", untimedDedupKeys, Duration.ofDays(1));
    bounded("audit-retention", audit, Duration.ofHours(1));
    ordered("retention", bodies, "dedup-retention", dedupKeys);
    ordered("retention", bodies, "unsubscribed-retention", unsubscribed);
    ordered("unsubscribed-retention", unsubscribed, "dedup-retention", dedupKeys);
    ordered("dedup-retention", dedupKeys, "untimed-dedup-retention", untimedDedupKeys);
    ordered("retention", bodies, "audit-retention", audit);
    bounded("quarantine-retention", quarantine, Duration.ofHours(1));
    ordered("quarantine-retention", quarantine, "dedup-retention", dedupKeys);
  }

  private static void bounded(String property, Duration value, Duration least) {
    if (value.compareTo(least) < 0 || value.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "gamma.webhook.inbox."
              + property
              + " must be between "
              + text(least)
              + " and 3650d, was "
              + text(value));
    }
  }

  private static void ordered(String shorter, Duration value, String longer, Duration limit) {
    if (value.compareTo(limit) > 0) {
      throw new IllegalArgumentException(
          "gamma.webhook.inbox."
              + longer
              + " ("
              + text(limit)
              + ") must be at least gamma.webhook.inbox."
              + shorter
              + " ("
              + text(value)
              + "): raise the one or lower the other");
    }
  }

  /** As it is written in a configuration, in the largest unit that is exact. */
  private static String text(Duration value) {
    if (value.toSeconds() % 86_400 == 0) {
      return value.toDays() + "d";
    }
    if (value.toSeconds() % 3_600 == 0) {
      return value.toHours() + "h";
    }
    return value.toSeconds() + "s";
  }
}
