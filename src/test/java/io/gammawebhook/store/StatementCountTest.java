package io.gammawebhook.store;

import static io.gammawebhook.testing.TestEvents.GAMMA;
import static io.gammawebhook.testing.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.InboxSettings;
import io.gammawebhook.inbox.LeasedDelivery;
import io.gammawebhook.inbox.Outcome;
import io.gammawebhook.inbox.Subscription;
import io.gammawebhook.testing.EmbeddedPostgresServer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** However many requests share a transaction on PostgreSQL, it is the same few statements. */
class StatementCountTest {

  private static final int MANY = 400;

  private final PostgresTestStore store = new PostgresTestStore();
  private final AtomicInteger statements = new AtomicInteger();
  private final AtomicInteger commits = new AtomicInteger();
  private final JdbcInbox inbox =
      JdbcInbox.open(
          InboxSettings.ofDataSource(counting(), "node-1"),
          InstantSource.system(),
          new SecureRandom());
  private final Subscription all = inbox.register(GAMMA, new SubscriptionName("all"), List.of());

  @AfterEach
  void close() {
    inbox.close();
    store.close();
  }

  @Test
  void acceptingAndFinishingTakesAFewStatementsATransaction() {
    // The types of the driver are read once, at the first use of a connection.
    InboxContract.join(inbox.accept(event("first")));
    int before = statements.get();
    int commitsBefore = commits.get();

    List<CompletionStage<Acceptance>> accepted =
        IntStream.range(0, MANY).mapToObj(i -> inbox.accept(event("evt-" + i))).toList();
    accepted.forEach(InboxContract::join);

    assertFew(before, commitsBefore);
    List<LeasedDelivery> leased = InboxContract.join(inbox.claim(all, MANY)).deliveries();
    assertThat(leased).hasSize(MANY);
    before = statements.get();
    commitsBefore = commits.get();

    List<CompletionStage<Boolean>> ended =
        leased.stream().map(d -> inbox.finish(d, new Outcome.Delivered(1, false))).toList();
    assertThat(ended).allMatch(InboxContract::join);

    assertFew(before, commitsBefore);
  }

  private void assertFew(int statementsBefore, int commitsBefore) {
    int transactions = commits.get() - commitsBefore;
    assertThat(transactions).isBetween(1, MANY / 10);
    assertThat(statements.get() - statementsBefore).isLessThanOrEqualTo(5 * transactions);
  }

  private DataSource counting() {
    PGSimpleDataSource real = new PGSimpleDataSource();
    real.setUrl(EmbeddedPostgresServer.jdbcUrl(store.database));
    real.setUser(EmbeddedPostgresServer.USER);
    return counted(DataSource.class, real);
  }

  /** The same, with what it makes counted too. */
  private <T> T counted(Class<T> type, T real) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (real instanceof Statement && method.getName().startsWith("execute")) {
                statements.incrementAndGet();
              } else if (method.getName().equals("commit")) {
                commits.incrementAndGet();
              }
              Object result;
              try {
                result = method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
              if (result instanceof PreparedStatement prepared) {
                return counted(PreparedStatement.class, prepared);
              } else if (result instanceof Statement plain) {
                return counted(Statement.class, plain);
              }
              return result instanceof Connection connection
                  ? counted(Connection.class, connection)
                  : result;
            }));
  }
}
