package io.gammawebhook.registration;

import static io.gammawebhook.registration.Fixture.ANN;
import static io.gammawebhook.registration.Fixture.MARKER;
import static io.gammawebhook.registration.Fixture.NAME;
import static io.gammawebhook.registration.Fixture.URL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gammawebhook.registration.Plan.Action;
import io.gammawebhook.registration.RegistrationSettings.Mode;
import io.gammawebhook.registration.RegistrationSettings.OnDisabled;
import io.gammawebhook.registration.RegistrationSettings.SecretMode;
import io.gammawebhook.registration.RegistrationStatus.State;
import io.gammawebhook.registration.api.ApiOutcome.Kind;
import io.gammawebhook.registration.api.ApiOutcome.Refused;
import io.gammawebhook.registration.api.Registered;
import io.gammawebhook.registration.api.Wanted;
import io.gammawebhook.store.TestRegistrations;
import io.gammawebhook.verify.SecretText;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found at an API, and what is done about it, on the embedded store. */
class ReconcilerTest {

  private Fixture it = new Fixture(TestRegistrations.sqlite(), "gamma", true);

  @AfterEach
  void close() {
    it.close();
  }

  private void with(String api) {
    it.close();
    it = new Fixture(TestRegistrations.sqlite(), api, false);
  }

  private static Registered entry(String id, String url, @Nullable String marker) {
    return new Registered(id, url, List.of("invoice.*"), true, null, null, marker, null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gamma", "github", "stripe", "svix"})
  void whatIsNotThereIsMadeOnceAndItsSecretIsKnown(String api) {
    with(api);

    assertThat(it.status().state()).isEqualTo(State.UNKNOWN);
    Result made = it.apply();

    assertThat(made.outcome()).as(made.toString()).isEqualTo(Result.Outcome.DONE);
    assertThat(it.only().url()).isEqualTo(URL);
    assertThat(it.current()).isEqualTo(it.api.signing.get(it.only().id()));
    assertThat(it.keyring.secrets()).extracting(s -> s.name()).containsExactly("orders.1");
    assertThat(it.status().state()).isEqualTo(State.IN_SYNC);
    assertThat(it.status().id()).isEqualTo(it.only().id());

    it.stores.advance(Duration.ofHours(1));
    it.check();
    Result again = it.apply();

    assertThat(again.outcome()).isEqualTo(Result.Outcome.NOTHING);
    assertThat(it.api.calls()).filteredOn(call -> !call.equals("list")).containsExactly("create");
    assertThat(it.audit())
        .containsExactlyInAnyOrder(
            "registration_ordered",
            "secret_made",
            "registration_created",
            "secret_changed",
            "registration_ordered")
        .containsSubsequence("secret_made", "secret_changed");
  }

  @Test
  void aDifferenceIsShownByADiffAndMendedByAnApply() {
    it.apply();
    it.wanted = new Wanted(URL, List.of("order.paid", "invoice.*"), true, "ours", MARKER);

    Plan plan = it.service().diff(NAME);

    assertThat(plan.action()).isEqualTo(Action.UPDATE);
    assertThat(plan.differences())
        .containsExactly(
            new Difference("events", "invoice.*, order.paid", "invoice.*"),
            new Difference("description", "ours", "none"));
    assertThat(it.service().apply(NAME, true, false, ANN).plan()).isEqualTo(plan);
    assertThat(it.api.calls()).doesNotContain("update");

    assertThat(it.apply().outcome()).isEqualTo(Result.Outcome.DONE);

    assertThat(it.only().events()).containsExactlyInAnyOrder("order.paid", "invoice.*");
    assertThat(it.service().diff(NAME).action()).isEqualTo(Action.NOTHING);
    assertThat(
            it.stores.rows(
                "select reason || ' ' || detail from webhook_audit"
                    + " where kind = 'registration_updated'"))
        .containsExactly(
            "orders entry e1 was changed, events: invoice.* -> invoice.*, order.paid;"
                + " description: none -> ours");
    assertThat(
            it.stores.rows(
                "select reason || '|' || detail || '|' || origin from webhook_audit"
                    + " where kind = 'registration_ordered'"))
        .contains("ann|apply orders: new endpoint|ann@10.0.0.7");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gamma", "github", "stripe", "svix"})
  void aChangeLeavesTheSecretAsItIs(String api) {
    with(api);
    it.apply();
    it.wanted = new Wanted(URL, List.of("order.paid"), true, null, MARKER);

    it.service().pass(NAME, true);

    assertThat(it.only().events()).containsExactly("order.paid");
    assertThat(it.current()).isEqualTo(it.api.signing.get("e1"));
    assertThat(it.secrets()).containsExactly("1 current");
  }

  @Test
  void whatTheApiDoesNotKeepIsTriedOnceAndSaid() {
    it.apply();
    it.wanted = new Wanted(URL, List.of("Order.Paid"), true, null, MARKER);
    it.api.keeps = told -> new Wanted(told.url(), List.of("order.paid"), true, null, told.marker());

    it.service().pass(NAME, true);

    assertThat(it.status().state()).isEqualTo(State.DRIFT);
    assertThat(it.status().sentence()).contains("did not keep it");
    assertThat(it.status().cure()).contains("Write events as the API writes it");
    for (int i = 0; i < 3; i++) {
      it.stores.advance(Duration.ofMinutes(20));
      it.check();
    }
    assertThat(it.api.calls()).filteredOn("update"::equals).hasSize(1);
    it.apply();
    assertThat(it.api.calls()).as("an order tries again").filteredOn("update"::equals).hasSize(2);
  }

  @Test
  void anEntryOfAnotherAddressIsNobodysBusiness() {
    it.api.put(entry("x1", "https://staging.example.com/webhooks/orders", MARKER));
    it.api.put(entry("x2", "https://other.example.com/", null));

    it.apply();

    assertThat(it.api.all()).extracting(Registered::id).containsExactly("x1", "x2", "e1");
    it.service().remove(NAME, false, ANN);
    assertThat(it.api.all()).extracting(Registered::id).containsExactly("x1", "x2");
  }

  @Test
  void ourAddressUnderAnotherMarkerIsAConflictThatAsks() {
    it.api.put(entry("x1", URL, "gamma-webhook:billing"));

    Result result = it.apply();

    assertThat(result.outcome()).isEqualTo(Result.Outcome.REFUSED);
    assertThat(result.plan().action()).isEqualTo(Action.CONFLICT);
    assertThat(result.cure()).contains("Delete that entry there").contains("public-url");
    assertThat(it.status().state()).isEqualTo(State.DRIFT);
    it.stores.advance(Duration.ofHours(1));
    it.check();
    assertThat(it.api.calls()).containsOnly("list");
    assertThat(it.service().diff(NAME).action()).isEqualTo(Action.CONFLICT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTPS://Hooks.Example.com/webhooks/orders",
        "https://hooks.example.com:443/webhooks/orders"
      })
  void oneAddressIsOneHoweverItIsWritten(String url) {
    it.secretMode = SecretMode.SOURCE;
    it.sourceSecret = SecretText.valueOf("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    it.api.put(entry("x1", url, null));

    assertThat(it.apply().outcome()).isEqualTo(Result.Outcome.DONE);

    assertThat(it.only().id()).isEqualTo("x1");
    assertThat(it.status().id()).isEqualTo("x1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil@hooks.example.com/webhooks/orders",
        "https://hooks.example.com/webhooks/orders#z",
        "https://hooks.example.com/webhooks/orders?"
      })
  void anAddressWithMoreThanOursIsAnotherOnes(String url) {
    it.secretMode = SecretMode.SOURCE;
    it.sourceSecret = SecretText.valueOf("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    it.api.put(entry("x1", url, null));

    it.apply();

    assertThat(it.status().id()).isEqualTo("e1");
  }

  @Test
  void addressesOfHostsThatNoRuleAllowsAreNotAllOne() {
    assertThat(Found.isSame("https://a_b/in", "https://c_d/in")).isFalse();
    assertThat(Found.isSame("mailto:a", "mailto:b")).isFalse();
  }

  @Test
  void anEntryWhoseSecretNobodyKnowsIsLeftUntilAPersonSaysSo() {
    it.api.put(entry("x1", URL, MARKER));
    it.api.signing.put("x1", SecretText.valueOf("whsec_unknown"));

    Result asked = it.apply();

    assertThat(asked.outcome()).isEqualTo(Result.Outcome.REFUSED);
    assertThat(asked.plan().action()).isEqualTo(Action.UNKNOWN);
    assertThat(asked.sentence()).contains("does not hold the secret");
    assertThat(asked.cure()).contains("registrations rotate orders");
    assertThat(it.api.calls()).containsOnly("list");
    assertThat(it.status().state()).isEqualTo(State.DRIFT);

    assertThat(it.newSecret().outcome()).isEqualTo(Result.Outcome.DONE);

    assertThat(it.current()).isEqualTo(it.api.signing.get("x1"));
    assertThat(it.status().state()).isEqualTo(State.IN_SYNC);
  }

  @Test
  void thatItIsSwitchedOffBesidesIsSaidOnceWithTheCure() {
    it.api.put(entry("x1", URL, MARKER));
    it.api.disable("x1", "too many failures");

    it.service().pass(NAME, true);
    for (int i = 0; i < 3; i++) {
      it.stores.advance(Duration.ofMinutes(12));
      it.check();
    }

    RegistrationStatus status = it.status();
    assertThat(status.state()).isEqualTo(State.DISABLED);
    assertThat(status.sentence())
        .contains("does not hold the secret")
        .contains("; besides, Gamma has switched entry x1 off");
    assertThat(it.service().diff(NAME).sentence()).isEqualTo(status.sentence());
    assertThat(status.cure()).contains("registrations rotate orders").contains("switches it on");
    assertThat(it.audit())
        .containsExactlyInAnyOrder("registration_disabled", "registration_failed");
    assertThat(
            it.stores.rows("select detail from webhook_audit where kind = 'registration_failed'"))
        .containsExactly(status.sentence() + ". " + status.cure());

    assertThat(it.newSecret().outcome()).isEqualTo(Result.Outcome.DONE);
    assertThat(it.only().enabled()).isTrue();
    assertThat(it.status().state()).isEqualTo(State.IN_SYNC);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-, entry e1 is switched off at Gamma",
        "too many failures, Gamma has switched entry e1 off: too many failures"
      })
  void whoSwitchedItOffIsSaidOnlyWhereTheApiSaysIt(@Nullable String reason, String said) {
    it.apply();
    it.api.disable("e1", reason);
    it.stores.advance(Duration.ofMinutes(12));

    it.check();

    assertThat(
            it.stores.rows("select detail from webhook_audit where kind = 'registration_disabled'"))
        .containsExactly(said);
    assertThat(
            it.stores.rows("select detail from webhook_audit where kind = 'registration_enabled'"))
        .containsExactly("entry e1 was switched on again, once in 24 hours");
  }

  @Test
  void aDiffSaysWhatAnApplyWouldDoAndLooksWillNot() {
    it.apply();
    it.api.disable("e1", null);
    assertThat(it.service().diff(NAME).sentence()).isEqualTo("Entry e1 is switched on again");
    it.onDisabled = OnDisabled.WARN;
    assertThat(it.service().diff(NAME).sentence())
        .isEqualTo(
            "Entry e1 is switched off at Gamma, and on-disabled: warn leaves it so; an apply would"
                + " switch it on");
    it.onDisabled = OnDisabled.ENABLE;
    for (int i = 1; i <= 4; i++) {
      it.api.disable("e1", null);
      it.stores.advance(Duration.ofMinutes(12));
      it.check();
    }

    Plan plan = it.service().diff(NAME);

    assertThat(plan.action()).isEqualTo(Action.ENABLE);
    assertThat(plan.sentence())
        .contains("an apply would switch it on")
        .contains("3 times in 24 hours")
        .contains("most-enables-per-day");
    assertThat(plan.cure()).contains("registrations apply orders");
    assertThat(it.status().sentence()).startsWith("Entry e1 is switched off at Gamma");
    it.apply();
    assertThat(it.only().enabled()).isTrue();
  }

  @Test
  void aSecretThatTheApiTellsIsRead() {
    with("svix");
    it.api.put(entry("x1", URL, MARKER));
    it.api.signing.put("x1", SecretText.valueOf("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));

    assertThat(it.apply().outcome()).isEqualTo(Result.Outcome.DONE);

    assertThat(it.current()).isEqualTo(it.api.signing.get("x1"));
    assertThat(it.api.calls()).contains("secret").doesNotContain("rotate");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gamma", "github", "stripe", "svix"})
  void anotherSecretOverlapsWithTheOneBefore(String api) {
    with(api);
    it.apply();
    SecretText first = it.current();

    Result rotated = it.newSecret();

    assertThat(rotated.outcome()).as(rotated.toString()).isEqualTo(Result.Outcome.DONE);
    SecretText second = it.current();
    assertThat(second).isNotEqualTo(first).isEqualTo(it.api.signing.get(it.only().id()));
    assertThat(it.live()).containsExactly(second, first);
    assertThat(it.secrets()).containsExactly("2 current", "1 old");
    assertThat(it.keyring.secrets()).hasSize(2);

    it.stores.advance(Duration.ofHours(25));
    it.check();

    assertThat(it.secrets()).containsExactly("2 current");
    assertThat(it.keyring.secrets()).hasSize(1);
    assertThat(it.audit()).contains("secret_retired");
  }

  @Test
  void aReplacedSecretStaysAsLongAsItIsUsed() {
    it.apply();
    it.newSecret();
    for (int i = 0; i < 3; i++) {
      it.stores.advance(Duration.ofHours(20));
      it.store().used(NAME, 1);
      it.check();
      assertThat(it.secrets()).containsExactly("2 current", "1 old");
    }
    it.stores.advance(Duration.ofHours(23));
    it.check();
    assertThat(it.secrets()).hasSize(2);
    it.stores.advance(Duration.ofHours(2));
    it.check();
    assertThat(it.secrets()).containsExactly("2 current");
  }

  @Test
  void anAnswerThatNeverCameLeavesBothSecretsLive() {
    it.apply();
    SecretText first = it.current();
    it.api.fate =
        new MemoryApi.Fate() {
          @Override
          public @Nullable Refused<Object> after(String call) {
            return call.equals("rotate") ? MemoryApi.refused(Kind.UNAVAILABLE, 0, true) : null;
          }
        };

    Result result = it.newSecret();

    assertThat(result.outcome()).isEqualTo(Result.Outcome.UNREACHABLE);
    assertThat(it.secrets()).containsExactly("2 next", "1 current");
    assertThat(it.live()).contains(first, it.api.signing.get("e1"));
    assertThat(it.keyring.secrets()).hasSize(2);

    it.api.fate = new MemoryApi.Fate() {};
    it.stores.advance(Duration.ofMinutes(1));
    it.check();

    assertThat(it.secrets()).containsExactly("2 current", "1 old");
    assertThat(it.current()).isEqualTo(it.api.signing.get("e1"));
  }

  @Test
  void theApiIsToldOfASecretOnceAllNodesHadTimeToReadIt() {
    it.close();
    it = new Fixture(TestRegistrations.postgres(), "gamma", true);

    Result waiting = it.apply();

    assertThat(waiting.outcome()).isEqualTo(Result.Outcome.WAITING);
    assertThat(it.secrets()).containsExactly("1 next");
    assertThat(it.keyring.secrets()).hasSize(1);
    assertThat(it.api.calls()).containsExactly("list");
    it.check();
    assertThat(it.api.calls()).as("not due").containsExactly("list");

    it.stores.advance(RegistrationService.SECRETS_INTERVAL.multipliedBy(2).plusSeconds(1));
    it.check();

    assertThat(it.secrets()).containsExactly("1 current");
    assertThat(it.api.calls()).contains("create");
  }

  @Test
  void theSecretOfTheSourceIsGivenAndGivenAgainOnceItChanges() {
    it.secretMode = SecretMode.SOURCE;
    it.sourceSecret = SecretText.valueOf("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    it.apply();
    assertThat(it.api.signing.get("e1")).isEqualTo(it.sourceSecret);
    it.check();
    assertThat(it.api.calls()).doesNotContain("rotate");

    it.sourceSecret = SecretText.valueOf("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD");
    assertThat(it.service().diff(NAME).differences())
        .containsExactly(
            new Difference("secret", "the first one of source orders", "the one before"));
    it.service().pass(NAME, true);

    assertThat(it.api.signing.get("e1")).isEqualTo(it.sourceSecret);
    assertThat(it.secrets()).isEmpty();
    assertThat(it.newSecret().outcome()).isEqualTo(Result.Outcome.REFUSED);
  }

  @Test
  void fromTheSourcesSecretToAManagedOneAndBackNothingIsUnsigned() {
    it.secretMode = SecretMode.SOURCE;
    it.sourceSecret = SecretText.valueOf("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    it.apply();

    it.secretMode = SecretMode.MANAGED;
    it.service().pass(NAME, true);
    assertThat(it.secrets()).containsExactly("1 current");
    assertThat(it.current()).isEqualTo(it.api.signing.get("e1"));

    it.secretMode = SecretMode.SOURCE;
    it.service().pass(NAME, true);
    assertThat(it.secrets()).containsExactly("1 old");
    assertThat(it.api.signing.get("e1")).isEqualTo(it.sourceSecret);
  }

  @Test
  void anApiThatMakesTheSecretItselfNeedsItManaged() {
    with("stripe");
    it.secretMode = SecretMode.SOURCE;
    it.sourceSecret = SecretText.valueOf("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

    Result result = it.apply();

    assertThat(result.outcome()).isEqualTo(Result.Outcome.REFUSED);
    assertThat(result.cure()).contains("gamma.webhook.registrations.orders.secret: managed");
    assertThat(it.api.all()).isEmpty();
  }

  @Test
  void whatTheApiHasSwitchedOffIsSwitchedOnAgainSoOftenADay() {
    it.apply();
    for (int day = 0; day < 2; day++) {
      for (int i = 1; i <= 3; i++) {
        it.api.disable("e1", "too many failures");
        it.stores.advance(Duration.ofMinutes(12));
        it.check();
        assertThat(it.only().enabled()).as("time " + i).isTrue();
        assertThat(it.status().state()).isEqualTo(State.IN_SYNC);
      }
      it.api.disable("e1", "too many failures");
      it.stores.advance(Duration.ofMinutes(12));
      it.check();

      assertThat(it.only().enabled()).isFalse();
      assertThat(it.status().state()).isEqualTo(State.DISABLED);
      assertThat(it.status().sentence())
          .contains("switched entry e1 off")
          .contains("3 times in 24 hours");
      assertThat(it.status().cure()).contains("registrations apply orders");
      it.stores.advance(Duration.ofHours(25));
    }
    it.apply();
    assertThat(it.only().enabled()).isTrue();
    assertThat(it.audit()).contains("registration_disabled", "registration_enabled");
  }

  @Test
  void orItStaysOffWithAWarning() {
    it.onDisabled = OnDisabled.WARN;
    it.apply();
    it.api.disable("e1", "too many failures");
    it.wanted = new Wanted(URL, List.of("order.*"), true, null, MARKER);

    it.service().pass(NAME, true);

    assertThat(it.only().events()).containsExactly("order.*");
    assertThat(it.only().enabled()).as("another change does not switch it on").isFalse();
    assertThat(it.status().state()).isEqualTo(State.DISABLED);
    assertThat(it.audit()).containsOnlyOnce("registration_disabled");
  }

  @Test
  void whatWasDeletedThereIsMadeAgainAndWhatAnOperatorRemovedIsNot() {
    it.apply();
    it.api.entries.clear();
    it.stores.advance(Duration.ofMinutes(12));
    it.check();
    assertThat(it.only().id()).isEqualTo("e2");
    assertThat(it.current()).as("the same one").isEqualTo(it.api.signing.get("e2"));

    assertThat(it.service().remove(NAME, true, ANN).outcome()).isEqualTo(Result.Outcome.DRY);
    assertThat(it.api.all()).hasSize(1);
    Result removed = it.service().remove(NAME, false, ANN);

    assertThat(removed.outcome()).isEqualTo(Result.Outcome.DONE);
    assertThat(it.api.all()).isEmpty();
    it.stores.advance(Duration.ofDays(1));
    it.service().pass(NAME, true);
    it.check();
    assertThat(it.api.all()).isEmpty();
    assertThat(it.status().state()).isEqualTo(State.OFF);
    assertThat(it.status().cure()).contains("registrations apply orders");

    assertThat(it.secrets()).as("those of the one that was removed").isEmpty();

    it.apply();
    assertThat(it.api.all()).hasSize(1);
    assertThat(it.status().state()).isEqualTo(State.IN_SYNC);
  }

  /** Looks as the background does, whenever it is due, for that long. */
  private void looks(Duration during) {
    Duration left = during;
    while (!left.isNegative()) {
      Instant now = it.store().now();
      Instant next = it.status().nextCheckAt();
      Duration wait = Duration.between(now, next == null ? now : next).plusSeconds(3);
      it.stores.advance(wait);
      it.check();
      left = left.minus(wait);
    }
  }

  private List<String> calls(String call) {
    return it.api.calls().stream().filter(call::equals).toList();
  }

  @Test
  void anEntryThatTheListShowsLateIsMadeOnce() {
    it.api.lists = entry -> false;
    it.check();

    assertThat(it.status().state()).isEqualTo(State.UNKNOWN);
    assertThat(it.status().sentence()).contains("e1 was made").contains("does not show it yet");
    looks(Duration.ofMinutes(7));
    assertThat(calls("create")).hasSize(1);
    assertThat(calls("list")).hasSizeGreaterThan(4);
    assertThat(it.status().state()).isEqualTo(State.UNKNOWN);

    it.api.lists = entry -> true;
    looks(Duration.ofMinutes(3));

    assertThat(it.status().state()).isEqualTo(State.IN_SYNC);
    assertThat(it.only().id()).isEqualTo("e1");
    it.api.entries.clear();
    looks(Duration.ofMinutes(12));
    assertThat(it.only().id()).as("gone after it was seen").isEqualTo("e2");
  }

  @Test
  void anEntryThatTheListNeverShowsIsMadeThreeTimesAndThenAPersonIsAsked() {
    it.api.lists = entry -> false;
    it.check();
    looks(Duration.ofHours(1));
    it.stores.advance(Duration.ofHours(25));
    looks(Duration.ofMinutes(30));

    assertThat(calls("create")).hasSize(3);
    assertThat(it.status().state()).isEqualTo(State.DRIFT);
    assertThat(it.status().sentence()).contains("e1, e2, e3").contains("never showed");
    assertThat(it.status().cure()).contains("credentials").contains("registrations apply orders");
    assertThat(it.audit()).containsOnlyOnce("registration_failed");

    it.apply();
    assertThat(calls("create")).hasSize(4);
    looks(Duration.ofHours(1));
    assertThat(calls("create")).hasSize(4);
    assertThat(it.status().state()).isEqualTo(State.DRIFT);

    it.api.lists = entry -> true;
    looks(Duration.ofMinutes(12));
    assertThat(it.status().state()).isEqualTo(State.IN_SYNC);
    assertThat(it.only().id()).as("the others are doubles").isEqualTo("e4");
  }

  @Test
  void whatTheListNeverShowedIsRemovedToo() {
    it.api.lists = entry -> false;
    it.check();
    looks(Duration.ofHours(1));
    assertThat(it.api.all()).hasSize(3);

    it.service().remove(NAME, false, ANN);

    assertThat(it.api.all()).isEmpty();
  }

  @Test
  void otherSettingsMayBeOfAnotherList() {
    it.api.lists = entry -> false;
    it.check();
    looks(Duration.ofHours(1));
    it.wanted = new Wanted(URL + "/v2", List.of(), true, null, MARKER);
    it.api.lists = entry -> entry.url().endsWith("/v2");

    it.service().pass(NAME, true);

    assertThat(it.status().state()).isEqualTo(State.IN_SYNC);
    assertThat(calls("create")).hasSize(4);
  }

  @Test
  void theEntryThatIsReplacedStaysUntilTheListShowsTheOther() {
    with("stripe");
    it.apply();
    it.api.lists = entry -> entry.id().equals("e1");

    it.newSecret();
    looks(Duration.ofMinutes(5));

    assertThat(it.api.all()).extracting(Registered::id).containsExactly("e1", "e2");
    assertThat(it.status().state()).isEqualTo(State.UNKNOWN);
    it.api.lists = entry -> true;
    looks(Duration.ofMinutes(3));
    assertThat(it.only().id()).isEqualTo("e2");
    assertThat(it.status().state()).isEqualTo(State.IN_SYNC);
  }

  @Test
  void whatIsDeletedThereAgainAndAgainIsMadeThreeTimesADay() {
    it.check();
    for (int i = 0; i < 5; i++) {
      it.api.entries.clear();
      looks(Duration.ofMinutes(12));
    }

    assertThat(calls("create")).hasSize(3);
    assertThat(it.status().state()).isEqualTo(State.DRIFT);
    assertThat(it.status().sentence()).contains("3 times").contains("is gone");
    assertThat(it.status().cure()).contains("who deletes it");

    it.stores.advance(Duration.ofHours(25));
    it.check();
    assertThat(calls("create")).as("another day").hasSize(4);
  }

  @Test
  void aChangeThatSomebodyUndoesEachTimeIsMadeTenTimesADay() {
    it.check();
    for (int i = 0; i < 14; i++) {
      it.api.put(new Registered("e1", URL, List.of("flip." + i), true, null, null, MARKER, null));
      looks(Duration.ofMinutes(12));
    }

    assertThat(calls("update")).hasSize(10);
    assertThat(it.status().state()).isEqualTo(State.DRIFT);
    assertThat(it.status().sentence()).contains("changed 10 times").contains("a person");
    assertThat(it.status().cure()).contains("registrations apply orders");

    it.apply();
    assertThat(it.status().state()).isEqualTo(State.IN_SYNC);
    it.api.put(new Registered("e1", URL, List.of("flip"), true, null, null, MARKER, null));
    looks(Duration.ofMinutes(12));
    assertThat(calls("update")).as("counted anew after an order").hasSize(12);
    assertThat(it.status().state()).isEqualTo(State.IN_SYNC);
  }

  @Test
  void anotherInstallationOfOurNameAtTheAddressThatWeAreToHaveIsNotDeleted() {
    it.apply();
    it.api.put(entry("x1", "https://prod.example.com/webhooks/orders", MARKER));
    it.wanted =
        new Wanted(
            "https://prod.example.com/webhooks/orders", List.of("invoice.*"), true, null, MARKER);

    it.service().pass(NAME, true);

    assertThat(it.api.all()).extracting(Registered::id).containsExactly("e1", "x1");
    assertThat(it.only("e1").url()).isEqualTo(URL);
    assertThat(it.service().diff(NAME).action()).isEqualTo(Action.CONFLICT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a0", "x9"})
  void ofTwoOfOursThatTheStoreDoesNotKnowOneStaysAndGetsASecretThatIsKnown(String id) {
    it.apply();
    it.stores.execute("update webhook_registration set api_id = null, creating = 'k'");
    it.api.put(entry(id, URL, MARKER));
    it.api.signing.put(id, SecretText.valueOf("whsec_unknown"));

    it.service().pass(NAME, true);

    assertThat(it.current()).isEqualTo(it.api.signing.get(it.only().id()));
    assertThat(it.status().state()).isEqualTo(State.IN_SYNC);
  }

  @Test
  void aNewAddressIsAChangeOfTheSameEntry() {
    it.apply();
    it.wanted = new Wanted(URL + "/v2", List.of("invoice.*"), true, null, MARKER);

    it.service().pass(NAME, true);

    assertThat(it.only().id()).isEqualTo("e1");
    assertThat(it.only().url()).isEqualTo(URL + "/v2");
  }

  @ParameterizedTest
  @CsvSource({
    "CREDENTIALS, 401, REFUSED, credentials",
    "CREDENTIALS, 403, REFUSED, and restart",
    "NOT_FOUND, 404, REFUSED, api-url",
    "CONFLICT, 409, REFUSED, public-url",
    "INVALID, 422, REFUSED, events",
    "LIMITED, 429, UNREACHABLE, check-interval",
    "UNAVAILABLE, 503, UNREACHABLE, tried again",
    "UNREADABLE, 200, UNREACHABLE, description",
    "REDIRECTED, 302, REFUSED, api-url"
  })
  void everyRefusalHasItsStateItsCureAndItsTime(Kind kind, int status, State state, String cure) {
    it.api.fate =
        new MemoryApi.Fate() {
          @Override
          public Refused<Object> before(String call) {
            return MemoryApi.refused(kind, status, false);
          }
        };
    Duration before = Duration.ZERO;
    for (int i = 0; i < 9; i++) {
      it.service().pass(NAME, true);
      RegistrationStatus now = it.status();
      assertThat(now.state()).isEqualTo(state);
      assertThat(now.sentence()).contains("HTTP " + status).contains("so it is");
      assertThat(now.cure()).contains(cure);
      Duration wait = Duration.between(now.checkedAt(), now.nextCheckAt());
      assertThat(wait).isBetween(Duration.ofSeconds(15), Duration.ofMinutes(76));
      if (state == State.REFUSED) {
        assertThat(now.cure()).contains("`registrations apply orders`");
        assertThat(wait)
            .isBetween(it.checkInterval, it.checkInterval.multipliedBy(11).dividedBy(10));
      } else {
        assertThat(wait).as("longer and longer").isGreaterThan(before.multipliedBy(4).dividedBy(5));
      }
      before = wait;
    }
    if (state == State.UNREACHABLE) {
      assertThat(before).isGreaterThan(Duration.ofMinutes(59));
    }
    assertThat(it.service().diff(NAME).cure()).contains(cure);
    assertThat(it.audit()).as("once").containsExactly("registration_failed");

    it.api.fate = new MemoryApi.Fate() {};
    it.stores.advance(Duration.ofHours(2));
    it.check();
    assertThat(it.status().state()).isEqualTo(State.IN_SYNC);
  }

  @ParameterizedTest
  @CsvSource({"15, 15", "7200, 3600"})
  void afterARefusalItIsLookedAtAsOftenAsEverAndHourlyAtLeast(int interval, int wait) {
    it.checkInterval = Duration.ofSeconds(interval);
    it.credentialsPlace = "the file /run/token";
    it.api.fate =
        new MemoryApi.Fate() {
          @Override
          public Refused<Object> before(String call) {
            return MemoryApi.refused(Kind.CREDENTIALS, 401, false);
          }
        };
    for (int i = 0; i < 3; i++) {
      it.service().pass(NAME, true);
      RegistrationStatus now = it.status();
      assertThat(Duration.between(now.checkedAt(), now.nextCheckAt()))
          .isBetween(Duration.ofSeconds(wait), Duration.ofMillis(wait * 1_100L));
      assertThat(now.cure())
          .contains("into the file /run/token")
          .contains("`registrations apply orders`")
          .doesNotContain("restart");
    }
  }

  @Test
  void anApiThatWantsToBeLeftAloneIsAlsoAfterARestart() {
    it.api.fate =
        new MemoryApi.Fate() {
          @Override
          public Refused<Object> before(String call) {
            return MemoryApi.limited(Duration.ofHours(3));
          }
        };
    it.check();
    Instant next = it.status().nextCheckAt();
    assertThat(Duration.between(it.status().checkedAt(), next))
        .isBetween(Duration.ofHours(3), Duration.ofMinutes(199));

    it.stores.advance(Duration.ofHours(2));
    it.service().pass(NAME, true);
    it.check();

    assertThat(it.api.calls()).hasSize(1);
    it.stores.advance(Duration.ofMinutes(80));
    it.check();
    assertThat(it.api.calls()).hasSize(2);
  }

  @Test
  void checkOnlyLooksAndOffDoesNotEvenThat() {
    it.mode = Mode.CHECK;
    it.service().pass(NAME, true);
    assertThat(it.api.calls()).containsExactly("list");
    assertThat(it.status().state()).isEqualTo(State.DRIFT);
    assertThat(it.status().cure()).contains("registrations apply orders");
    it.apply();
    assertThat(it.api.all()).hasSize(1);
    it.check();
    assertThat(it.status().state()).isEqualTo(State.IN_SYNC);
    it.newSecret();
    it.stores.advance(Duration.ofHours(25));
    it.check();
    assertThat(it.secrets()).containsExactly("2 current");

    it.mode = Mode.OFF;
    int calls = it.api.calls().size();
    it.service().pass(NAME, true);
    assertThat(it.apply().outcome()).isEqualTo(Result.Outcome.REFUSED);
    assertThat(it.service().remove(NAME, false, ANN).outcome()).isEqualTo(Result.Outcome.REFUSED);
    assertThat(it.api.calls()).hasSize(calls);
    assertThat(it.status().state()).isEqualTo(State.OFF);
    it.service().readSecrets();
    assertThat(it.isVerified(it.current())).isTrue();
    assertThat(it.service().diff(NAME).action()).isEqualTo(Plan.Action.NOTHING);
  }

  @Test
  void whatAnOrderBeganIsFinishedWhereItOnlyChecks() {
    it.close();
    it = new Fixture(TestRegistrations.postgres(), "stripe", true);
    it.mode = Mode.CHECK;
    it.apply();
    it.newSecret();
    assertThat(it.api.all()).as("the one before stays for a moment").hasSize(2);

    it.stores.advance(Duration.ofMinutes(1));
    it.check();

    assertThat(it.api.all()).hasSize(1);
    assertThat(it.secrets()).containsExactly("2 current", "1 old");
    it.close();
    it = new Fixture(TestRegistrations.postgres(), "gamma", true);
    it.mode = Mode.CHECK;
    assertThat(it.apply().outcome()).isEqualTo(Result.Outcome.WAITING);

    it.stores.advance(Duration.ofMinutes(1));
    it.check();

    assertThat(it.secrets()).containsExactly("1 current");
    assertThat(it.api.all()).hasSize(1);
  }

  @Test
  void aNodeOfOlderSettingsDoesNotUndoWhatANewerOneWants() {
    RegistrationService old = it.service();
    old.pass(NAME, true);
    it.wanted = new Wanted(URL, List.of("order.*"), true, null, MARKER);
    RegistrationService newer = it.service();
    newer.pass(NAME, true);
    assertThat(it.only().events()).containsExactly("order.*");

    for (int i = 0; i < 3; i++) {
      it.stores.advance(Duration.ofMinutes(12));
      old.pass(NAME, false);
      newer.pass(NAME, false);
    }

    assertThat(it.api.calls()).filteredOn("update"::equals).hasSize(1);
    assertThat(it.only().events()).containsExactly("order.*");
  }

  @Test
  void aLostKeyIsSaidAndIsNoReasonForANewSecret() {
    it.apply();
    SecretText before = it.current();
    SecretSeal right = it.seal;
    it.seal = SecretSeal.of(SecretSeal.newKey(Fixture.RANDOM), Fixture.RANDOM);

    Result result = it.apply();

    assertThat(result.outcome()).isEqualTo(Result.Outcome.REFUSED);
    assertThat(result.sentence()).contains("sealed with another key");
    assertThat(result.cure()).contains("gamma.webhook.secret-key").contains("registrations rotate");
    assertThat(it.status().state()).isEqualTo(State.REFUSED);
    it.seal = right;
    assertThat(it.secrets()).containsExactly("1 current");
    assertThat(it.current()).isEqualTo(before);

    it.seal = SecretSeal.of(SecretSeal.newKey(Fixture.RANDOM), Fixture.RANDOM);
    assertThat(it.newSecret().outcome()).isEqualTo(Result.Outcome.DONE);
    assertThat(it.current()).isEqualTo(it.api.signing.get("e1"));
    assertThat(it.secrets()).containsExactly("2 current", "1 old");
  }

  @Test
  void aLostKeyIsOverOnceThereIsAnotherSecret() {
    it.apply();
    it.onDisabled = OnDisabled.WARN;
    it.seal = SecretSeal.of(SecretSeal.newKey(Fixture.RANDOM), Fixture.RANDOM);
    it.api.disable("e1", "too many failures");
    RegistrationService node = it.service();
    node.readSecrets();
    for (int i = 0; i < 2; i++) {
      it.stores.advance(Duration.ofMinutes(12));
      node.pass(NAME, false);
      assertThat(node.list().get(0).state()).isEqualTo(State.REFUSED);
      assertThat(node.list().get(0).sentence())
          .contains("sealed with another key")
          .contains("; besides, Gamma has switched entry e1 off");
    }
    assertThat(it.audit()).as("also then").containsOnlyOnce("registration_disabled");

    node.apply(NAME, false, true, ANN);

    assertThat(it.secrets()).containsExactly("2 current", "1 old");
    assertThat(it.only().enabled()).isTrue();
    node.readSecrets();
    assertThat(node.list().get(0).state()).as("the old one is no fault").isEqualTo(State.IN_SYNC);
    it.api.disable("e1", "too many failures");
    it.stores.advance(Duration.ofMinutes(12));
    node.pass(NAME, false);
    assertThat(node.list().get(0).state()).isEqualTo(State.DISABLED);
    assertThat(it.isVerified(it.current())).isTrue();
  }

  @Test
  void aKeyThatIsWrongOnANodeHidesNothingThatALookHasFound() {
    it.onDisabled = OnDisabled.WARN;
    it.apply();
    it.api.disable("e1", "too many failures");
    it.stores.advance(Duration.ofMinutes(12));
    it.check();
    it.seal = SecretSeal.of(SecretSeal.newKey(Fixture.RANDOM), Fixture.RANDOM);
    RegistrationService node = it.service();

    node.readSecrets();

    assertThat(node.list().get(0).state()).isEqualTo(State.REFUSED);
    assertThat(node.list().get(0).sentence())
        .contains("sealed with another key")
        .contains("entry e1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update webhook_registration_secret set version = 7",
        "update webhook_registration_secret set sealed = substr(sealed, 1, length(sealed) - 1)"
            + " || x'00'"
      })
  void aRowThatWasMovedOrChangedIsRefused(String change) {
    it.apply();
    it.stores.execute(change);

    RegistrationService service = it.service();
    service.readSecrets();

    assertThat(it.keyring.secrets()).isEmpty();
    assertThat(service.list().get(0).state()).isEqualTo(State.REFUSED);
    assertThat(service.list().get(0).sentence()).contains("changed in the store");
    assertThat(it.apply().outcome()).isEqualTo(Result.Outcome.REFUSED);
    assertThat(it.api.calls()).filteredOn("rotate"::equals).isEmpty();
  }

  @Test
  void noSecretIsInAnythingThatIsShownOrStoredOpenly() {
    it.apply();
    it.newSecret();
    it.wanted = new Wanted(URL, List.of("order.*"), true, null, MARKER);
    StringBuilder shown = new StringBuilder();
    shown.append(it.service().diff(NAME)).append(it.apply()).append(it.service().list());
    shown.append(it.store().entries()).append(it.store().secrets()).append(it.configured());
    shown.append(it.seal).append(it.keyring.secrets());
    shown.append(it.stores.rows("select * from webhook_audit"));
    shown.append(it.stores.rows("select * from webhook_registration"));

    for (SecretText secret : it.live()) {
      assertThat(shown.toString()).doesNotContain(secret.reveal().substring(6, 26));
    }
    assertThat(shown.toString())
        .doesNotContain("tok_1")
        .doesNotContain(Fixture.KEY.reveal().substring(0, 20));
  }

  @Test
  void whatIsConfiguredNoMoreIsStillListed() {
    it.apply();
    RegistrationService other =
        new RegistrationService(
            List.of(), it.store(), null, source -> null, Fixture.RANDOM, ApiCalls.NONE);

    assertThat(other.list())
        .singleElement()
        .satisfies(
            status -> {
              assertThat(status.state()).isEqualTo(State.OFF);
              assertThat(status.cure()).contains("e1");
            });
    assertThatThrownBy(() -> other.diff("orders"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There is no registration 'orders'; none is configured");
  }

  @Test
  void anEventIsAskedForWhereTheApiCan() {
    assertThat(it.service().test(NAME, ANN).outcome()).isEqualTo(Result.Outcome.REFUSED);
    it.apply();
    assertThat(it.service().test(NAME, ANN).outcome()).isEqualTo(Result.Outcome.DONE);
    assertThat(it.api.calls()).contains("test");
    assertThat(it.audit()).filteredOn("registration_ordered"::equals).hasSize(3);
  }
}
