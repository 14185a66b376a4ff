package io.gammawebhook.registration;

import static io.gammawebhook.registration.Fixture.ANN;
import static io.gammawebhook.registration.Fixture.NAME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gammawebhook.registration.RegistrationStatus.State;
import io.gammawebhook.registration.api.ApiOutcome.Kind;
import io.gammawebhook.registration.api.ApiOutcome.Refused;
import io.gammawebhook.store.TestRegistrations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nodes that start together, one after the other, or while another one hangs: one entry. */
class SeveralNodesTest {

  /** Slow, and it counts how many are at it. */
  private static final class Slow implements MemoryApi.Fate {
    final AtomicInteger now = new AtomicInteger();
    final AtomicInteger most = new AtomicInteger();

    @Override
    public @Nullable Refused<Object> before(String call) {
      most.accumulateAndGet(now.incrementAndGet(), Math::max);
      try {
        assertThat(new CountDownLatch(1).await(30, TimeUnit.MILLISECONDS)).isFalse();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      } finally {
        now.decrementAndGet();
      }
      return null;
    }
  }

  @Test
  void eightThatStartAtOnceMakeOne() throws Exception {
    TestRegistrations stores = TestRegistrations.postgres();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (Fixture it = new Fixture(stores, "gamma", false)) {
      Slow slow = new Slow();
      it.api.fate = slow;
      List<RegistrationService> nodes = new ArrayList<>();
      for (int i = 1; i <= 8; i++) {
        nodes.add(it.service(stores.node("node-" + i)));
      }
      for (int round = 0; round < 2; round++) {
        CountDownLatch go = new CountDownLatch(1);
        List<Future<?>> passes = new ArrayList<>();
        for (RegistrationService node : nodes) {
          passes.add(
              threads.submit(
                  () -> {
                    go.await();
                    return node.pass(NAME, true);
                  }));
        }
        go.countDown();
        for (Future<?> pass : passes) {
          pass.get(30, TimeUnit.SECONDS);
        }
        stores.advance(RegistrationService.SECRETS_INTERVAL.multipliedBy(3));
      }

      assertThat(it.api.calls()).filteredOn("create"::equals).hasSize(1);
      assertThat(it.api.all()).hasSize(1);
      assertThat(slow.most).hasValue(1);
      assertThat(it.status().state()).isEqualTo(State.IN_SYNC);
      assertThat(it.current()).isEqualTo(it.api.signing.get("e1"));

      // Restarts, one after the other, ask for nothing.
      int calls = it.api.calls().size();
      for (int i = 1; i <= 4; i++) {
        nodes.get(i).pass(NAME, true);
      }
      assertThat(it.api.calls()).hasSize(calls);
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "gamma, false, before", "gamma, false, after", "gamma, true, before", "gamma, true, after",
    "stripe, false, before", "stripe, false, after", "stripe, true, before", "stripe, true, after",
    "github, false, before", "svix, false, before", "svix, false, after"
  })
  void aNodeThatHangsInItsCreateAndLosesItsTurnLeavesOne(
      String api, boolean honoursKeys, String when) {
    try (Fixture it = new Fixture(TestRegistrations.sqlite(), api, honoursKeys)) {
      RegistrationService other = it.service();
      AtomicInteger creates = new AtomicInteger();
      it.api.fate =
          new MemoryApi.Fate() {
            @Override
            public @Nullable Refused<Object> before(String call) {
              if (when.equals("before")) {
                overtaken(call);
              }
              return null;
            }

            @Override
            public @Nullable Refused<Object> after(String call) {
              if (when.equals("after")) {
                overtaken(call);
              }
              return null;
            }

            private void overtaken(String call) {
              if (call.equals("create") && creates.incrementAndGet() == 1) {
                it.stores.advance(Duration.ofMinutes(3));
                other.pass(NAME, true);
              }
            }
          };

      Result result = it.apply();
      it.api.fate = new MemoryApi.Fate() {};

      assertThat(result.outcome()).isEqualTo(Result.Outcome.BUSY);
      for (int i = 0; i < 2; i++) {
        it.stores.advance(Duration.ofMinutes(12));
        it.service().pass(NAME, true);
      }
      assertThat(it.api.all()).as(api).hasSize(1);
      assertThat(it.status().state()).as(it.status().toString()).isEqualTo(State.IN_SYNC);
      assertThat(it.current()).isEqualTo(it.api.signing.get(it.only().id()));
    }
  }

  @Test
  void anApiThatHangsKeepsNobodyFromStartingOrEnding() {
    try (Fixture it = new Fixture(TestRegistrations.sqlite(), "gamma", false)) {
      CountDownLatch released = new CountDownLatch(1);
      it.api.fate =
          new MemoryApi.Fate() {
            @Override
            public @Nullable Refused<Object> before(String call) {
              try {
                assertThat(released.await(1, TimeUnit.MINUTES)).isTrue();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return MemoryApi.refused(Kind.UNAVAILABLE, 0, true);
              }
              return null;
            }
          };
      RegistrationService service = it.service();
      RegistrationRunner runner = new RegistrationRunner(service);
      long began = System.nanoTime();
      runner.start();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(1));
      await().atMost(Duration.ofSeconds(10)).until(() -> it.api.calls().contains("list"));
      assertThat(service.list().get(0).state()).isEqualTo(State.UNKNOWN);

      began = System.nanoTime();
      runner.close();

      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
      released.countDown();
    }
  }

  @Test
  void theBackgroundMakesItReadsTheSecretsAndDeletesNothingAtTheEnd() {
    try (Fixture it = new Fixture(TestRegistrations.sqlite(), "gamma", false)) {
      for (int i = 0; i < 2; i++) {
        try (RegistrationRunner runner = new RegistrationRunner(it.service())) {
          runner.start();
          await()
              .atMost(Duration.ofSeconds(10))
              .until(() -> it.status().state() == State.IN_SYNC && !it.keyring.secrets().isEmpty());
        }
      }
      assertThat(it.api.all()).hasSize(1);
      assertThat(it.api.calls()).filteredOn("create"::equals).hasSize(1);
      assertThat(it.api.calls()).doesNotContain("delete");
    }
  }

  @Test
  void theUseOfASecretIsNotedInTheStoreForAllNodes() {
    try (Fixture it = new Fixture(TestRegistrations.sqlite(), "gamma", false)) {
      it.apply();
      RegistrationService service = it.service();
      service.readSecrets();
      assertThat(it.status().secrets().get(0).lastUsedAt()).isNull();

      assertThat(it.isVerified(it.current())).isTrue();
      service.readSecrets();

      assertThat(it.status().secrets().get(0).lastUsedAt()).isEqualTo(it.store().now());
      it.stores.advance(Duration.ofSeconds(30));
      assertThat(it.isVerified(it.current())).isTrue();
      service.readSecrets();
      assertThat(it.status().secrets().get(0).lastUsedAt())
          .as("once a minute")
          .isEqualTo(it.store().now().minusSeconds(30));
    }
  }

  @Test
  void anOrderWaitsForNobodyElsesTurn() {
    try (Fixture it = new Fixture(TestRegistrations.sqlite(), "gamma", false)) {
      var turn = it.store().take(NAME, Duration.ofMinutes(1)).orElseThrow();
      Result result = it.service().apply(NAME, false, false, ANN);
      assertThat(result.outcome()).isEqualTo(Result.Outcome.BUSY);
      assertThat(it.api.calls()).isEmpty();
      it.store().end(turn);
      assertThat(it.apply().outcome()).isEqualTo(Result.Outcome.DONE);
    }
  }
}
