package io.gammawebhook.store;

import static io.gammawebhook.testing.TestEvents.GAMMA;
import static io.gammawebhook.testing.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.Acceptance.Accepted;
import io.gammawebhook.inbox.Acceptance.NotStored;
import io.gammawebhook.inbox.InboxSettings;
import io.gammawebhook.inbox.LeasedDelivery;
import io.gammawebhook.inbox.Outcome;
import io.gammawebhook.inbox.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * The disk of the embedded store is full, and then has room again. SQLite reports a limit on its
 * pages as it reports a full disk, so that the test needs no disk of its own.
 */
class SqliteFullTest {

  private static final NotStored STORE_DOWN = new NotStored(NotStored.Cause.STORE_DOWN);

  private final SqliteTestStore store = new SqliteTestStore();
  private final JdbcInbox inbox =
      store.open(InboxSettings.ofUrl(store.url() + "?max_page_count=400", null, null, "node-1"));
  private final Subscription all = inbox.register(GAMMA, new SubscriptionName("all"), List.of());
  private final Logger logger = (Logger) LoggerFactory.getLogger(WriteLine.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
    logger.setLevel(Level.INFO);
    store.execute("create table ballast (bytes blob)");
    store.execute("insert into ballast values (zeroblob(600000))");
  }

  @AfterEach
  void close() {
    logger.setLevel(null);
    logger.detachAppender(log);
    store.close();
  }

  private static Acceptance accept(JdbcInbox inbox, String id) {
    return InboxContract.join(inbox.accept(event(GAMMA, id, "invoice.paid", new byte[20_000])));
  }

  private List<String> lines(Level level) {
    return List.copyOf(log.list).stream()
        .filter(line -> line.getLevel() == level)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Test
  void onAFullDiskSendersGet503NothingAcknowledgedIsLostAndItGoesOnWithRoom() {
    List<Reference> accepted = new ArrayList<>();
    Acceptance answer = accept(inbox, "evt-0");
    List<LeasedDelivery> leased = InboxContract.join(inbox.claim(all, 1)).deliveries();
    for (int i = 1; answer instanceof Accepted a; i++) {
      accepted.add(a.reference());
      answer = accept(inbox, "evt-" + i);
    }
    assertThat(answer).isEqualTo(STORE_DOWN);
    assertThat(accepted).hasSizeGreaterThan(10);

    // As often as a writer looks whether the store is back, and oftener.
    Awaitility.await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> accept(inbox, "evt-more").equals(STORE_DOWN));

    assertThat(inbox.status().storeDown()).isTrue();
    assertThat(lines(Level.ERROR))
        .singleElement()
        .asString()
        .contains("senders get 503 until it is back")
        .contains("full");
    assertThat(lines(Level.INFO)).isEmpty();
    CompletionStage<Boolean> end = inbox.finish(leased.get(0), new Outcome.Delivered(1, false));

    store.execute("delete from ballast");

    assertThat(InboxContract.join(end)).as("the end of an attempt waited for room").isTrue();
    Awaitility.await().until(() -> accept(inbox, "evt-after") instanceof Accepted);
    assertThat(lines(Level.INFO)).containsExactly("The inbox's store is back");
    List<String> stored = store.rows("select reference from webhook_event");
    assertThat(stored).containsAll(accepted.stream().map(Reference::toString).toList());
    assertThat(stored).as("and none that was refused").hasSize(accepted.size() + 1);
    assertThat(store.number("select count(*) from webhook_body")).isEqualTo(stored.size());
    assertThat(store.rows("pragma integrity_check")).containsExactly("ok");
  }
}
