package io.gammawebhook.store;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.audit.AuditKind;
import io.gammawebhook.audit.Operator;
import io.gammawebhook.event.StorableText;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.DeliveryOrder;
import io.gammawebhook.inbox.EventState;
import io.gammawebhook.inbox.FoundEvent;
import io.gammawebhook.inbox.FoundEvent.FoundDelivery;
import io.gammawebhook.inbox.Operations.Request;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an operation does to one event that fits. Everything is looked at again in the transaction
 * that changes it, so nothing that has moved on since the search is changed.
 */
final class OperationStep {

  private static final String NO_SUBSCRIPTION =
      "without a subscription (name one as the target, or with --to)";
  private static final String OTHER_SOURCE = "of a source without the target";
  private static final String NO_BODY = "without a body";
  private static final String OPEN = "on the way already";
  private static final String AT_WORK = "at work";
  private static final String DELIVERED = "delivered already (again, or --again, repeats that)";
  private static final String RETIRED = "with a retired subscription";
  private static final String NOT_DEAD = "no dead letter any more";
  private static final String GONE = "gone";

  private final Dialect dialect;
  private final OperatorOrders orders;

  OperationStep(Dialect dialect, OperatorOrders orders) {
    this.dialect = dialect;
    this.orders = orders;
  }

  /** Counts what was done and what was not. Used by one thread. */
  static final class Tally {
    private final Map<String, Long> skippedBefore;
    private final Map<String, Long> skipped = new TreeMap<>();
    private final Set<Integer> woken = new HashSet<>();
    private long done;

    /**
     * @param skippedBefore how many were skipped before, by the reason
     */
    Tally(Map<String, Long> skippedBefore) {
      this.skippedBefore = skippedBefore;
      begin();
    }

    /** Begins anew: a batch may be run again, one write after the other. */
    final void begin() {
      done = 0;
      woken.clear();
      skipped.clear();
      skipped.putAll(skippedBefore);
    }

    void add() {
      done++;
    }

    void skip(String why) {
      skipped.merge(why, 1L, Long::sum);
    }

    long done() {
      return done;
    }

    /** By the reason, with those before. */
    Map<String, Long> skipped() {
      return skipped;
    }

    /** Subscriptions with something new to do. */
    Set<Integer> woken() {
      return woken;
    }
  }

  void run(Batch batch, Request request, FoundEvent event, Operator operator, Tally tally)
      throws SQLException {
    switch (request.kind()) {
      case REPLAY -> replay(batch, request, event, operator, tally);
      case DISCARD -> discard(batch, request, event, operator, tally);
      case ERASE -> erase(batch, request, event, operator, tally);
    }
  }

  private void replay(
      Batch batch, Request request, FoundEvent event, Operator operator, Tally tally)
      throws SQLException {
    List<Target> targets = targets(batch.connection(), request, event, tally);
    for (Target target : targets) {
      String obstacle = obstacle(batch.connection(), request, event, target);
      if (obstacle != null) {
        tally.skip(obstacle);
      } else if (request.dryRun()) {
        tally.add();
      } else {
        DeliveryOrder order =
            target.newest == null
                ? orders.deliverFirst(batch, event.reference(), target.number, operator)
                : orders.replay(batch, target.newest.delivery(), true, operator);
        String refusal = refusal(order);
        if (refusal == null) {
          tally.add();
          tally.woken.add(target.number);
        } else {
          tally.skip(refusal);
        }
      }
    }
  }

  /**
   * Where an event is to go.
   *
   * @param newest its newest run there; null if it never was on its way there
   */
  private record Target(int number, @Nullable FoundDelivery newest) {}

  private static List<Target> targets(Connection c, Request request, FoundEvent event, Tally tally)
      throws SQLException {
    List<Target> targets = new ArrayList<>();
    SubscriptionName name = request.target();
    if (name != null) {
      Integer number = number(c, event, name);
      if (number == null) {
        tally.skip(OTHER_SOURCE);
        return List.of();
      }
      targets.add(
          new Target(
              number,
              event.deliveries().stream()
                  .filter(d -> d.newest() && d.delivery().subscription() == number)
                  .findFirst()
                  .orElse(null)));
      return targets;
    }
    for (FoundDelivery delivery : event.deliveries()) {
      if (request.filter().state() == EventState.UNSUBSCRIBED
          ? delivery.newest()
          : EventScan.fits(request.filter(), delivery)) {
        targets.add(new Target(delivery.delivery().subscription(), delivery));
      }
    }
    if (event.deliveries().isEmpty()) {
      tally.skip(NO_SUBSCRIPTION);
    }
    return targets;
  }

  private static @Nullable Integer number(Connection c, FoundEvent event, SubscriptionName name)
      throws SQLException {
    try (PreparedStatement s =
        c.prepareStatement(
            "select number from webhook_subscription where source = ? and name = ?")) {
      s.setString(1, event.source().value());
      s.setString(2, name.value());
      try (ResultSet r = s.executeQuery()) {
        return r.next() ? (Integer) r.getInt("number") : null;
      }
    }
  }

  /** Why it would be refused, as far as the search shows; null if nothing is in the way. */
  private static @Nullable String obstacle(
      Connection c, Request request, FoundEvent event, Target target) throws SQLException {
    FoundDelivery newest = target.newest;
    if (event.bytes() < 0) {
      return NO_BODY;
    }
    if (newest != null
        && (newest.state() == EventState.WAITING || newest.state() == EventState.LEASED)) {
      return OPEN;
    }
    if (newest != null && newest.state() == EventState.DELIVERED && !request.again()) {
      return DELIVERED;
    }
    return OperatorOrders.isRetired(c, target.number) ? RETIRED : null;
  }

  private static @Nullable String refusal(DeliveryOrder order) {
    if (order instanceof DeliveryOrder.Done) {
      return null;
    }
    if (order instanceof DeliveryOrder.BodyGone) {
      return NO_BODY;
    }
    if (order instanceof DeliveryOrder.SubscriptionRetired) {
      return RETIRED;
    }
    if (order instanceof DeliveryOrder.DeliveredSince) {
      return DELIVERED;
    }
    return order instanceof DeliveryOrder.Unknown ? GONE : OPEN;
  }

  private void discard(
      Batch batch, Request request, FoundEvent event, Operator operator, Tally tally)
      throws SQLException {
    for (FoundDelivery delivery : event.deliveries()) {
      if (!EventScan.fits(request.filter(), delivery)) {
        continue;
      }
      if (delivery.state() != EventState.DEAD) {
        tally.skip(NOT_DEAD);
      } else if (request.dryRun()
          || orders.discard(batch, delivery.delivery(), operator) instanceof DeliveryOrder.Done) {
        tally.add();
      } else {
        tally.skip(NOT_DEAD);
      }
    }
  }

  private void erase(Batch batch, Request request, FoundEvent event, Operator operator, Tally tally)
      throws SQLException {
    Connection c = batch.connection();
    if (event.bytes() < 0) {
      tally.skip(NO_BODY);
    } else if (isLeased(c, event)) {
      tally.skip(AT_WORK);
    } else if (request.dryRun()) {
      tally.add();
    } else {
      erase(batch, event, operator);
      tally.add();
    }
  }

  private boolean isLeased(Connection c, FoundEvent event) throws SQLException {
    try (PreparedStatement s =
        c.prepareStatement(
            "select 1 from webhook_delivery where reference = ? and state || '' = 'leased'")) {
      dialect.setReference(s, 1, event.reference());
      try (ResultSet r = s.executeQuery()) {
        return r.next();
      }
    }
  }

  private void erase(Batch batch, FoundEvent event, Operator operator) throws SQLException {
    Connection c = batch.connection();
    try (PreparedStatement s =
        c.prepareStatement(
            "update webhook_delivery set state = 'discarded', ended_at = ?, reason = ?, detail = ?"
                + " where reference = ? and state || '' in ('waiting', 'dead')")) {
      s.setLong(1, batch.now());
      s.setString(2, StorableText.of(operator.who()));
      s.setString(3, StorableText.of(operator.why()));
      dialect.setReference(s, 4, event.reference());
      s.executeUpdate();
    }
    // No subscription that comes later may take an event without its body.
    try (PreparedStatement s =
        c.prepareStatement(
            "update webhook_event set headers = '{}', ordering_key = null, trace_parent = null,"
                + " trace_state = null, subscribed = case when subscribed = 0 then 2 else subscribed"
                + " end where reference = ?")) {
      dialect.setReference(s, 1, event.reference());
      s.executeUpdate();
    }
    try (PreparedStatement s = c.prepareStatement("delete from webhook_body where reference = ?")) {
      dialect.setReference(s, 1, event.reference());
      s.executeUpdate();
    }
    batch.audit(
        AuditEntry.ofOperator(
            event.reference(), AuditKind.ERASED, event.source(), event.eventId(), null, operator));
  }
}
