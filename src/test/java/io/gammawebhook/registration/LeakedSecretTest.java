package io.gammawebhook.registration;

import static io.gammawebhook.registration.Fixture.ANN;
import static io.gammawebhook.registration.Fixture.NAME;
import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.registration.RegistrationStatus.State;
import io.gammawebhook.registration.api.ApiOutcome.Done;
import io.gammawebhook.registration.api.ApiOutcome.Kind;
import io.gammawebhook.registration.api.ApiOutcome.Refused;
import io.gammawebhook.registration.api.RegistrationApi;
import io.gammawebhook.store.TestRegistrations;
import io.gammawebhook.verify.SecretText;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A secret that somebody else has ends, however much that one uses it. */
class LeakedSecretTest {

  private Fixture it = new Fixture(TestRegistrations.sqlite(), "gamma", true);

  @AfterEach
  void close() {
    it.close();
  }

  private void with(TestRegistrations stores, String api) {
    it.close();
    it = new Fixture(stores, api, false);
  }

  private Result rotateNow() {
    return it.service().rotateNow(NAME, false, ANN);
  }

  private void refuse(String refused, boolean done) {
    it.api.fate =
        new MemoryApi.Fate() {
          @Override
          public @Nullable Refused<Object> before(String call) {
            return !done && call.equals(refused) ? no() : null;
          }

          @Override
          public @Nullable Refused<Object> after(String call) {
            return done && call.equals(refused) ? no() : null;
          }

          private Refused<Object> no() {
            return MemoryApi.refused(Kind.UNAVAILABLE, 503, done);
          }
        };
  }

  private void laterTheApiAnswers() {
    it.api.fate = new MemoryApi.Fate() {};
    it.stores.advance(Duration.ofHours(1));
    it.check();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gamma", "github", "stripe", "svix"})
  void allSecretsOfBeforeEndWithTheOrder(String api) {
    with(TestRegistrations.sqlite(), api);
    it.apply();
    SecretText first = it.current();
    it.newSecret();
    SecretText second = it.current();
    assertThat(it.service().rotateNow(NAME, true, ANN).sentence()).contains("before end at once");
    assertThat(it.secrets()).hasSize(2);

    Result result = rotateNow();

    assertThat(result.outcome()).as(result.toString()).isEqualTo(Result.Outcome.DONE);
    assertThat(it.secrets()).containsExactly("3 current");
    assertThat(it.isVerified(first)).isFalse();
    assertThat(it.isVerified(second)).isFalse();
    assertThat(it.isVerified(it.api.signing.get(it.only().id()))).isTrue();
    assertThat(it.stores.rows("select detail from webhook_audit where kind = 'secret_retired'"))
        .hasSize(2)
        .allMatch(each -> each.contains("by an order it ended"));
    assertThat(it.audit()).filteredOn("registration_ordered"::equals).hasSize(3);

    it.newSecret();
    assertThat(it.secrets()).as("later ones overlap").containsExactly("4 current", "3 old");
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "rotate"})
  void whileTheApiDoesNotAnswerTheOrderWaitsForIt(String call) {
    it.apply();
    SecretText first = it.current();
    refuse(call, false);

    assertThat(rotateNow().outcome()).isEqualTo(Result.Outcome.UNREACHABLE);
    assertThat(it.isVerified(first)).as("the API signs with it").isTrue();
    laterTheApiAnswers();

    assertThat(it.secrets()).containsExactly("2 current");
    assertThat(it.isVerified(first)).isFalse();
    assertThat(it.isVerified(it.api.signing.get("e1"))).isTrue();
    int calls = it.api.calls().size();
    it.stores.advance(Duration.ofHours(1));
    it.check();
    assertThat(it.api.calls()).as("it is done").hasSize(calls + 1).last().isEqualTo("list");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gamma", "svix"})
  void anAnswerThatNeverCameEndsNoneUntilItIsKnown(String api) {
    with(TestRegistrations.sqlite(), api);
    it.apply();
    SecretText first = it.current();
    refuse("rotate", true);

    assertThat(rotateNow().outcome()).isEqualTo(Result.Outcome.UNREACHABLE);
    assertThat(it.isVerified(first)).isTrue();
    laterTheApiAnswers();

    assertThat(it.secrets()).hasSize(1);
    assertThat(it.isVerified(first)).isFalse();
    assertThat(it.isVerified(it.api.signing.get("e1"))).isTrue();
  }

  @Test
  void onSeveralNodesTheyEndOnceTheNewOneIsKnownToAll() {
    with(TestRegistrations.postgres(), "gamma");
    it.apply();
    it.stores.advance(Duration.ofSeconds(11));
    it.check();
    SecretText first = it.current();

    assertThat(rotateNow().outcome()).isEqualTo(Result.Outcome.WAITING);
    assertThat(rotateNow().outcome()).as("again").isEqualTo(Result.Outcome.WAITING);
    assertThat(it.secrets()).containsExactly("2 next", "1 current");
    assertThat(it.isVerified(first)).isTrue();
    it.stores.advance(Duration.ofSeconds(11));
    it.check();

    assertThat(it.secrets()).containsExactly("2 current");
    assertThat(it.isVerified(first)).isFalse();
    assertThat(it.isVerified(it.api.signing.get("e1"))).isTrue();
  }

  @Test
  void aNewOneThatTheApiMayHaveIsReplacedToo() {
    it.apply();
    refuse("rotate", false);
    it.newSecret();
    assertThat(it.secrets()).containsExactly("2 next", "1 current");
    it.api.fate = new MemoryApi.Fate() {};

    assertThat(rotateNow().outcome()).isEqualTo(Result.Outcome.DONE);

    assertThat(it.secrets()).containsExactly("3 current");
  }

  @Test
  void anApiThatKeepsItsSecretIsSaidSo() {
    it.apply();
    SecretText first = it.current();
    it.real =
        (RegistrationApi)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {RegistrationApi.class},
                (proxy, method, given) -> {
                  if (method.getName().equals("rotate")) {
                    return new Done<>(new RegistrationApi.Rotated("e1", first));
                  }
                  try {
                    return method.invoke(it.api, given);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });

    Result result = rotateNow();

    assertThat(result.sentence()).contains("signs with secret 1 all the same");
    assertThat(it.isVerified(first)).isTrue();
  }

  @Test
  void oneThatIsUsedWithoutEndEndsAfterSevenTimesTheTime() {
    it.apply();
    SecretText first = it.current();
    it.newSecret();
    for (int i = 0; i < 9; i++) {
      it.stores.advance(Duration.ofHours(18));
      it.store().used(NAME, 1);
      it.check();
      assertThat(it.isVerified(first)).as("after %s h", (i + 1) * 18).isTrue();
    }
    it.stores.advance(Duration.ofHours(7));
    it.store().used(NAME, 1);

    it.service().readSecrets();
    assertThat(it.isVerified(first)).as("before anybody looked at the API").isFalse();
    refuse("list", false);
    it.check();

    assertThat(it.secrets()).containsExactly("2 current");
    assertThat(it.stores.rows("select detail from webhook_audit where kind = 'secret_retired'"))
        .singleElement()
        .asString()
        .contains("none counts longer than 168 h");
  }

  @Test
  void allEndWithTheEntryAndARowThatIsPutBackVerifiesNothing() {
    it.apply();
    SecretText first = it.current();
    it.newSecret();
    SecretText second = it.current();
    it.stores.execute("create table kept as select * from webhook_registration_secret");

    assertThat(it.service().remove(NAME, false, ANN).outcome()).isEqualTo(Result.Outcome.DONE);
    assertThat(it.secrets()).isEmpty();
    assertThat(it.isVerified(first)).isFalse();
    assertThat(it.isVerified(second)).isFalse();
    it.stores.execute("insert into webhook_registration_secret select * from kept");
    it.service().readSecrets();
    assertThat(it.isVerified(first)).isFalse();
    assertThat(it.isVerified(second)).isFalse();

    it.apply();
    assertThat(it.secrets()).containsExactly("3 current");
    assertThat(it.stores.rows("select version from webhook_registration_secret"))
        .containsExactly("3");
    assertThat(it.status().state()).isEqualTo(State.IN_SYNC);
  }
}
