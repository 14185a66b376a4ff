package io.gammawebhook.registration;

import static io.gammawebhook.registration.Fixture.ANN;
import static io.gammawebhook.registration.Fixture.NAME;
import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.registration.RegistrationStatus.State;
import io.gammawebhook.store.TestRegistrations;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A node dies at each of its steps, one after the other: another one finds what is there, and in
 * the end there is one entry, and the secret that it signs with is known.
 */
class CrashTest {

  @ParameterizedTest
  @CsvSource({
    "gamma, true",
    "gamma, false",
    "github, false",
    "stripe, true",
    "stripe, false",
    "svix, false"
  })
  void ofACreateThatWasCutOffOneEntryStays(String api, boolean honoursKeys) {
    try (TestRegistrations stores = TestRegistrations.sqlite()) {
      RegistrationStore store = stores.node("node-1");
      boolean died = true;
      for (int last = 1; died; last++) {
        Fixture it = fresh(stores, store, api, honoursKeys);
        died = dies(it, last, false);
        recovered(it, last);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"gamma, false", "github, false", "stripe, true", "stripe, false", "svix, false"})
  void ofANewSecretThatWasCutOffTheOneThatTheApiSignsWithIsKnown(String api, boolean honoursKeys) {
    try (TestRegistrations stores = TestRegistrations.sqlite()) {
      RegistrationStore store = stores.node("node-1");
      boolean died = true;
      for (int last = 1; died; last++) {
        Fixture it = fresh(stores, store, api, honoursKeys);
        it.apply();
        died = dies(it, last, true);
        if (it.api.description().rotatesToGiven() && !api.equals("stripe")) {
          assertThat(it.live()).as("step " + last).contains(it.api.signing.get(it.only().id()));
        }
        recovered(it, last);
      }
    }
  }

  private static Fixture fresh(
      TestRegistrations stores, RegistrationStore store, String api, boolean honoursKeys) {
    stores.execute("delete from webhook_registration");
    stores.execute("delete from webhook_registration_secret");
    Fixture it = new Fixture(stores, store, api, honoursKeys);
    // Whatever the API is told of, all nodes know before.
    it.api.given = secret -> assertThat(it.live()).contains(secret);
    return it;
  }

  private static boolean dies(Fixture it, int last, boolean newSecret) {
    Mortal mortal = new Mortal(it.store(), last);
    it.api.fate = mortal;
    try {
      it.service(mortal).apply(NAME, false, newSecret, ANN);
      return false;
    } catch (Mortal.Death e) {
      return true;
    } finally {
      it.api.fate = new MemoryApi.Fate() {};
    }
  }

  private static void recovered(Fixture it, int last) {
    for (int i = 0; i < 2; i++) {
      it.stores.advance(Duration.ofMinutes(2));
      it.service().pass(NAME, true);
    }
    String step = it.api.description() + ", step " + last + ": " + it.status();
    assertThat(it.api.all()).as(step).hasSize(1);
    if (it.status().state() != State.IN_SYNC) {
      // An API that tells the secret once, to somebody who died of it.
      assertThat(it.api.description().name()).as(step).isEqualTo("stripe");
      assertThat(it.status().sentence()).as(step).contains("does not hold the secret");
      assertThat(it.status().cure()).as(step).contains("registrations rotate");
      it.newSecret();
      assertThat(it.api.all()).as(step).hasSize(1);
    }
    assertThat(it.status().state()).as(step).isEqualTo(State.IN_SYNC);
    assertThat(it.current()).as(step).isEqualTo(it.api.signing.get(it.only().id()));
    assertThat(it.status().id()).isEqualTo(it.only().id());
  }
}
