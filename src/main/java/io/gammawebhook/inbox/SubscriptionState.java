package io.gammawebhook.inbox;

import java.util.Locale;

/** What a subscription gets. The names are stored in lower case, so they never change. */
public enum SubscriptionState {
  /** Its events become deliveries, and workers take them. */
  ACTIVE,
  /** Its events become deliveries, which wait; no worker of any node takes one. */
  PAUSED,
  /** It gets no events any more; what it had stays as it is, and no worker takes it. */
  RETIRED;

  /** The name as it is stored and shown. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static SubscriptionState of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
