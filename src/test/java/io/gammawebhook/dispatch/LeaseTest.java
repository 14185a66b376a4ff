package io.gammawebhook.dispatch;

import static io.gammawebhook.dispatch.WorkerFixture.NEVER_POLLS;
import static io.gammawebhook.dispatch.WorkerFixture.await;
import static io.gammawebhook.dispatch.WorkerFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.dispatch.DeliveryHandler.Done;
import io.gammawebhook.inbox.LeasedDelivery;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker keeps its leases, and does nothing with one that it has lost. The lease is 5 s. */
class LeaseTest {

  @TempDir Path folder;
  private WorkerFixture fixture;
  private final List<Done> started = new CopyOnWriteArrayList<>();

  @BeforeEach
  void open() {
    fixture = new WorkerFixture(folder);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void aHeartbeatKeepsALongDelivery() {
    fixture.start(settings(1, NEVER_POLLS), (delivery, done) -> started.add(done));
    fixture.accept("evt-1");
    await().until(() -> started.size() == 1);

    for (int i = 0; i < 2; i++) {
      fixture.time.advance(Duration.ofSeconds(4));
      await().until(() -> fixture.dueIn() == 5_000);
    }

    assertThat(claimAsAnotherNode()).isEmpty();
    started.get(0).succeeded(false);
    fixture.awaitCount("delivered", 1);
    assertThat(fixture.rows("select attempt from webhook_delivery")).containsExactly("1");
  }

  private List<LeasedDelivery> claimAsAnotherNode() {
    return fixture.inbox.claim(fixture.subscription, 1).toCompletableFuture().join().deliveries();
  }

  @Test
  void theEndOfAnAttemptWhoseLeaseIsLostIsRefused() {
    Worker worker = fixture.start(settings(1, NEVER_POLLS), (delivery, done) -> started.add(done));
    fixture.accept("evt-1");
    await().until(() -> started.size() == 1);
    fixture.time.advance(Duration.ofSeconds(6));
    assertThat(claimAsAnotherNode()).hasSize(1);

    started.get(0).succeeded(false);

    await().until(() -> worker.atWork() == 0);
    assertThat(fixture.rows("select state, attempt, epoch from webhook_delivery"))
        .containsExactly("leased 2 2");
    assertThat(fixture.rows("select kind from webhook_audit")).containsExactly("received");
    assertThat(fixture.lostLeases).hasValue(1);
  }

  @Test
  void nothingIsStartedOnALeaseThatIsLost() {
    List<Runnable> held = new CopyOnWriteArrayList<>();
    Worker worker =
        fixture.start(settings(1, NEVER_POLLS), (delivery, done) -> started.add(done), held::add);
    fixture.accept("evt-1");
    await().until(() -> held.size() == 1);
    fixture.time.advance(Duration.ofSeconds(6));
    List<LeasedDelivery> others = claimAsAnotherNode();
    // The next beat finds it out.
    await().pollDelay(Duration.ofMillis(fixture.inbox.leaseMillis() / 3 + 500)).until(() -> true);

    held.get(0).run();

    await().until(() -> worker.atWork() == 0);
    assertThat(started).isEmpty();
    assertThat(fixture.rows("select state, attempt, epoch from webhook_delivery"))
        .containsExactly("leased 2 2");
    assertThat(others).hasSize(1);
    // Found out by the beat and by the end of the attempt, and it is one.
    assertThat(fixture.lostLeases).hasValue(1);
  }
}
