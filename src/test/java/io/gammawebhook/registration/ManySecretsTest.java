package io.gammawebhook.registration;

import static io.gammawebhook.registration.Fixture.NAME;
import static io.gammawebhook.registration.Fixture.RANDOM;
import static io.gammawebhook.registration.Fixture.SCHEME;
import static io.gammawebhook.registration.Fixture.SOURCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.registration.RegistrationService.Configured;
import io.gammawebhook.registration.RegistrationStatus.SecretState;
import io.gammawebhook.registration.RegistrationStatus.State;
import io.gammawebhook.registration.RegistrationStore.StoredSecret;
import io.gammawebhook.registration.RegistrationStore.Turn;
import io.gammawebhook.store.TestRegistrations;
import io.gammawebhook.verify.LiveSecret;
import io.gammawebhook.verify.SecretText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However many secrets there were, the one that the API signs with verifies. */
class ManySecretsTest {

  private Fixture it = new Fixture(TestRegistrations.sqlite(), "gamma", true);

  @AfterEach
  void close() {
    it.close();
  }

  private static SecretText made() {
    return SecretText.valueOf(SCHEME.secretEncoding().generate(RANDOM));
  }

  @Test
  void anApiThatMakesASecretWithEachEntryLeavesNoMoreThanFourThatWereReplaced() {
    it.close();
    it = new Fixture(TestRegistrations.sqlite(), "stripe", false);
    for (int i = 1; i <= 20; i++) {
      it.api.entries.clear();
      it.apply();

      assertThat(it.isVerified(it.api.signing.get("e" + i))).as("entry %s", i).isTrue();
      assertThat(it.secrets()).hasSizeLessThanOrEqualTo(5);
    }
    assertThat(it.secrets()).containsExactly("20 current", "19 old", "18 old", "17 old", "16 old");
    it.service().readSecrets();
    assertThat(it.keyring.secrets()).hasSize(5);
    assertThat(it.stores.rows("select detail from webhook_audit where kind = 'secret_retired'"))
        .hasSize(15)
        .first()
        .asString()
        .contains("secret 1 was removed", "no more than 4");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gamma", "github", "stripe", "svix"})
  void aSixthSecretIsNotRefused(String api) {
    it.close();
    it = new Fixture(TestRegistrations.sqlite(), api, false);
    it.apply();
    for (int i = 0; i < 6; i++) {
      assertThat(it.newSecret().outcome()).isEqualTo(Result.Outcome.DONE);
    }
    assertThat(it.secrets()).containsExactly("7 current", "6 old", "5 old", "4 old", "3 old");
    assertThat(it.isVerified(it.api.signing.get(it.only().id()))).isTrue();
  }

  @Test
  void aStoreWithMoreThanCountComesUpWithTheCurrentOne() {
    it.apply();
    List<SecretText> texts = store(NAME, 23, true);

    it.service().readSecrets();

    assertThat(it.isVerified(texts.get(22))).as("the current one").isTrue();
    assertThat(it.isVerified(texts.get(18))).as("the oldest of the 4 newest").isTrue();
    assertThat(it.isVerified(texts.get(17))).isFalse();
    assertThat(it.status().state()).isEqualTo(State.IN_SYNC);
    it.stores.advance(Duration.ofHours(1));
    it.check();
    assertThat(it.secrets()).hasSize(5).startsWith("23 current");
  }

  @Test
  void ofManyRegistrationsOfOneSourceTheCurrentOnesCountFirst() {
    it.keyring.replace(List.of(LiveSecret.always("own", SCHEME.parseSecret(made().reveal()))));
    List<Configured> all = new ArrayList<>();
    List<List<SecretText>> texts = new ArrayList<>();
    for (String name : List.of("a", "b", "c", "d")) {
      all.add(named(name));
      texts.add(store(name, 5, false));
      it.stores.advance(Duration.ofMinutes(1));
    }
    RegistrationService service =
        new RegistrationService(
            all, it.store(), it.seal, source -> it.keyring, RANDOM, ApiCalls.NONE);

    service.readSecrets();

    assertThat(texts).allSatisfy(each -> assertThat(it.isVerified(each.get(4))).isTrue());
    assertThat(it.keyring.secrets()).hasSize(16).extracting(LiveSecret::name).startsWith("own");
    assertThat(it.isVerified(texts.get(3).get(0))).as("an old one of the newest").isTrue();
    assertThat(it.isVerified(texts.get(0).get(0))).as("an old one of the oldest").isFalse();
    RegistrationStatus oldest = service.list().get(0);
    assertThat(oldest.sentence())
        .contains("registration a", "source orders", "20 managed secrets", "15 count");
    assertThat(oldest.cure()).contains("a source of its own").doesNotContain("rotate");
    assertThat(service.list().get(3).state()).isNotEqualTo(State.REFUSED);
  }

  @Test
  void aConfiguredSecretOfTheSameNameIsSaidWithItsCure() {
    it.keyring.replace(List.of(LiveSecret.always("orders.1", SCHEME.parseSecret(made().reveal()))));
    it.apply();
    RegistrationService service = it.service();
    service.readSecrets();

    assertThat(service.list().get(0).sentence()).contains("Two secrets have the name orders.1");
    assertThat(service.list().get(0).cure()).contains("another name");
  }

  private Configured named(String name) {
    RegistrationSettings it = this.it.settings();
    return new Configured(
        new RegistrationSettings(
            name,
            SOURCE,
            it.api(),
            it.account(),
            it.credentialsPlace(),
            it.wanted(),
            it.secretMode(),
            it.checkInterval(),
            it.oldSecretUnusedFor(),
            it.onDisabled(),
            it.mostEnablesPerDay(),
            it.mode()),
        this.it.api,
        SCHEME,
        () -> null);
  }

  /** So many versions in the store, of which the last is the current one. */
  private List<SecretText> store(String name, int count, boolean keepEntry) {
    RegistrationStore store = it.store();
    Turn turn = store.take(name, Duration.ofMinutes(1)).orElseThrow();
    List<SecretText> texts = new ArrayList<>();
    List<StoredSecret> secrets = new ArrayList<>();
    Instant now = turn.now();
    for (int version = 1; version <= count; version++) {
      SecretText text = keepEntry && version == 1 ? Objects.requireNonNull(it.current()) : made();
      texts.add(text);
      secrets.add(
          new StoredSecret(
              name,
              version,
              version == count ? SecretState.CURRENT : SecretState.OLD,
              it.seal.seal(text, name, version),
              now,
              now,
              version == count ? null : now,
              null));
    }
    RegistrationStore.Entry entry = turn.entry();
    store.save(
        turn,
        entry == null ? Draft.of(named(name).settings(), null).entry() : entry,
        secrets,
        List.of(),
        List.of());
    store.end(turn);
    return texts;
  }
}
