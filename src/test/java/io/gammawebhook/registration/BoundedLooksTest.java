package io.gammawebhook.registration;

import static io.gammawebhook.registration.Fixture.ANN;
import static io.gammawebhook.registration.Fixture.NAME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gammawebhook.registration.Plan.Action;
import io.gammawebhook.registration.RegistrationService.Configured;
import io.gammawebhook.registration.RegistrationStatus.State;
import io.gammawebhook.registration.api.Account;
import io.gammawebhook.registration.api.ApiOutcome.Kind;
import io.gammawebhook.registration.api.ApiOutcome.Refused;
import io.gammawebhook.registration.api.Wanted;
import io.gammawebhook.store.TestRegistrations;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** However slow an API is: who asks is answered soon, and other registrations go on. */
@Timeout(60)
class BoundedLooksTest {

  private final CountDownLatch released = new CountDownLatch(1);
  private Fixture it;

  @BeforeEach
  void open() {
    it = new Fixture(TestRegistrations.sqlite(), "gamma", false);
  }

  @AfterEach
  void close() {
    released.countDown();
    it.close();
  }

  /** Answers when it is released. */
  private final class Hanging implements MemoryApi.Fate {
    final CountDownLatch called = new CountDownLatch(1);

    @Override
    public @Nullable Refused<Object> before(String call) {
      called.countDown();
      try {
        assertThat(released.await(1, TimeUnit.MINUTES)).isTrue();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return MemoryApi.refused(Kind.UNAVAILABLE, 0, true);
      }
      return null;
    }
  }

  private Configured configured(int number, MemoryApi api) {
    RegistrationSettings like = it.settings();
    String name = "orders-" + number;
    return new Configured(
        new RegistrationSettings(
            name,
            like.source(),
            like.api(),
            like.account(),
            like.credentialsPlace(),
            new Wanted(
                Fixture.URL + number, List.of("invoice.*"), true, null, "gamma-webhook:" + name),
            like.secretMode(),
            like.checkInterval(),
            like.oldSecretUnusedFor(),
            like.onDisabled(),
            3,
            like.mode()),
        api,
        Fixture.SCHEME,
        () -> null);
  }

  private RegistrationService service(MemoryApi... apis) {
    return new RegistrationService(
        IntStream.range(0, apis.length).mapToObj(i -> configured(i, apis[i])).toList(),
        it.store(),
        it.seal,
        source -> it.keyring,
        Fixture.RANDOM,
        ApiCalls.NONE);
  }

  private static MemoryApi api() {
    return new MemoryApi(Fixture.api("gamma"), false);
  }

  @Test
  void whoComesWhileALookIsGoingOnIsTurnedAwayAtOnce() throws Exception {
    Hanging hanging = new Hanging();
    it.api.fate = hanging;
    RegistrationService service = it.service();
    CompletableFuture<Plan> first = CompletableFuture.supplyAsync(() -> service.diff(NAME));
    assertThat(hanging.called.await(10, TimeUnit.SECONDS)).isTrue();

    long began = System.nanoTime();
    for (Runnable next :
        List.<Runnable>of(
            () -> service.diff(NAME),
            () -> service.apply(NAME, true, false, ANN),
            () -> service.apply(NAME, false, false, ANN),
            () -> service.apply(NAME, false, true, ANN),
            () -> service.remove(NAME, false, ANN),
            () -> service.test(NAME, ANN))) {
      assertThatThrownBy(next::run)
          .isInstanceOf(LookUnderWayException.class)
          .hasMessageContaining("registration orders is going on");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
    assertThat(it.audit()).as("what was not begun").isEmpty();

    released.countDown();
    assertThat(first.get(10, TimeUnit.SECONDS).action()).isEqualTo(Action.CREATE);
    assertThat(service.diff(NAME)).isEqualTo(first.get());
    assertThat(it.api.calls()).as("what was found just now is said again").hasSize(1);
    assertThat(service.apply(NAME, false, false, ANN).outcome()).isEqualTo(Result.Outcome.DONE);
    assertThat(service.diff(NAME).action()).as("but not after an order").isEqualTo(Action.NOTHING);
  }

  @Test
  void twoAreLookedAtAtATimeOnANode() throws Exception {
    MemoryApi[] apis = {api(), api(), api()};
    RegistrationService service = service(apis);
    for (int i = 0; i < 2; i++) {
      Hanging hanging = new Hanging();
      apis[i].fate = hanging;
      String name = "orders-" + i;
      var unused = CompletableFuture.supplyAsync(() -> service.diff(name));
      assertThat(hanging.called.await(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThatThrownBy(() -> service.diff("orders-2"))
        .isInstanceOf(LookUnderWayException.class)
        .hasMessageContaining("orders-0 and orders-1");
    released.countDown();
    await()
        .atMost(Duration.ofSeconds(10))
        .ignoreExceptions()
        .until(() -> service.diff("orders-2").action() == Action.CREATE);
  }

  @Test
  void aLookAndAnOrderAreAnsweredWithinSomeTimeOuts() {
    Account account = it.account;
    it.account =
        new Account(
            account.baseUrl(), account.credentials(), account.parameters(), Duration.ofMillis(200));
    it.api.fate = new Hanging();
    RegistrationService service = it.service();

    long began = System.nanoTime();
    assertThatThrownBy(() -> service.diff(NAME))
        .isInstanceOf(LookUnderWayException.class)
        .hasMessageContaining("within 0.6 s; it is given up");
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> service.apply(NAME, false, false, ANN))
                    .hasMessageContaining("within 0.6 s; it goes on"));
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));

    released.countDown();
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(it.status().state()).isEqualTo(State.IN_SYNC));
  }

  @Test
  void anApiThatWantsToBeLeftAloneIs() {
    it.api.fate =
        new MemoryApi.Fate() {
          @Override
          public @Nullable Refused<Object> before(String call) {
            return MemoryApi.limited(Duration.ofMinutes(5));
          }
        };
    RegistrationService diffed = it.service();
    diffed.diff(NAME);
    it.check();
    assertThat(it.api.calls()).hasSize(2);
    it.api.fate = new MemoryApi.Fate() {};

    Plan plan = it.service().diff(NAME);
    assertThat(plan.action()).isEqualTo(Action.UNKNOWN);
    assertThat(plan.sentence()).contains("was asked too often, and was not asked now");
    assertThat(plan.cure()).contains("It may be asked again at 20");
    assertThat(diffed.apply(NAME, true, false, ANN).plan().action()).isEqualTo(Action.UNKNOWN);
    assertThat(it.api.calls()).hasSize(2);

    it.stores.advance(Duration.ofMinutes(7));
    assertThat(it.service().diff(NAME).action()).isEqualTo(Action.CREATE);
    assertThat(diffed.apply(NAME, true, false, ANN).plan().action()).isEqualTo(Action.CREATE);
  }

  @Test
  void whatALookWasToldCountsForTheNextOneAlsoWhereNothingIsStored() {
    it.api.fate =
        new MemoryApi.Fate() {
          @Override
          public @Nullable Refused<Object> before(String call) {
            return MemoryApi.limited(Duration.ofMinutes(5));
          }
        };
    RegistrationService service = it.service();
    service.diff(NAME);
    service.apply(NAME, true, false, ANN);
    assertThat(it.api.calls()).hasSize(1);
  }

  @Test
  void oneSlowApiHoldsUpNoOtherRegistration() {
    MemoryApi[] apis = {api(), api(), api()};
    apis[0].fate = new Hanging();
    apis[1].fate = new Hanging();
    RegistrationService service = service(apis);
    try (RegistrationRunner runner = new RegistrationRunner(service)) {
      runner.start();
      await()
          .atMost(Duration.ofSeconds(10))
          .until(
              () ->
                  Stream.of(apis).allMatch(api -> api.calls().contains("list"))
                      && !apis[2].all().isEmpty());
      assertThat(apis[0].calls()).as("one thread for each").hasSize(1);
      released.countDown();
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> service.list().stream().allMatch(status -> status.state() == State.IN_SYNC));
    }
  }
}
