package io.gammawebhook.store;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.audit.AuditKind;
import io.gammawebhook.audit.AuditLines;
import io.gammawebhook.audit.Operator;
import io.gammawebhook.event.DeliveryId;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.event.WebhookEvent;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.AuditRow;
import io.gammawebhook.inbox.Claimed;
import io.gammawebhook.inbox.DeadLetter;
import io.gammawebhook.inbox.DeliveryOrder;
import io.gammawebhook.inbox.EventSearch;
import io.gammawebhook.inbox.HandOff;
import io.gammawebhook.inbox.IdempotentKeys;
import io.gammawebhook.inbox.Inbox;
import io.gammawebhook.inbox.InboxSettings;
import io.gammawebhook.inbox.InboxStatus;
import io.gammawebhook.inbox.InboxVitals;
import io.gammawebhook.inbox.Lease;
import io.gammawebhook.inbox.LeasedDelivery;
import io.gammawebhook.inbox.Operations;
import io.gammawebhook.inbox.Outcome;
import io.gammawebhook.inbox.Quarantine;
import io.gammawebhook.inbox.Retention;
import io.gammawebhook.inbox.StoreException;
import io.gammawebhook.inbox.Subscription;
import io.gammawebhook.inbox.SubscriptionState;
import io.gammawebhook.inbox.UnsubscribedEvent;
import io.gammawebhook.measure.Measure;
import io.gammawebhook.registration.RegistrationStore;
import io.gammawebhook.store.Dialect.StoredEvent;
import io.gammawebhook.store.Write.Step;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The inbox in a relational database, written through {@link WriteLine}. */
public final class JdbcInbox implements Inbox {

  private static final Logger LOG = LoggerFactory.getLogger(JdbcInbox.class);

  /** So many steps are one line of the log where there are more events than one step takes. */
  private static final long STEPS_PER_LINE = 100;

  private static final long SEARCH_WAIT_SECONDS = 10;

  private final Store store;
  private final LongUnaryOperator time;
  private final String node;
  private final long leaseMillis;
  private final int maxBatchBytes;
  private final Subscriptions subscriptions = new Subscriptions();
  private final AcceptStep accepting;
  private final FinishStep finishing;
  private final DeliveryQueries deliveries;
  private final OperatorOrders orders;
  private final StatusQueries queries;
  private final QuarantineTable quarantine;
  private final WriteLine line;
  private final AuditLines lines = new AuditLines();
  private final Housekeeper housekeeper;
  private final EventScan events;
  private final JdbcOperations operations;
  private final OperationRunner operationRunner;

  /** So many searches at a time; the other connections are for those who receive and deliver. */
  private final Semaphore searches = new Semaphore(2);

  private final Measure measure;
  private final List<Measure.Watch> watches = new ArrayList<>();

  /** Opens the store and starts its writer, and nobody measures it. */
  public static JdbcInbox open(
      InboxSettings settings, InstantSource clock, RandomGenerator random) {
    return open(settings, clock, random, Measure.NONE);
  }

  /**
   * Opens the store and starts its writer.
   *
   * @param clock the process's clock, used where the store belongs to this process alone
   * @param random for references of its own; safe for use by many threads
   * @param measure is told what it writes
   * @throws IllegalStateException if the store cannot be used; the message names the property and
   *     the cure
   */
  public static JdbcInbox open(
      InboxSettings settings, InstantSource clock, RandomGenerator random, Measure measure) {
    Store store = Store.open(settings, clock);
    return new JdbcInbox(store, LongUnaryOperator.identity(), settings, random, measure);
  }

  /**
   * The file of the embedded store that a URL names; null for another database's URL.
   *
   * @throws IllegalArgumentException if the URL is SQLite's, and would lose what was acknowledged
   */
  public static @Nullable Path fileOf(String jdbcUrl) {
    return SqliteFile.isSqlite(jdbcUrl) ? SqliteFile.pathOf(jdbcUrl) : null;
  }

  /**
   * @param time what is taken for the time when the store's clock shows the given one: the same,
   *     unless a test moves it
   */
  JdbcInbox(
      Store store,
      LongUnaryOperator time,
      InboxSettings settings,
      RandomGenerator random,
      Measure measure) {
    this.measure = measure;
    this.store = store;
    this.time = time;
    this.node = settings.node();
    this.leaseMillis = settings.lease().toMillis();
    this.maxBatchBytes = settings.maxBatchBytes();
    this.accepting = new AcceptStep(store.dialect(), leaseMillis);
    this.finishing = new FinishStep(store.dialect(), subscriptions, measure);
    this.deliveries = new DeliveryQueries(store.dialect());
    this.orders = new OperatorOrders(store.dialect(), deliveries, random);
    this.queries = new StatusQueries(store.dialect());
    this.quarantine =
        new QuarantineTable(
            store.dialect(), settings.quarantine(), settings.retention().quarantine().toMillis());
    this.line = new WriteLine(this::write, settings);
    watches.add(measure.watch("store", line));
    Measure.Pool pool = store.pool();
    if (pool != null) {
      watches.add(measure.watch(pool));
    }
    // Fewer where each step holds up the only writer.
    int rows = store.isPrivate() ? 100 : 500;
    this.housekeeper = new Housekeeper(housekeeping(settings.retention(), rows), System::nanoTime);
    this.events = new EventScan(store.dialect());
    OperationTable table = new OperationTable(store.dialect());
    this.operationRunner = operationRunner(table);
    this.operations =
        new JdbcOperations(table, random, this::transact, this::search, operationRunner::wakeUp);
    if (store.isPrivate()) {
      // What an earlier run of this process had leased is nobody's now.
      try {
        transact(deliveries::voidLeases);
        transact(JdbcRegistrations::voidTurns);
      } catch (RuntimeException e) {
        close();
        throw e;
      }
    }
  }

  private OperationRunner operationRunner(OperationTable table) {
    return new OperationRunner(
        table,
        events,
        new OperationStep(store.dialect(), orders),
        quarantine(),
        quarantine,
        this::search,
        aside(),
        subscriptions::wake);
  }

  /** Beside the writer, where it is not the only one that may write. */
  private JdbcIdempotentKeys.Transactions aside() {
    return store.isPrivate() ? this::transact : this::transactAside;
  }

  /**
   * @param rows how many rows a step looks at
   */
  Housekeeping housekeeping(Retention retention, int rows) {
    return new Housekeeping(store.dialect(), retention, aside(), rows);
  }

  @Override
  public CompletionStage<Acceptance> accept(WebhookEvent event) {
    return line.accept(event);
  }

  @Override
  public CompletionStage<Void> record(AuditEntry entry) {
    Write.Audit write = new Write.Audit(entry, new CompletableFuture<>());
    line.add(write);
    return write.done();
  }

  @Override
  public Subscription register(SourceName source, SubscriptionName name, List<String> types) {
    DeliveryQueries.Registered registered =
        transact(batch -> deliveries.register(batch, source, name, TypeFilter.of(types)));
    takeUnsubscribed(registered.subscription().number(), registered.next());
    return registered.subscription();
  }

  /** In steps, between which the others go on; one that is cut off goes on at the next register. */
  private void takeUnsubscribed(int subscription, @Nullable Reference from) {
    long steps = 0;
    for (Reference next = from; next != null; steps++) {
      if (steps % STEPS_PER_LINE == 0) {
        LOG.info(
            "Subscription {} takes the events that had none: {} were looked at",
            subscription,
            (steps + 1) * DeliveryQueries.STEP);
      }
      Reference after = next;
      next =
          transact(batch -> new Next(deliveries.takeUnsubscribed(batch, subscription, after))).at;
    }
  }

  /** Where a step ended; null if it was the last. */
  private record Next(@Nullable Reference at) {}

  @Override
  public void receives(SourceName source, boolean signedTime) {
    transact(batch -> deliveries.receives(batch, source, signedTime));
  }

  @Override
  public void attach(Subscription subscription, HandOff handOff) {
    subscriptions.attach(subscription, handOff);
  }

  @Override
  public void detach(Subscription subscription) {
    subscriptions.detach(subscription.number());
  }

  @Override
  public CompletionStage<Claimed> claim(Subscription subscription, int max) {
    return submit(batch -> claim(batch, subscription, max));
  }

  private Claimed claim(Batch batch, Subscription subscription, int max) throws SQLException {
    Connection c = batch.connection();
    long now = batch.now();
    List<Lease> leases =
        store
            .dialect()
            .claim(
                c,
                subscription.number(),
                new Dialect.Most(max, maxBatchBytes),
                now,
                now + leaseMillis,
                node);
    var events =
        store
            .dialect()
            .load(c, leases.stream().map(lease -> lease.delivery().reference()).toList());
    List<LeasedDelivery> leased = new ArrayList<>();
    List<Lease> lost = new ArrayList<>();
    for (Lease lease : leases) {
      StoredEvent stored = events.get(lease.delivery().reference());
      if (stored == null) {
        lost.add(lease);
      } else {
        leased.add(
            new LeasedDelivery(lease, stored.event(), stored.receivedAt(), batch.beganNanos()));
      }
    }
    finishing.bury(batch, subscription, lost);
    long nextDue = leases.size() == max ? 0 : deliveries.nextDueIn(c, now, subscription.number());
    return new Claimed(leased, nextDue);
  }

  @Override
  public CompletionStage<Boolean> finish(LeasedDelivery delivery, Outcome outcome) {
    Write.Finish write = new Write.Finish(delivery, outcome, new CompletableFuture<>());
    line.add(write);
    return write.done();
  }

  @Override
  public CompletionStage<Set<Lease>> renew(Collection<Lease> leases) {
    List<Lease> asked = List.copyOf(leases);
    return submit(
        batch -> store.dialect().renew(batch.connection(), asked, batch.now() + leaseMillis));
  }

  @Override
  public DeliveryOrder replay(DeliveryId delivery, Operator operator) {
    return wake(transact(batch -> orders.replay(batch, delivery, false, operator)));
  }

  @Override
  public DeliveryOrder replayAgain(DeliveryId delivery, Operator operator) {
    return wake(transact(batch -> orders.replay(batch, delivery, true, operator)));
  }

  @Override
  public DeliveryOrder discard(DeliveryId delivery, Operator operator) {
    return transact(batch -> orders.discard(batch, delivery, operator));
  }

  @Override
  public DeliveryOrder makeDue(DeliveryId delivery, Operator operator) {
    return wake(transact(batch -> orders.makeDue(batch, delivery, operator)));
  }

  private DeliveryOrder wake(DeliveryOrder order) {
    if (order instanceof DeliveryOrder.Done done) {
      subscriptions.wake(done.delivery().subscription());
    }
    return order;
  }

  @Override
  public Optional<SubscriptionState> change(
      SourceName source, SubscriptionName name, SubscriptionState state, Operator operator) {
    Optional<OperatorOrders.Change> change =
        transact(batch -> orders.change(batch, source, name, state, operator));
    change.ifPresent(
        made -> {
          takeUnsubscribed(made.number(), made.next());
          subscriptions.wake(made.number());
        });
    return change.map(OperatorOrders.Change::before);
  }

  @Override
  public IdempotentKeys idempotentKeys() {
    return new JdbcIdempotentKeys(this::transact);
  }

  @Override
  public Quarantine quarantine() {
    return new JdbcQuarantine(quarantine, line, this::transact, this::read);
  }

  @Override
  public long leaseMillis() {
    return leaseMillis;
  }

  @Override
  public InboxStatus status() {
    return read((c, now) -> queries.status(c, now, line.isDown()));
  }

  @Override
  public InboxVitals vitals() {
    return new StoreVitals(line, this::read);
  }

  @Override
  public List<DeadLetter> deadLetters(int limit) {
    return read((c, now) -> queries.deadLetters(c, limit));
  }

  @Override
  public List<UnsubscribedEvent> unsubscribedEvents(int limit) {
    return read((c, now) -> queries.unsubscribedEvents(c, limit));
  }

  @Override
  public List<AuditRow> history(Reference reference, int limit) {
    return read((c, now) -> queries.history(c, reference, limit));
  }

  @Override
  public EventSearch search() {
    return new JdbcEventSearch(store.dialect(), events, this::search);
  }

  @Override
  public Operations operations() {
    return operations;
  }

  /** What is stored of our registrations at the APIs of senders. */
  public RegistrationStore registrations() {
    return new JdbcRegistrations(aside(), this::read, store.isPrivate());
  }

  /** Reads for people, who wait for each other and let nobody else wait. */
  private <T> T search(Query<T> query) {
    try {
      if (!searches.tryAcquire(SEARCH_WAIT_SECONDS, TimeUnit.SECONDS)) {
        throw new StoreException("Other searches are at work: ask again in a moment", null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("The search was interrupted", e);
    }
    try (Connection c = store.isPrivate() ? store.read() : store.begin()) {
      store.dialect().beginSearch(c);
      return query.run(c, now(c));
    } catch (SQLException e) {
      throw new StoreException("The inbox's store cannot be read: " + e.getMessage(), e);
    } finally {
      searches.release();
    }
  }

  private long now(Connection c) throws SQLException {
    return time.applyAsLong(store.dialect().clock().now(c));
  }

  private <T> T read(Query<T> query) {
    try (Connection c = store.read()) {
      return query.run(c, now(c));
    } catch (SQLException e) {
      throw new StoreException("The inbox's store cannot be read: " + e.getMessage(), e);
    }
  }

  /** Reads from the store, outside the writer. */
  interface Query<T> {
    /**
     * @param now the store's time
     */
    T run(Connection c, long now) throws SQLException;
  }

  @Override
  public void close() {
    operationRunner.close();
    watches.forEach(Measure.Watch::close);
    housekeeper.close();
    line.close();
    lines.sumUp();
    store.close();
  }

  private <T> CompletableFuture<T> submit(Step<T> step) {
    Write.Work<T> work = new Write.Work<>(step, new CompletableFuture<>());
    line.add(work);
    return work.done();
  }

  private <T> T transact(Step<T> step) {
    try {
      return submit(step).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException runtime) {
        throw runtime;
      }
      throw new StoreException("The inbox's store cannot be written: " + e.getMessage(), e);
    }
  }

  /** In a transaction beside the writer, on a connection and a thread of its own. */
  private <T> T transactAside(Step<T> step) {
    try (Connection c = store.begin()) {
      long began = System.nanoTime();
      Batch batch = new Batch(c, began, now(c), node, lines);
      try {
        T result = step.run(batch);
        batch.writeAudit(store.dialect());
        store.commit(c);
        batch.committed();
        return result;
      } catch (SQLException | RuntimeException e) {
        store.rollback(c, e);
        throw e;
      }
    } catch (SQLException e) {
      throw new StoreException("The inbox's store cannot be written: " + e.getMessage(), e);
    }
  }

  /** One transaction for a whole batch. */
  private Runnable write(List<Write> writes) throws SQLException, WriteLine.RowFault {
    boolean committing = false;
    Batch batch = null;
    try (Connection c = store.begin()) {
      try {
        long began = System.nanoTime();
        boolean accepts =
            writes.stream().anyMatch(w -> w instanceof Write.Accept || w instanceof Write.Release);
        Subscriptions.Active active = accepts ? subscriptions.begin(store.dialect(), c) : null;
        long now = active == null ? now(c) : time.applyAsLong(active.now());
        batch = new Batch(c, began, now, node, lines);
        fill(batch, active, writes);
        committing = true;
        long commits = System.nanoTime();
        store.commit(c);
        if (!writes.isEmpty()) {
          long done = System.nanoTime();
          measure.committed(requests(writes), done - began, done - commits);
        }
        return batch::committed;
      } catch (SQLException | RuntimeException e) {
        store.rollback(c, e);
        throw e;
      }
    } catch (SQLException e) {
      undo(batch);
      boolean rowFault = !committing && store.dialect().isRowFault(e);
      measure.notCommitted(!rowFault);
      // Past the commit's start its outcome is unknown, so it is never tried again piece by piece.
      if (rowFault) {
        throw new WriteLine.RowFault(e);
      }
      throw e;
    } catch (RuntimeException e) {
      undo(batch);
      measure.notCommitted(false);
      throw new WriteLine.RowFault(e);
    } catch (Error e) {
      undo(batch);
      throw e;
    }
  }

  private static int requests(List<Write> writes) {
    int requests = 0;
    for (Write write : writes) {
      if (write instanceof Write.Incoming) {
        requests++;
      }
    }
    return requests;
  }

  /**
   * @param active the subscriptions that the transaction began with, if events are to be accepted
   */
  private void fill(Batch batch, Subscriptions.@Nullable Active active, List<Write> writes)
      throws SQLException {
    if (writes.isEmpty()) {
      StoreProbe.run(store.dialect(), batch.connection());
    }
    List<Write.Accept> accepts = new ArrayList<>();
    List<Write.Keep> keeps = new ArrayList<>();
    List<Write.Finish> finishes = new ArrayList<>();
    List<Write.Work<?>> works = new ArrayList<>();
    for (Write write : writes) {
      if (write instanceof Write.Accept accept) {
        accepts.add(accept);
      } else if (write instanceof Write.Release release) {
        release(batch, release, accepts);
      } else if (write instanceof Write.Finish finish) {
        finishes.add(finish);
      } else if (write instanceof Write.Keep keep) {
        keeps.add(keep);
      } else if (write instanceof Write.Work<?> work) {
        works.add(work);
      } else if (write instanceof Write.Audit audit) {
        batch.audit(audit.entry());
        batch.afterCommit(() -> audit.done().complete(null));
      }
    }
    if (active != null) {
      accepting.run(batch, active, accepts);
    }
    finishing.run(batch, finishes);
    quarantine.keep(batch, keeps);
    for (Write.Work<?> work : works) {
      run(batch, work);
    }
    batch.writeAudit(store.dialect());
  }

  /** The request goes, and its event comes, in one transaction. */
  private void release(Batch batch, Write.Release release, List<Write.Accept> accepts)
      throws SQLException {
    WebhookEvent event = release.event();
    boolean removed =
        quarantine.remove(
            batch,
            AuditKind.RELEASED,
            event.reference(),
            event.source(),
            event.eventId(),
            release.operator());
    if (!removed) {
      batch.afterCommit(() -> release.done().complete(Optional.empty()));
      return;
    }
    Write.Accept accept =
        new Write.Accept(event, release.bodySha256(), true, new CompletableFuture<>());
    var unused =
        accept.done().thenAccept(acceptance -> release.done().complete(Optional.of(acceptance)));
    accepts.add(accept);
  }

  private static <T> void run(Batch batch, Write.Work<T> work) throws SQLException {
    T result = work.step().run(batch);
    batch.afterCommit(() -> work.done().complete(result));
  }

  private static void undo(@Nullable Batch batch) {
    if (batch != null) {
      batch.undo();
    }
  }
}
