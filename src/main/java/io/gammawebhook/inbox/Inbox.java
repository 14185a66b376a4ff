package io.gammawebhook.inbox;

import io.gammawebhook.audit.Operator;
import io.gammawebhook.event.DeliveryId;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * The store of accepted events and their deliveries. Every method is one atomic step; all are safe
 * for use by many threads. The stages complete on the inbox's own threads, so what is chained to
 * them must not block.
 */
public interface Inbox extends Intake, AutoCloseable {

  /**
   * Makes the named subscription known, or brings its types up to date. A new one is active: it
   * gets every event that is accepted after this returns, and those that never had any
   * subscription. One that is known stays active, paused or retired.
   *
   * <p>Those that never had any are taken in steps, each atomic, so that millions of them neither
   * need memory nor hold up the others; what a crash leaves is taken at the next registration.
   *
   * @param types globs on the event type, such as {@code invoice.*}; empty for all
   * @throws StoreException if the store cannot be written
   */
  Subscription register(SourceName source, SubscriptionName name, List<String> types);

  /**
   * Says of a source whether its signature covers a time, which decides how long its dedup keys are
   * kept ({@link Retention}). To be called before the source's path opens; a source that nobody
   * spoke of is kept as one without.
   *
   * @throws StoreException if the store cannot be written
   */
  void receives(SourceName source, boolean signedTime);

  /**
   * From now on, deliveries of newly accepted events to this subscription are leased in the insert
   * and handed over at once, as long as {@code handOff} grants permits.
   */
  void attach(Subscription subscription, HandOff handOff);

  /** No hand-off any more; what is accepted waits in the store. */
  void detach(Subscription subscription);

  /**
   * Leases up to {@code max} due deliveries of the subscription, oldest due first: its attempt and
   * epoch rise, and no other claim gets it until the lease ends. Of a subscription that is not
   * active, nothing is leased. Together their bodies are about as large as those of one batch of
   * requests at most, so that a backlog of large ones is taken piece by piece.
   */
  CompletionStage<Claimed> claim(Subscription subscription, int max);

  /**
   * Ends an attempt. False if the lease's epoch is no longer the delivery's, so that another owner
   * has it: then nothing was changed.
   */
  CompletionStage<Boolean> finish(LeasedDelivery delivery, Outcome outcome);

  /** Extends the leases that are still ours, and returns those. */
  CompletionStage<Set<Lease>> renew(Collection<Lease> leases);

  /**
   * Makes a delivery that has ended (delivered, dead or discarded) go again, as the next run of its
   * event and subscription. It is refused while another run is open, so of concurrent calls one
   * makes a run; and after a later run was delivered, so that of two operators with one dead letter
   * the second does not double the effect of the first. An event whose body is gone by {@link
   * Retention} cannot be replayed.
   *
   * @throws StoreException if the store cannot be written
   */
  DeliveryOrder replay(DeliveryId delivery, Operator operator);

  /**
   * As {@link #replay}, also if a later run was delivered: its effect is wanted once more.
   *
   * @throws StoreException if the store cannot be written
   */
  DeliveryOrder replayAgain(DeliveryId delivery, Operator operator);

  /**
   * Settles a dead letter without a replay: it no longer counts as dead, and its event goes by its
   * age. It is refused while another run is open.
   *
   * @throws StoreException if the store cannot be written
   */
  DeliveryOrder discard(DeliveryId delivery, Operator operator);

  /**
   * Makes a waiting delivery due now. It keeps its id and its attempts.
   *
   * @throws StoreException if the store cannot be written
   */
  DeliveryOrder makeDue(DeliveryId delivery, Operator operator);

  /**
   * Makes a subscription active, paused or retired, for all nodes. After this returns, no claim
   * that begins and no event that is accepted goes by the state before, on any node; what is at
   * work goes on to its end. A retired one that comes back gets what never had any subscription
   * meanwhile, and nothing else of that time.
   *
   * @return the state before, which may be the same: then nothing was changed and nothing audited;
   *     empty if there is no such subscription
   * @throws StoreException if the store cannot be written
   */
  Optional<SubscriptionState> change(
      SourceName source, SubscriptionName name, SubscriptionState state, Operator operator);

  /** The keys of the idempotent repositories that are kept in this store. */
  IdempotentKeys idempotentKeys();

  /** How long a node owns a delivery without renewing its lease, in milliseconds. */
  long leaseMillis();

  /**
   * A summary for people and health checks.
   *
   * @throws StoreException if the store cannot be read
   */
  InboxStatus status();

  /** How it is at this moment, for health checks. */
  InboxVitals vitals();

  /**
   * The dead letters that ended last, newest first; also those that were replayed since.
   *
   * @param limit 1 to 1,000
   * @throws StoreException if the store cannot be read
   */
  List<DeadLetter> deadLetters(int limit);

  /**
   * Events that no subscription has taken, oldest first.
   *
   * @param limit 1 to 1,000
   * @throws StoreException if the store cannot be read
   */
  List<UnsubscribedEvent> unsubscribedEvents(int limit);

  /**
   * What the audit says of an event, or of a request that became none: the latest entries, in the
   * order of what happened. Empty if there is none, or {@link Retention} has removed them.
   *
   * @param limit 1 to 1,000
   * @throws StoreException if the store cannot be read
   */
  List<AuditRow> history(Reference reference, int limit);

  /** What was received, and what became of it. */
  EventSearch search();

  /** Orders of operators on many events. */
  Operations operations();

  /** Finishes what is in the writer's line and closes the store; later calls are refused. */
  @Override
  void close();
}
