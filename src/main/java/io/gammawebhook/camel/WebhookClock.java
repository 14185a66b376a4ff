package io.gammawebhook.camel;

import java.time.InstantSource;
import org.apache.camel.CamelContext;
import org.apache.camel.support.CamelContextHelper;
import org.jspecify.annotations.Nullable;

/**
 * The time of day that this node's plug-in goes by: that of an embedded store, with its due times
 * and leases, and that of signatures. A bean of this type, in the Camel registry or among Spring's,
 * takes the place of the machine's clock; it is there for tests, which move time. In a database
 * that several nodes share, due times and leases go by the database's clock all the same.
 *
 * @param time safe for use by many threads; it never goes back
 */
public record WebhookClock(InstantSource time) {

  /** The machine's clock. */
  public static final WebhookClock SYSTEM = new WebhookClock(InstantSource.system());

  /** The time of a context: that of the clock in its registry, else the machine's. */
  public static InstantSource of(CamelContext context) {
    @Nullable WebhookClock bound = CamelContextHelper.findSingleByType(context, WebhookClock.class);
    return bound == null ? SYSTEM.time() : bound.time();
  }
}
