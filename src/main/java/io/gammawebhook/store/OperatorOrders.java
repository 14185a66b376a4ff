package io.gammawebhook.store;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.audit.AuditKind;
import io.gammawebhook.audit.Operator;
import io.gammawebhook.event.DeliveryId;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.ReferenceGenerator;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.StorableText;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.DeliveryOrder;
import io.gammawebhook.inbox.SubscriptionState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What operators order by hand, each with its audit entry in the same transaction; the same on
 * every database.
 */
final class OperatorOrders {

  /**
   * Checks and inserts in one statement. Of two that run at once, both make the same next run, so
   * the primary key lets one of them through.
   */
  private static final String REPLAY =
      "insert into webhook_delivery"
          + " (reference, subscription, run, state, attempt, epoch, due_at, created_at)"
          + " select reference, subscription, max(run) + 1, 'waiting', 0, 0, ?, ?"
          + " from webhook_delivery where reference = ? and subscription = ?"
          + " and exists (select 1 from webhook_subscription where number = ?"
          + " and state <> 'retired')"
          + " group by reference, subscription"
          + " having sum(case when state in ('waiting', 'leased') then 1 else 0 end) = 0"
          + " and sum(case when run = ? then 1 else 0 end) = 1"
          + " and sum(case when state = 'delivered' and run > ? then 1 else 0 end) = 0"
          + " on conflict (reference, subscription, run) do nothing returning run";

  /** What has been due for longer keeps its place. */
  private static final String MAKE_DUE =
      "update webhook_delivery set due_at = case when due_at > ? then ? else due_at end"
          + " where reference = ? and subscription = ? and run = ? and state = 'waiting'"
          + " and exists (select 1 from webhook_subscription where number = ?"
          + " and state <> 'retired')";

  private static final String DISCARD =
      "update webhook_delivery set state = 'discarded', reason = ?, detail = ?"
          + " where reference = ? and subscription = ? and run = ? and state = 'dead'"
          + " and not exists (select 1 from webhook_delivery other"
          + " where other.reference = webhook_delivery.reference"
          + " and other.subscription = webhook_delivery.subscription"
          + " and other.state in ('waiting', 'leased'))";

  private final Dialect dialect;
  private final DeliveryQueries deliveries;
  private final ReferenceGenerator references;

  OperatorOrders(Dialect dialect, DeliveryQueries deliveries, RandomGenerator random) {
    this.dialect = dialect;
    this.deliveries = deliveries;
    this.references = new ReferenceGenerator(random);
  }

  /**
   * @param again whether it goes also if a later run was delivered
   */
  DeliveryOrder replay(Batch batch, DeliveryId delivery, boolean again, Operator operator)
      throws SQLException {
    return untilDecided(() -> tryReplay(batch, delivery, again, operator));
  }

  /** Tries again as long as what was in the way has gone by the time it is looked at. */
  private static DeliveryOrder untilDecided(Try once) throws SQLException {
    DeliveryOrder order = null;
    while (order == null) {
      order = once.carryOut();
    }
    return order;
  }

  /** Carries an order out, or says why not; null if there is no reason any more. */
  private interface Try {
    @Nullable DeliveryOrder carryOut() throws SQLException;
  }

  /** Null if the run that was in the way has ended since: then there is no reason to refuse. */
  private @Nullable DeliveryOrder tryReplay(
      Batch batch, DeliveryId delivery, boolean again, Operator operator) throws SQLException {
    Connection c = batch.connection();
    if (!hasBody(c, delivery)) {
      return Runs.of(dialect, c, delivery).own() == null
          ? new DeliveryOrder.Unknown()
          : new DeliveryOrder.BodyGone();
    }
    try (PreparedStatement s = c.prepareStatement(REPLAY)) {
      s.setLong(1, batch.now());
      s.setLong(2, batch.now());
      dialect.setReference(s, 3, delivery.reference());
      s.setInt(4, delivery.subscription());
      s.setInt(5, delivery.subscription());
      s.setInt(6, delivery.run());
      s.setInt(7, again ? Integer.MAX_VALUE : delivery.run());
      try (ResultSet r = s.executeQuery()) {
        if (r.next()) {
          DeliveryId next =
              new DeliveryId(delivery.reference(), delivery.subscription(), r.getInt("run"));
          audit(batch, AuditKind.REPLAYED, next, operator);
          return new DeliveryOrder.Done(next);
        }
      }
    }
    Runs runs = Runs.of(dialect, c, delivery);
    String own = runs.own();
    if (own == null) {
      return new DeliveryOrder.Unknown();
    }
    if (Runs.isOpen(own)) {
      return new DeliveryOrder.WrongState(own);
    }
    if (isRetired(c, delivery.subscription())) {
      return new DeliveryOrder.SubscriptionRetired();
    }
    DeliveryId delivered = runs.deliveredSince();
    if (runs.open() == null && delivered != null && !again) {
      return new DeliveryOrder.DeliveredSince(delivered);
    }
    return runs.open();
  }

  /**
   * Delivers an event to a subscription that never had it.
   *
   * @param subscription of the event's source
   */
  DeliveryOrder deliverFirst(Batch batch, Reference reference, int subscription, Operator operator)
      throws SQLException {
    Connection c = batch.connection();
    DeliveryId first = new DeliveryId(reference, subscription, 0);
    if (!hasBody(c, first)) {
      return new DeliveryOrder.BodyGone();
    }
    if (isRetired(c, subscription)) {
      return new DeliveryOrder.SubscriptionRetired();
    }
    try (PreparedStatement s =
        c.prepareStatement(
            "insert into webhook_delivery"
                + " (reference, subscription, run, state, attempt, epoch, due_at, created_at)"
                + " values (?, ?, 0, 'waiting', 0, 0, ?, ?)"
                + " on conflict (reference, subscription, run) do nothing")) {
      dialect.setReference(s, 1, reference);
      s.setInt(2, subscription);
      s.setLong(3, batch.now());
      s.setLong(4, batch.now());
      if (s.executeUpdate() == 0) {
        return new DeliveryOrder.AnotherIsOpen(first, "waiting");
      }
    }
    try (PreparedStatement s =
        c.prepareStatement("update webhook_event set subscribed = 1 where reference = ?")) {
      dialect.setReference(s, 1, reference);
      s.executeUpdate();
    }
    audit(batch, AuditKind.REPLAYED, first, operator);
    return new DeliveryOrder.Done(first);
  }

  /** Whether the event can be delivered; if so, it can until the end of this transaction. */
  private boolean hasBody(Connection c, DeliveryId delivery) throws SQLException {
    try (PreparedStatement s =
        c.prepareStatement(
            "select reference from webhook_body where reference = ?" + dialect.lockForUse())) {
      dialect.setReference(s, 1, delivery.reference());
      try (ResultSet r = s.executeQuery()) {
        return r.next();
      }
    }
  }

  DeliveryOrder discard(Batch batch, DeliveryId delivery, Operator operator) throws SQLException {
    return untilDecided(() -> tryDiscard(batch, delivery, operator));
  }

  /** Null if the run that was in the way has ended since. */
  private @Nullable DeliveryOrder tryDiscard(Batch batch, DeliveryId delivery, Operator operator)
      throws SQLException {
    Connection c = batch.connection();
    try (PreparedStatement s = c.prepareStatement(DISCARD)) {
      s.setString(1, StorableText.of(operator.who()));
      s.setString(2, StorableText.of(operator.why()));
      dialect.setReference(s, 3, delivery.reference());
      s.setInt(4, delivery.subscription());
      s.setInt(5, delivery.run());
      if (s.executeUpdate() == 1) {
        audit(batch, AuditKind.DISCARDED, delivery, operator);
        return new DeliveryOrder.Done(delivery);
      }
    }
    Runs runs = Runs.of(dialect, c, delivery);
    String own = runs.own();
    if (own == null) {
      return new DeliveryOrder.Unknown();
    }
    return own.equals("dead") ? runs.open() : new DeliveryOrder.WrongState(own);
  }

  DeliveryOrder makeDue(Batch batch, DeliveryId delivery, Operator operator) throws SQLException {
    return untilDecided(() -> tryMakeDue(batch, delivery, operator));
  }

  /** Null if it was at work and waits again since. */
  private @Nullable DeliveryOrder tryMakeDue(Batch batch, DeliveryId delivery, Operator operator)
      throws SQLException {
    Connection c = batch.connection();
    try (PreparedStatement s = c.prepareStatement(MAKE_DUE)) {
      s.setLong(1, batch.now());
      s.setLong(2, batch.now());
      dialect.setReference(s, 3, delivery.reference());
      s.setInt(4, delivery.subscription());
      s.setInt(5, delivery.run());
      s.setInt(6, delivery.subscription());
      if (s.executeUpdate() == 1) {
        audit(batch, AuditKind.MADE_DUE, delivery, operator);
        return new DeliveryOrder.Done(delivery);
      }
    }
    String state = Runs.of(dialect, c, delivery).own();
    if (state == null) {
      return new DeliveryOrder.Unknown();
    }
    if (isRetired(c, delivery.subscription())) {
      return new DeliveryOrder.SubscriptionRetired();
    }
    return state.equals("waiting") ? null : new DeliveryOrder.WrongState(state);
  }

  /** Whether nothing takes the subscription's deliveries any more. */
  static boolean isRetired(Connection c, int subscription) throws SQLException {
    try (PreparedStatement s =
        c.prepareStatement("select state from webhook_subscription where number = ?")) {
      s.setInt(1, subscription);
      try (ResultSet r = s.executeQuery()) {
        // A row that a hand has deleted takes nothing either.
        return !r.next() || SubscriptionState.of(r.getString("state")) == SubscriptionState.RETIRED;
      }
    }
  }

  private void audit(Batch batch, AuditKind kind, DeliveryId delivery, Operator operator)
      throws SQLException {
    try (PreparedStatement s =
        batch
            .connection()
            .prepareStatement(
                "select s.source, e.event_id from webhook_subscription s"
                    + " left join webhook_event e on e.reference = ? where s.number = ?")) {
      dialect.setReference(s, 1, delivery.reference());
      s.setInt(2, delivery.subscription());
      try (ResultSet r = s.executeQuery()) {
        r.next();
        batch.audit(
            AuditEntry.ofOperator(
                delivery.reference(),
                kind,
                new SourceName(r.getString("source")),
                r.getString("event_id"),
                delivery,
                operator));
      }
    }
  }

  /**
   * A subscription, and its state before it was changed.
   *
   * @param next where {@link DeliveryQueries#takeUnsubscribed} goes on; null if it need not
   */
  record Change(int number, SubscriptionState before, @Nullable Reference next) {}

  /** Changes a subscription's state; empty if there is no such subscription. */
  Optional<Change> change(
      Batch batch,
      SourceName source,
      SubscriptionName name,
      SubscriptionState state,
      Operator operator)
      throws SQLException {
    Connection c = batch.connection();
    // No accepting transaction still goes by the state before when this one is committed.
    dialect.beginRegister(c);
    int number;
    SubscriptionState before;
    try (PreparedStatement s =
        c.prepareStatement(
            "select number, state from webhook_subscription where source = ? and name = ?")) {
      s.setString(1, source.value());
      s.setString(2, name.value());
      try (ResultSet r = s.executeQuery()) {
        if (!r.next()) {
          return Optional.empty();
        }
        number = r.getInt("number");
        before = SubscriptionState.of(r.getString("state"));
      }
    }
    Reference next = null;
    if (before != state) {
      update(c, number, state);
      if (before == SubscriptionState.RETIRED) {
        next = deliveries.takeUnsubscribed(batch, number, Reference.lowest(0));
      }
      batch.audit(
          AuditEntry.ofSubscription(
              references.next(batch.now()),
              kind(state),
              source,
              new AuditEntry.Subject(number, name),
              operator));
    }
    return Optional.of(new Change(number, before, next));
  }

  private static void update(Connection c, int number, SubscriptionState state)
      throws SQLException {
    try (PreparedStatement s =
        c.prepareStatement("update webhook_subscription set state = ? where number = ?")) {
      s.setString(1, state.text());
      s.setInt(2, number);
      s.executeUpdate();
    }
  }

  private static AuditKind kind(SubscriptionState state) {
    return switch (state) {
      case ACTIVE -> AuditKind.RESUMED;
      case PAUSED -> AuditKind.PAUSED;
      case RETIRED -> AuditKind.RETIRED;
    };
  }
}
