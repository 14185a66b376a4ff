package io.gammawebhook.store;

import static io.gammawebhook.testing.TestEvents.GAMMA;
import static io.gammawebhook.testing.TestEvents.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.LeasedDelivery;
import io.gammawebhook.inbox.Outcome;
import io.gammawebhook.inbox.Subscription;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A store of every released version is opened by this one, with all that is in it. */
class UpgradeTest {

  /**
   * What a version may not change, of each table; a lease of an embedded store ends at the start.
   */
  private static final List<String> KEPT =
      List.of(
          "select reference, source, dedup_key, event_id, event_type, ordering_key, content_type,"
              + " headers, received_at, subscribed from webhook_event",
          "select * from webhook_body",
          "select number, source, name, types, state, registered_at from webhook_subscription",
          "select reference, subscription, run, attempt, epoch, created_at, ended_at, reason,"
              + " detail from webhook_delivery",
          "select reference, at, entry, kind, source, event_id, subscription, run, attempt,"
              + " duration_ms, reason, detail, node from webhook_audit",
          "select repository, name, owner, confirmed, until from webhook_idempotent");

  static Stream<Arguments> released() {
    return Stream.concat(
        ReleasedSchema.all("sqlite").stream()
            .map(schema -> arguments(schema, SqliteTestStore::new)),
        ReleasedSchema.all("postgresql").stream()
            .map(schema -> arguments(schema, PostgresTestStore::new)));
  }

  private static Arguments arguments(ReleasedSchema schema, Supplier<TestStore> store) {
    return Arguments.of(Named.of(schema.toString(), schema), store);
  }

  @ParameterizedTest
  @MethodSource("released")
  void aReleasedScriptIsNeverEdited(ReleasedSchema schema) {
    assertThat(schema.changedScripts())
        .as(
            "scripts of version %s that were changed after it was frozen: restore them, and put"
                + " the change into a script of the next version; or, if that version was never"
                + " released, freeze it again with mvn test -Dtest=FreezeSchema -Dschema.version=%s",
            schema.version(), schema.version())
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("released")
  void everyRowIsKeptAndWhatWaitsIsDelivered(ReleasedSchema schema, Supplier<TestStore> stores) {
    try (TestStore store = stores.get()) {
      schema.restore(store);
      List<List<String>> before = KEPT.stream().map(sql -> sorted(store, sql)).toList();
      assertThat(before).allSatisfy(rows -> assertThat(rows).isNotEmpty());

      JdbcInbox inbox = store.open("node-1");

      assertThat(KEPT.stream().map(sql -> sorted(store, sql)).toList()).isEqualTo(before);
      Subscription orders =
          inbox.register(GAMMA, new SubscriptionName("orders"), List.of("invoice.*"));
      assertThat(orders.number()).isEqualTo(1);
      List<LeasedDelivery> due = InboxContract.join(inbox.claim(orders, 100)).deliveries();
      assertThat(due.stream().map(d -> String.valueOf(d.event().eventId())))
          .containsExactlyInAnyOrder("evt-retried", "evt-leased", "evt-waiting");
      assertThat(due)
          .allSatisfy(
              d ->
                  assertThat(InboxContract.join(inbox.finish(d, new Outcome.Delivered(1, false))))
                      .isTrue());
      assertThat(InboxContract.join(inbox.accept(event("evt-delivered"))))
          .isInstanceOf(Acceptance.Duplicate.class);
      assertThat(inbox.deadLetters(10)).hasSize(2);
      assertThat(inbox.status().unsubscribedEvents()).isEqualTo(1);
      assertThat(inbox.idempotentKeys().contains("mail", "confirmed")).isTrue();
      assertThat(InboxContract.join(inbox.accept(event("evt-new"))))
          .isInstanceOf(Acceptance.Accepted.class);
      assertThat(InboxContract.join(inbox.claim(orders, 100)).deliveries()).hasSize(1);
    }
  }

  private static List<String> sorted(TestStore store, String sql) {
    return store.rows(sql).stream().sorted().toList();
  }

  @Test
  void nodesOfThisVersionThatStartAtOnceOnTheOldestStoreAllGoOn() throws Exception {
    try (PostgresTestStore store = new PostgresTestStore()) {
      ReleasedSchema.all("postgresql").get(0).restore(store);
      Callable<Acceptance> node =
          () -> InboxContract.join(store.open("node").accept(event("evt-new")));

      List<Acceptance> answers = InboxContract.atOnce(Collections.nCopies(4, node));

      assertThat(answers.stream().filter(Acceptance.Accepted.class::isInstance)).hasSize(1);
      assertThat(answers.stream().filter(Acceptance.Duplicate.class::isInstance)).hasSize(3);
      assertThat(store.number("select count(*) from webhook_schema"))
          .isEqualTo(SchemaScripts.of("postgresql").newest());
    }
  }
}
