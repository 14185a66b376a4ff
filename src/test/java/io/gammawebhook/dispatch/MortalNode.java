package io.gammawebhook.dispatch;

import static io.gammawebhook.testing.TestEvents.GAMMA;
import static io.gammawebhook.testing.TestEvents.event;

import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.InboxSettings;
import io.gammawebhook.store.JdbcInbox;
import io.gammawebhook.testing.ChildJvm;
import io.gammawebhook.testing.EffectJournal;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The process of {@link KilledAtEachStepIT}: events go their whole way, one after the other, until
 * the third comes to the step at which the process dies, as by {@code kill -9}.
 */
final class MortalNode {

  static final SubscriptionName ALL = new SubscriptionName("all");
  static final String ACK = "ack ";
  static final int EXIT = 137;
  static final int DYING_EVENT = 2;
  static final int EVENTS = 4;

  private final KillStep deathly;
  private final AtomicInteger reached = new AtomicInteger();
  private final Semaphore acknowledged = new Semaphore(0);
  private final Semaphore finished = new Semaphore(0);

  private MortalNode(KillStep deathly) {
    this.deathly = deathly;
  }

  static String eventId(int number) {
    return "evt-" + number;
  }

  /** The arguments: the database's URL, the step, the journal of the effects. */
  public static void main(String[] arguments) {
    ChildJvm.liveAsLongAsTheParent();
    PGSimpleDataSource database = new PGSimpleDataSource();
    database.setUrl(arguments[0]);
    new MortalNode(KillStep.valueOf(arguments[1]))
        .run(database, new EffectJournal(Path.of(arguments[2])));
  }

  private void run(DataSource database, EffectJournal journal) {
    JdbcInbox inbox =
        JdbcInbox.open(
            InboxSettings.ofDataSource(watched(database), "mortal"),
            InstantSource.system(),
            new SecureRandom());
    ExecutorService pool = Executors.newCachedThreadPool();
    Executor dying =
        attempt ->
            pool.execute(
                () -> {
                  acknowledged.acquireUninterruptibly();
                  reach(KillStep.BEFORE_THE_HANDLER);
                  attempt.run();
                });
    new Dispatcher(inbox, new SecureRandom())
        .start(
            inbox.register(GAMMA, ALL, List.of()),
            (delivery, done) -> {
              reach(KillStep.BEFORE_THE_EFFECT);
              journal.append(String.valueOf(delivery.event().eventId()));
              reach(KillStep.AFTER_THE_EFFECT);
              done.succeeded(false);
            },
            new WorkerSettings(1, RetryPolicy.DEFAULT, Duration.ofMillis(50)),
            dying);
    for (int i = 0; i < EVENTS; i++) {
      Acceptance answer = inbox.accept(event(eventId(i))).toCompletableFuture().join();
      if (!(answer instanceof Acceptance.Accepted)) {
        throw new IllegalStateException(answer.toString());
      }
      System.out.println(ACK + eventId(i));
      acknowledged.release();
      finished.acquireUninterruptibly();
    }
  }

  private void reach(KillStep step) {
    if (step == deathly && reached.getAndIncrement() == DYING_EVENT) {
      Runtime.getRuntime().halt(EXIT);
    }
  }

  private DataSource watched(DataSource database) {
    return proxy(
        DataSource.class,
        (self, method, arguments) -> {
          Object result = call(database, method, arguments);
          return result instanceof Connection c ? watched(c) : result;
        });
  }

  private Connection watched(Connection connection) {
    Transaction transaction = new Transaction();
    return proxy(
        Connection.class,
        (self, method, arguments) -> {
          if (method.getName().equals("commit")) {
            transaction.commit(() -> call(connection, method, arguments));
            return null;
          }
          Object result = call(connection, method, arguments);
          return result instanceof PreparedStatement s
              ? watched(s, String.valueOf(arguments[0]), transaction)
              : result;
        });
  }

  private PreparedStatement watched(PreparedStatement s, String sql, Transaction transaction) {
    boolean inserts = sql.contains("insert into webhook_event ");
    boolean finishes = sql.contains("set state = v.state");
    return proxy(
        PreparedStatement.class,
        (self, method, arguments) -> {
          boolean executes = method.getName().startsWith("execute");
          if (executes && inserts) {
            reach(KillStep.BEFORE_THE_INSERT);
          }
          Object result = call(s, method, arguments);
          transaction.inserted |= executes && inserts;
          transaction.finished |= executes && finishes;
          return result;
        });
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(MortalNode.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static @Nullable Object call(Object on, Method method, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(on, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** What a connection has done since its last commit. */
  private final class Transaction {
    private boolean inserted;
    private boolean finished;

    void commit(Call commit) throws Throwable {
      if (inserted) {
        reach(KillStep.BEFORE_THE_COMMIT_OF_THE_INSERT);
      }
      if (finished) {
        reach(KillStep.BEFORE_THE_COMMIT_OF_THE_FINISH);
      }
      commit.run();
      if (inserted) {
        reach(KillStep.BEFORE_THE_ANSWER);
      }
      if (finished) {
        reach(KillStep.AFTER_THE_COMMIT_OF_THE_FINISH);
        MortalNode.this.finished.release();
      }
      inserted = false;
      finished = false;
    }
  }

  /** A call that may throw what the database throws. */
  private interface Call {
    @Nullable Object run() throws Throwable;
  }
}
