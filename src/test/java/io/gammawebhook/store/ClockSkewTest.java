package io.gammawebhook.store;

import static io.gammawebhook.testing.TestEvents.GAMMA;
import static io.gammawebhook.testing.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.Claimed;
import io.gammawebhook.inbox.LeasedDelivery;
import io.gammawebhook.inbox.Outcome;
import io.gammawebhook.inbox.Subscription;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two nodes on one PostgreSQL, of which one's clock is an hour fast and the other's is right. */
class ClockSkewTest {

  private static final Duration LEASE = Duration.ofSeconds(5);
  private static final long RETRY_MILLIS = 2_000;

  private final PostgresTestStore store = new PostgresTestStore();
  private final JdbcInbox right = open("right", InstantSource.system());
  private final JdbcInbox fast =
      open("fast", () -> InstantSource.system().instant().plus(Duration.ofHours(1)));
  private final Subscription all = right.register(GAMMA, new SubscriptionName("all"), List.of());

  private final List<JdbcInbox> nodes = List.of(right, fast);

  private JdbcInbox open(String node, InstantSource clock) {
    return JdbcInbox.open(store.settings(node).withLease(LEASE), clock, new SecureRandom());
  }

  @AfterEach
  void close() {
    right.close();
    fast.close();
    store.close();
  }

  @Test
  void neitherNodeTakesTheOthersLeaseEarlyNorLate() {
    for (JdbcInbox owner : nodes) {
      LeasedDelivery leased = acceptedAndClaimed(owner);
      long until = dueAt(leased);

      LeasedDelivery taken = awaitClaim(other(owner));

      assertThat(taken.lease().delivery()).isEqualTo(leased.lease().delivery());
      assertThat(until - createdAt(leased)).isBetween(LEASE.toMillis(), LEASE.toMillis() + 10_000);
      assertThat(databaseNow()).isBetween(until, until + 20_000);
      assertThat(end(owner, leased)).isFalse();
      assertThat(end(other(owner), taken)).isTrue();
    }
  }

  @Test
  void aRetryIsEarlyOrLateOnNeitherNode() {
    for (JdbcInbox owner : nodes) {
      LeasedDelivery failed = acceptedAndClaimed(owner);
      long before = databaseNow();
      assertThat(
              InboxContract.join(
                  owner.finish(failed, new Outcome.Retry(1, RETRY_MILLIS, "r", "d"))))
          .isTrue();
      long due = dueAt(failed);
      assertThat(due - before).isBetween(RETRY_MILLIS, RETRY_MILLIS + 10_000);
      for (JdbcInbox node : nodes) {
        Claimed claimed = InboxContract.join(node.claim(all, 1));
        assertThat(claimed.deliveries()).isEmpty();
        assertThat(claimed.nextDueInMillis()).isBetween(1L, RETRY_MILLIS);
      }

      LeasedDelivery again = awaitClaim(other(owner));

      assertThat(again.lease().attempt()).isEqualTo(2);
      assertThat(databaseNow()).isBetween(due, due + 20_000);
      assertThat(end(other(owner), again)).isTrue();
    }
  }

  @Test
  void aHeartbeatOfEitherNodeIsByTheSameClock() {
    for (JdbcInbox owner : nodes) {
      LeasedDelivery leased = acceptedAndClaimed(owner);
      long before = databaseNow();

      assertThat(InboxContract.join(owner.renew(List.of(leased.lease()))))
          .containsExactly(leased.lease());

      assertThat(dueAt(leased) - before).isBetween(LEASE.toMillis(), LEASE.toMillis() + 10_000);
      assertThat(InboxContract.join(other(owner).claim(all, 1)).deliveries()).isEmpty();
      assertThat(end(owner, leased)).isTrue();
    }
  }

  private JdbcInbox other(JdbcInbox node) {
    return node.equals(right) ? fast : right;
  }

  private LeasedDelivery acceptedAndClaimed(JdbcInbox node) {
    InboxContract.join(node.accept(event("evt-" + node.hashCode())));
    return InboxContract.join(node.claim(all, 1)).deliveries().get(0);
  }

  private LeasedDelivery awaitClaim(JdbcInbox node) {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> InboxContract.join(node.claim(all, 1)).deliveries(), list -> !list.isEmpty())
        .get(0);
  }

  private static boolean end(JdbcInbox node, LeasedDelivery delivery) {
    return InboxContract.join(node.finish(delivery, new Outcome.Delivered(1, false)));
  }

  private long dueAt(LeasedDelivery delivery) {
    return column("due_at", delivery);
  }

  private long createdAt(LeasedDelivery delivery) {
    return column("created_at", delivery);
  }

  private long column(String name, LeasedDelivery delivery) {
    return store.number(
        "select " + name + " from webhook_delivery where reference = ?",
        delivery.event().reference().value());
  }

  private long databaseNow() {
    return store.number("select (extract(epoch from clock_timestamp()) * 1000)::bigint");
  }
}
