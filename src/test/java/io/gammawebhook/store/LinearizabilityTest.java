package io.gammawebhook.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.audit.Operator;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.Claimed;
import io.gammawebhook.inbox.Lease;
import io.gammawebhook.inbox.LeasedDelivery;
import io.gammawebhook.inbox.Outcome;
import io.gammawebhook.inbox.Subscription;
import io.gammawebhook.store.InboxModel.Operation;
import io.gammawebhook.store.Linearizability.Call;
import io.gammawebhook.testing.TestEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import org.jspecify.annotations.Nullable;

/**
 * Small random programs that run at once on a real inbox: their answers are such as the calls would
 * give one after the other, in an order that keeps to what had returned before what.
 */
class LinearizabilityTest {

  private static final Operator ANN = new Operator("ann", "test");
  private static final AtomicInteger PROGRAMS = new AtomicInteger();

  private static @Nullable TestStore sqlite;
  private static @Nullable TestStore postgres;
  private static @Nullable JdbcInbox sqliteInbox;
  private static @Nullable JdbcInbox postgresInbox;

  @AfterContainer
  static void close() {
    if (sqlite != null) {
      sqlite.close();
    }
    if (postgres != null) {
      postgres.close();
    }
  }

  /** What a thread does next; a lease is the last one that the thread got. */
  enum Step {
    ACCEPT_A,
    ACCEPT_A_WITH_ANOTHER_BODY,
    ACCEPT_B,
    CLAIM_ONE,
    CLAIM_TWO,
    DELIVERED,
    RETRY,
    DEAD,
    RELEASED,
    RENEW,
    REPLAY
  }

  @Provide
  Arbitrary<List<List<Step>>> programs() {
    return Arbitraries.frequency(
            Tuple.of(3, Step.ACCEPT_A),
            Tuple.of(1, Step.ACCEPT_A_WITH_ANOTHER_BODY),
            Tuple.of(2, Step.ACCEPT_B),
            Tuple.of(4, Step.CLAIM_ONE),
            Tuple.of(2, Step.CLAIM_TWO),
            Tuple.of(3, Step.DELIVERED),
            Tuple.of(2, Step.RETRY),
            Tuple.of(1, Step.DEAD),
            Tuple.of(1, Step.RELEASED),
            Tuple.of(1, Step.RENEW),
            Tuple.of(3, Step.REPLAY))
        .list()
        .ofMinSize(2)
        .ofMaxSize(4)
        .list()
        .ofMinSize(2)
        .ofMaxSize(4);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
  void onSqlite(@ForAll("programs") List<List<Step>> programs) throws Exception {
    if (sqliteInbox == null) {
      sqlite = new SqliteTestStore();
      sqliteInbox = sqlite.open("node-1");
    }
    new Run(sqliteInbox, true).check(programs);
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
  void onPostgres(@ForAll("programs") List<List<Step>> programs) throws Exception {
    if (postgresInbox == null) {
      postgres = new PostgresTestStore();
      postgresInbox = postgres.open("node-1");
    }
    // It steps over rows that another transaction holds, and goes by a clock that was read before.
    new Run(postgresInbox, false).check(programs);
  }

  /** One run, on a source of its own. */
  private static final class Run {
    private final JdbcInbox inbox;
    private final boolean claimsAll;
    private final SourceName source = new SourceName("source-" + PROGRAMS.incrementAndGet());
    private final Subscription subscription;
    private final AtomicLong ticks = new AtomicLong();

    Run(JdbcInbox inbox, boolean claimsAll) {
      this.inbox = inbox;
      this.claimsAll = claimsAll;
      this.subscription = inbox.register(source, new SubscriptionName("all"), List.of());
    }

    void check(List<List<Step>> programs) throws Exception {
      List<Callable<List<Call<Operation, Object>>>> tasks = new ArrayList<>();
      for (List<Step> program : programs) {
        tasks.add(() -> run(program));
      }
      List<Call<Operation, Object>> history = new ArrayList<>();
      InboxContract.atOnce(tasks).forEach(history::addAll);
      // Alone now: it finds all that waits, so that nothing is lost.
      history.add(call(new Operation.Claim(100, true)));

      assertThat(
              Linearizability.order(
                  InboxModel.empty(subscription), history, (model, call) -> model.after(call)))
          .as("%s", history)
          .isPresent();
    }

    private List<Call<Operation, Object>> run(List<Step> program) {
      List<Call<Operation, Object>> calls = new ArrayList<>();
      Lease lease = null;
      for (Step step : program) {
        Operation operation = operation(step, lease);
        if (operation != null) {
          Call<Operation, Object> call = call(operation);
          calls.add(call);
          if (call.answer() instanceof Claimed claimed && !claimed.deliveries().isEmpty()) {
            lease = claimed.deliveries().get(claimed.deliveries().size() - 1).lease();
          }
        }
      }
      return calls;
    }

    /** Null if the step needs a lease, and there is none. */
    private @Nullable Operation operation(Step step, @Nullable Lease lease) {
      return switch (step) {
        case ACCEPT_A -> accept("a", "1");
        case ACCEPT_A_WITH_ANOTHER_BODY -> accept("a", "2");
        case ACCEPT_B -> accept("b", "1");
        case CLAIM_ONE -> new Operation.Claim(1, claimsAll);
        case CLAIM_TWO -> new Operation.Claim(2, claimsAll);
        case DELIVERED -> finish(lease, new Outcome.Delivered(1, false));
        case RETRY -> finish(lease, new Outcome.Retry(1, 0, "r", "d"));
        case DEAD -> finish(lease, new Outcome.Dead(1, "r", "d"));
        case RELEASED -> finish(lease, new Outcome.Released());
        case RENEW -> lease == null ? null : new Operation.Renew(lease);
        case REPLAY -> lease == null ? null : new Operation.Replay(lease.delivery());
      };
    }

    private Operation accept(String id, String body) {
      return new Operation.Accept(TestEvents.event(source, id, "t", body));
    }

    private static @Nullable Operation finish(@Nullable Lease lease, Outcome outcome) {
      return lease == null ? null : new Operation.Finish(lease, outcome);
    }

    private Call<Operation, Object> call(Operation operation) {
      long invoked = ticks.incrementAndGet();
      Object answer = answer(operation);
      return new Call<>(operation, answer, invoked, ticks.incrementAndGet());
    }

    private Object answer(Operation operation) {
      if (operation instanceof Operation.Accept accept) {
        return InboxContract.join(inbox.accept(accept.event()));
      } else if (operation instanceof Operation.Claim claim) {
        return InboxContract.join(inbox.claim(subscription, claim.max()));
      } else if (operation instanceof Operation.Finish finish) {
        return InboxContract.join(inbox.finish(delivery(finish.lease()), finish.outcome()));
      } else if (operation instanceof Operation.Renew renew) {
        return InboxContract.join(inbox.renew(Set.of(renew.lease()))).contains(renew.lease());
      } else {
        return inbox.replay(((Operation.Replay) operation).delivery(), ANN);
      }
    }

    /** The end of an attempt needs the event only for the audit. */
    private LeasedDelivery delivery(Lease lease) {
      return new LeasedDelivery(lease, TestEvents.event(source, "a", "t", "1"), 0, 0);
    }
  }
}
