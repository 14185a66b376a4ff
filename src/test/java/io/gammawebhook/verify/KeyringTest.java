package io.gammawebhook.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gammawebhook.verify.Verification.Rejected;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rotation of secrets. */
class KeyringTest {

  private static final Instant NOW = Instant.ofEpochSecond(Requests.SIGNED_AT);

  private static LiveSecret live(
      String name, String secret, @Nullable Instant from, @Nullable Instant until) {
    return new LiveSecret(name, Requests.STANDARD.parseSecret(secret), from, until);
  }

  private static SignatureVerifier verifier(Keyring keyring) {
    return new SignatureVerifier(
        Requests.SOURCE,
        Requests.STANDARD,
        keyring,
        new Tolerance(Duration.ofMinutes(5)),
        null,
        InstantSource.fixed(NOW));
  }

  private static Keyring keyring(LiveSecret... secrets) {
    return new Keyring(Requests.STANDARD, List.of(secrets));
  }

  @ParameterizedTest(name = "from {0} s to {1} s of now: {2}")
  @CsvSource({
    ", , true",
    "0, , true",
    "-60, 60, true",
    ", 0, true",
    "1, , false",
    "-60, -1, false",
    ", -1, false",
  })
  void aSecretCountsWithinItsTime(
      @Nullable Integer from, @Nullable Integer until, boolean expected) {
    Keyring keyring =
        keyring(
            live(
                "a",
                Requests.SECRET,
                from == null ? null : NOW.plusSeconds(from),
                until == null ? null : NOW.plusSeconds(until)));
    assertThat(verifier(keyring).verify(Requests.vector()) instanceof Verified).isEqualTo(expected);
    assertThat(keyring.matches("a")).isEqualTo(expected ? 1 : 0);
  }

  @Test
  void configuredAndManagedSecretsAreExchangedApart() {
    Keyring keyring = new Keyring(Requests.STANDARD, List.of(), true);
    SignatureVerifier verifier = verifier(keyring);
    assertRejected(
        verifier,
        RejectionReason.NO_SECRET,
        "no secret of the source is known that counts now, since its registration has not brought"
            + " one yet: see how it stands with the command registrations");

    keyring.manage(List.of(live("orders.1", Requests.SECRET, null, null)));
    assertThat(verifier.verify(Requests.vector())).isInstanceOf(Verified.class);
    keyring.replace(List.of(live("1", Requests.OTHER_SECRET, null, null)));
    assertThat(keyring.secrets()).extracting(LiveSecret::name).containsExactly("1", "orders.1");
    assertThat(verifier.verify(Requests.vector())).isInstanceOf(Verified.class);

    keyring.manage(List.of());
    assertThat(keyring.secrets()).extracting(LiveSecret::name).containsExactly("1");
    assertThat(verifier.verify(Requests.vector())).isInstanceOf(Rejected.class);
    assertThatThrownBy(() -> keyring.manage(List.of(live("1", Requests.SECRET, null, null))))
        .hasMessage("Two secrets have the name 1");
    keyring.replace(List.of());
    assertThat(keyring.secrets()).isEmpty();
    assertThatThrownBy(() -> keyring().replace(List.of()))
        .hasMessage("Scheme standard-webhooks needs a secret");
  }

  private static void assertRejected(
      SignatureVerifier verifier, RejectionReason reason, String detail) {
    assertThat(verifier.verify(Requests.vector()))
        .isInstanceOfSatisfying(
            Rejected.class,
            rejected -> {
              assertThat(rejected.reason()).isEqualTo(reason);
              assertThat(rejected.detail()).isEqualTo(detail);
            });
  }

  @Test
  void ofTheManagedSecretsThoseThatComeFirstCountAndNoNumberIsRefused() {
    Keyring keyring = keyring(live("1", Requests.OTHER_SECRET, null, null));
    List<LiveSecret> managed =
        IntStream.rangeClosed(1, 23)
            .mapToObj(i -> live("orders." + i, Requests.SECRET, null, null))
            .toList();
    assertThat(keyring.manage(managed)).isEqualTo(15);
    assertThat(keyring.secrets()).hasSize(16);
    assertThat(keyring.secrets().get(15).name()).isEqualTo("orders.15");

    keyring.replace(
        IntStream.rangeClosed(1, 14)
            .mapToObj(i -> live("" + i, Requests.OTHER_SECRET, null, null))
            .toList());
    assertThat(keyring.secrets())
        .hasSize(16)
        .last()
        .extracting(LiveSecret::name)
        .isEqualTo("orders.2");
    keyring.replace(List.of(live("1", Requests.OTHER_SECRET, null, null)));
    assertThat(keyring.secrets()).hasSize(16);
  }

  @Test
  void theOldAndTheNewSecretCountDuringARotationAndWhichOneFittedIsCounted() {
    Keyring keyring =
        keyring(
            live("old", Requests.SECRET, null, NOW.plusSeconds(60)),
            live("new", Requests.OTHER_SECRET, null, null));
    SignatureVerifier verifier = verifier(keyring);
    byte[] body = {1};
    for (String secret : List.of(Requests.SECRET, Requests.OTHER_SECRET, Requests.OTHER_SECRET)) {
      assertThat(verifier.verify(Requests.signed(Requests.STANDARD, secret, "msg_1", body)))
          .isInstanceOf(Verified.class);
    }
    assertThat(keyring.matches("old")).isEqualTo(1);
    assertThat(keyring.matches("new")).isEqualTo(2);
    assertThat(keyring.matches("another")).isZero();
  }

  @Test
  void theOperatorIsToldOfASecretWhoseTimeIsOver() {
    Keyring keyring = keyring(live("old", Requests.SECRET, null, NOW.minusSeconds(1)));
    assertRejected(
        verifier(keyring),
        RejectionReason.SECRET_OUT_OF_TIME,
        "it fits the secret 'old', which ended at " + NOW.minusSeconds(1));
    assertRejected(
        verifier(keyring(live("old", Requests.OTHER_SECRET, null, NOW.minusSeconds(1)))),
        RejectionReason.NO_SECRET,
        "no secret of the source counts now: give it one that does");
  }

  @Test
  void whatReplacesTheSecretsCountsAtOnceAndWhatIsNoneChangesNothing() {
    Keyring keyring = keyring(live("1", Requests.OTHER_SECRET, null, null));
    SignatureVerifier verifier = verifier(keyring);
    assertThat(verifier.verify(Requests.vector())).isInstanceOf(Rejected.class);
    keyring.replace(List.of(live("1", Requests.SECRET, null, null)));
    assertThat(verifier.verify(Requests.vector())).isInstanceOf(Verified.class);
    assertThatThrownBy(() -> keyring.replace(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    LiveSecret twice = live("1", Requests.SECRET, null, null);
    assertThatThrownBy(() -> keyring.replace(List.of(twice, twice)))
        .hasMessage("Two secrets have the name 1");
    assertThat(verifier.verify(Requests.vector())).isInstanceOf(Verified.class);
    assertThat(keyring.matches("1")).isEqualTo(2);
  }

  @Test
  void aTimeThatEndsBeforeItBeginsIsRefused() {
    assertThatThrownBy(() -> live("a", Requests.SECRET, NOW, NOW))
        .hasMessageStartingWith("not-after must be later than not-before");
    assertThatThrownBy(() -> live("a b", Requests.SECRET, null, null))
        .hasMessageStartingWith("name must be");
  }
}
