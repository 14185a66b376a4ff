package io.gammawebhook.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.inbox.Retention;
import io.gammawebhook.store.Housekeeping.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Of all nodes one keeps house at a time, and a dead one does not keep the others from it. */
class HousekeepingTurnTest {

  private final PostgresTestStore store = new PostgresTestStore();
  private final Housekeeping one = node("node-1");
  private final Housekeeping two = node("node-2");

  private Housekeeping node(String name) {
    return store.open(name).housekeeping(Retention.DEFAULT, 50);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static void finish(Housekeeping housekeeping) {
    Step step = housekeeping.step();
    while (step instanceof Step.More) {
      step = housekeeping.step();
    }
    assertThat(step).isInstanceOf(Step.Done.class);
  }

  @Test
  void theOthersWaitUntilTheTurnIsOverAndTheIntervalToo() {
    assertThat(one.step()).isInstanceOf(Step.More.class);
    assertThat(two.step()).isInstanceOf(Step.Idle.class);
    finish(one);
    assertThat(one.step()).isInstanceOf(Step.Idle.class);
    assertThat(two.step()).isInstanceOf(Step.Idle.class);

    store.time.advance(Duration.ofMillis(HousekeepingTurn.INTERVAL_MILLIS));

    assertThat(two.step()).isInstanceOf(Step.More.class);
    assertThat(one.step()).isInstanceOf(Step.Idle.class);
  }

  @Test
  void aSlowNodeKeepsItsTurnAsLongAsItGoesOn() {
    for (int i = 0; i < 4; i++) {
      assertThat(one.step()).isInstanceOf(Step.More.class);
      store.time.advance(Duration.ofMillis(HousekeepingTurn.LEASE_MILLIS).minusSeconds(10));
      assertThat(two.step()).isInstanceOf(Step.Idle.class);
    }
  }

  @Test
  void aDeadNodesTurnGoesToAnotherWithTheLeaseAndIfItComesBackItStops() {
    assertThat(one.step()).isInstanceOf(Step.More.class);
    store.time.advance(Duration.ofMillis(HousekeepingTurn.LEASE_MILLIS).plusSeconds(1));

    assertThat(two.step()).isInstanceOf(Step.More.class);

    assertThat(one.step()).isInstanceOf(Step.Idle.class);
    assertThat(store.rows("select node from webhook_housekeeping")).containsExactly("node-2");
    finish(two);
  }

  @Test
  void ofNodesThatAskAtOnceOneGetsTheTurn() throws Exception {
    List<Callable<Step>> asking = new ArrayList<>();
    for (int i = 3; i < 9; i++) {
      Housekeeping housekeeping = node("node-" + i);
      asking.add(housekeeping::step);
    }

    List<Step> steps = InboxContract.atOnce(asking);

    assertThat(steps.stream().filter(Step.More.class::isInstance)).hasSize(1);
    assertThat(steps.stream().filter(Step.Idle.class::isInstance)).hasSize(5);
  }
}
