package io.gammawebhook.registration;

import static io.gammawebhook.registration.Fixture.MARKER;
import static io.gammawebhook.registration.Fixture.NAME;
import static io.gammawebhook.registration.Fixture.RANDOM;
import static io.gammawebhook.registration.Fixture.SCHEME;
import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.registration.RegistrationSettings.SecretMode;
import io.gammawebhook.registration.RegistrationStatus.State;
import io.gammawebhook.registration.api.Account;
import io.gammawebhook.registration.api.ApiOutcome;
import io.gammawebhook.registration.api.HttpRegistrationApi;
import io.gammawebhook.registration.api.RegistrationApi;
import io.gammawebhook.registration.api.Wanted;
import io.gammawebhook.simulator.ApiCall;
import io.gammawebhook.simulator.GammaSimulator;
import io.gammawebhook.simulator.SimulatedRegistration;
import io.gammawebhook.store.TestRegistrations;
import io.gammawebhook.verify.SecretText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The same over sockets: the client, and an API that loses answers and refuses. */
class OverHttpTest {

  private final GammaSimulator simulator =
      GammaSimulator.builder(InstantSource.system()).sameUrlTwice(true).pageSize(2).build();
  private final Fixture it = new Fixture(TestRegistrations.sqlite(), "gamma", true);

  @BeforeEach
  void start() {
    simulator.start();
    with(simulator.token());
  }

  private void with(SecretText token) {
    it.account = new Account(simulator.apiUrl(), token, Map.of(), Duration.ofSeconds(5));
    it.real = new HttpRegistrationApi(it.api.description(), it.account, InstantSource.system());
  }

  @AfterEach
  void close() {
    simulator.close();
    it.close();
  }

  private SimulatedRegistration only() {
    assertThat(simulator.registrations()).hasSize(1);
    return simulator.registrations().get(0);
  }

  private void checked(Duration later) {
    it.stores.advance(later);
    it.check();
  }

  @Test
  void aCreateWhoseAnswerWasLostIsFoundAndNotMadeAgain() {
    simulator.loseNextAnswer(ApiCall.CREATE);

    assertThat(it.apply().outcome()).isEqualTo(Result.Outcome.UNREACHABLE);
    assertThat(it.status().sentence()).contains("may have been done all the same");
    assertThat(it.live()).contains(simulator.secret(only().id()));

    checked(Duration.ofMinutes(1));

    assertThat(it.status().state()).as(it.status().toString()).isEqualTo(State.IN_SYNC);
    assertThat(it.status().id()).isEqualTo(only().id());
    assertThat(it.current()).isEqualTo(simulator.secret(only().id()));
  }

  @Test
  void aRotationWhoseAnswerWasLostIsBroughtToAnEnd() {
    it.apply();
    simulator.loseNextAnswer(ApiCall.ROTATE);

    assertThat(it.newSecret().outcome()).isEqualTo(Result.Outcome.UNREACHABLE);
    assertThat(it.secrets()).containsExactly("2 next", "1 current");
    assertThat(it.live()).contains(simulator.secret(only().id()));

    checked(Duration.ofMinutes(1));

    assertThat(it.secrets()).containsExactly("2 current", "1 old");
    assertThat(it.current()).isEqualTo(simulator.secret(only().id()));
  }

  @Test
  void refusalsOfTheRealKindHaveTheirStates() {
    it.apply();
    simulator.failNext(ApiCall.LIST, 1, 429, Duration.ofMinutes(30));
    checked(Duration.ofMinutes(12));
    assertThat(it.status().state()).isEqualTo(State.UNREACHABLE);
    assertThat(Duration.between(it.status().checkedAt(), it.status().nextCheckAt()))
        .isBetween(Duration.ofMinutes(30), Duration.ofMinutes(33));

    simulator.failNext(ApiCall.LIST, 1, 503, null);
    checked(Duration.ofMinutes(34));
    assertThat(it.status().state()).isEqualTo(State.UNREACHABLE);

    simulator.disable(only().id());
    with(simulator.readOnlyToken());
    checked(Duration.ofMinutes(2));
    assertThat(it.status().state()).isEqualTo(State.REFUSED);
    assertThat(it.status().cure()).contains("gamma.webhook.registrations.orders.credentials");
    with(SecretText.valueOf("another"));
    it.apply();
    assertThat(it.status().state()).isEqualTo(State.REFUSED);
    assertThat(it.status().sentence()).contains("HTTP 401").doesNotContain("another");

    with(simulator.token());
    checked(Duration.ofHours(2));
    assertThat(it.status().state()).isEqualTo(State.IN_SYNC);
    assertThat(only().enabled()).isTrue();
    assertThat(it.audit()).contains("registration_disabled", "registration_enabled");
  }

  @Test
  void aSecondOneOfOursIsDeleted() {
    it.apply();
    String first = only().id();
    it.stores.execute("update webhook_registration set api_id = null, creating = 'k'");
    it.real = new HttpRegistrationApi(it.api.description(), it.account, InstantSource.system());
    assertThat(it.real.create(it.wanted, null, "another-key").toString()).doesNotContain("whsec_");
    assertThat(simulator.registrations()).hasSize(2);

    it.service().pass(NAME, true);

    assertThat(it.status().state()).as(it.status().toString()).isEqualTo(State.IN_SYNC);
    assertThat(it.current()).isEqualTo(simulator.secret(only().id()));
    assertThat(first).isNotNull();
  }

  @Test
  void anEntryOnTheThirdPageIsFoundAndNotMadeTwice() {
    for (int other = 0; other < 4; other++) {
      simulator.register("https://hooks.example.com/" + other, List.of(), null);
    }
    it.secretMode = SecretMode.SOURCE;
    it.sourceSecret = SecretText.valueOf(SCHEME.secretEncoding().generate(RANDOM));
    RegistrationApi api = Objects.requireNonNull(it.real);
    assertThat(api.create(it.wanted, it.sourceSecret, "of-an-earlier-store"))
        .isInstanceOf(ApiOutcome.Done.class);
    String ours = simulator.registrations().get(4).id();

    it.apply();

    assertThat(simulator.registrations()).hasSize(5);
    assertThat(it.status().id()).isEqualTo(ours);
    assertThat(it.status().state()).as(it.status().toString()).isEqualTo(State.IN_SYNC);
    assertThat(it.stores.rows("select detail from webhook_audit"))
        .contains("entry " + ours + " was found there, and is taken as ours");
  }

  /** With the statements of docs/registrations.md. */
  @Test
  void aCopyOfTheStoreMovesTheEntryUnlessItsRegistrationsAreCleared() throws IOException {
    it.apply();
    SimulatedRegistration production = only();
    SecretText secret = simulator.secret(production.id());
    try (Fixture copy = new Fixture(it.stores.copy(), "gamma", true)) {
      copy.account = it.account;
      copy.real = it.real;
      copy.wanted =
          new Wanted("https://staging.example.com/orders", it.wanted.events(), true, null, MARKER);
      assertThat(copy.service().diff(NAME).differences())
          .containsExactly(
              new Difference("url", "https://staging.example.com/orders", production.url()));

      Matcher statement =
          Pattern.compile("^delete from .*;$", Pattern.MULTILINE)
              .matcher(Files.readString(Path.of("docs/registrations.md")));
      assertThat(statement.results().map(MatchResult::group))
          .hasSize(2)
          .allSatisfy(sql -> copy.stores.execute(sql));

      copy.apply();

      assertThat(copy.status().state()).as(copy.status().toString()).isEqualTo(State.IN_SYNC);
      assertThat(simulator.registrations())
          .extracting(SimulatedRegistration::url)
          .containsExactly(production.url(), "https://staging.example.com/orders");
      assertThat(simulator.registrations().get(0)).isEqualTo(production);
      assertThat(simulator.secret(production.id())).isEqualTo(secret);
      assertThat(copy.live()).doesNotContain(secret);
    }
    checked(Duration.ofMinutes(12));
    assertThat(it.status().state()).isEqualTo(State.IN_SYNC);
    assertThat(it.status().sentence()).endsWith("is as wanted");
    assertThat(simulator.registrations()).hasSize(2);
  }
}
