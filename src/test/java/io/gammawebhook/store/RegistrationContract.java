package io.gammawebhook.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.audit.AuditKind;
import io.gammawebhook.event.ReferenceGenerator;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.registration.RegistrationStatus.SecretState;
import io.gammawebhook.registration.RegistrationStatus.State;
import io.gammawebhook.registration.RegistrationStore;
import io.gammawebhook.registration.RegistrationStore.Entry;
import io.gammawebhook.registration.RegistrationStore.Made;
import io.gammawebhook.registration.RegistrationStore.StoredSecret;
import io.gammawebhook.registration.RegistrationStore.Turn;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A registration belongs to one node at a time, and what is written in a turn is all or nothing.
 */
abstract class RegistrationContract {

  private static final Duration LEASE = Duration.ofMinutes(1);

  private final TestStore store;
  private final RegistrationStore registrations;

  RegistrationContract(TestStore store) {
    this.store = store;
    this.registrations = store.open("node-1").registrations();
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static Entry entry(String name, @Nullable String apiId, @Nullable Instant at) {
    return new Entry(
        name,
        new SourceName("gamma"),
        "github",
        "https://hooks.example.com/webhooks/gamma",
        apiId,
        "settings",
        "applied",
        "print",
        "creating",
        "replaces",
        true,
        "kept",
        true,
        0,
        0,
        State.DRIFT,
        "it differs\u0000",
        "mend it",
        3,
        at == null ? List.of() : List.of(at, at.plusSeconds(1)),
        at == null ? List.of() : List.of(at),
        at == null
            ? List.of()
            : List.of(new Made("wh_1:~@=", at, 2, false), new Made("wh_2", at, 0, true)),
        at,
        at,
        at,
        at);
  }

  private StoredSecret secret(int version, SecretState state) {
    Instant now = Instant.ofEpochMilli(store.now());
    return new StoredSecret(
        "orders", version, state, new byte[] {1, (byte) version}, now, null, null, null);
  }

  private Turn take() {
    return registrations.take("orders", LEASE).orElseThrow();
  }

  @Test
  void oneTurnAtATimeUntilItEndsOrItsLeaseDoes() {
    Turn first = take();
    assertThat(first.entry()).isNull();
    assertThat(registrations.take("orders", LEASE)).isEmpty();
    assertThat(registrations.take("billing", LEASE)).as("another one").isPresent();

    registrations.end(first);
    Turn second = take();
    assertThat(second.epoch()).isGreaterThan(first.epoch());
    registrations.end(first);
    assertThat(registrations.take("orders", LEASE)).as("an old one ends nothing").isEmpty();

    store.time.advance(Duration.ofSeconds(40));
    Turn renewed = registrations.renew(second, LEASE).orElseThrow();
    store.time.advance(Duration.ofSeconds(40));
    assertThat(registrations.take("orders", LEASE)).isEmpty();
    store.time.advance(Duration.ofSeconds(21));
    Turn third = take();

    assertThat(registrations.renew(renewed, LEASE)).isEmpty();
    assertThat(
            registrations.save(
                renewed, entry("orders", "x", null), List.of(), List.of(), List.of()))
        .isFalse();
    assertThat(registrations.entries()).isEmpty();
    assertThat(
            registrations.save(third, entry("orders", "y", null), List.of(), List.of(), List.of()))
        .isTrue();
  }

  @Test
  void whatIsSavedIsReadAsItWas() {
    Turn turn = take();
    Instant at = Instant.ofEpochMilli(store.now());
    Entry full = entry("orders", "wh_1", at);
    registrations.save(turn, full, List.of(), List.of(), List.of());

    Entry read = registrations.entries().get(0);

    assertThat(read.sentence()).startsWith("it differs").doesNotContain("\u0000");
    assertThat(read).usingRecursiveComparison().ignoringFields("sentence").isEqualTo(full);
    assertThat(registrations.renew(turn, LEASE).orElseThrow().entry()).isEqualTo(read);

    Entry empty =
        new Entry(
            "orders",
            new SourceName("gamma"),
            "github",
            "u",
            null,
            null,
            null,
            null,
            null,
            null,
            false,
            null,
            false,
            3,
            2,
            State.IN_SYNC,
            "all is well",
            null,
            0,
            List.of(),
            List.of(),
            List.of(),
            null,
            null,
            null,
            null);
    registrations.save(turn, empty, List.of(), List.of(), List.of());
    assertThat(registrations.entries()).containsExactly(empty);
  }

  @Test
  void secretsAndAuditAreWrittenWithTheRegistrationOrNotAtAll() {
    Turn turn = take();
    AuditEntry made =
        AuditEntry.of(
            new ReferenceGenerator(new SecureRandom()).next(store.now()),
            AuditKind.SECRET_MADE,
            new SourceName("gamma"),
            null,
            "orders",
            "secret 1 was made");
    registrations.save(
        turn,
        entry("orders", null, null),
        List.of(secret(1, SecretState.NEXT)),
        List.of(),
        List.of(made));
    assertThat(registrations.secrets()).extracting(StoredSecret::version).containsExactly(1);
    assertThat(store.auditKinds()).containsExactly("secret_made");

    registrations.used("orders", 1);
    Instant used = registrations.secrets().get(0).usedAt();
    assertThat(used).isNotNull();
    Instant told = Instant.ofEpochMilli(store.now());
    StoredSecret old =
        new StoredSecret("orders", 1, SecretState.OLD, new byte[] {1, 1}, told, told, told, null);
    registrations.save(
        turn,
        entry("orders", null, null),
        List.of(old, secret(2, SecretState.CURRENT)),
        List.of(),
        List.of());

    List<StoredSecret> both = registrations.secrets();
    assertThat(both).extracting(StoredSecret::version).containsExactly(2, 1);
    assertThat(both.get(1).state()).isEqualTo(SecretState.OLD);
    assertThat(both.get(1).usedAt()).as("as it was noted").isEqualTo(used);
    assertThat(both.get(1).sealed()).containsExactly(1, 1);
    assertThat(take2().secrets()).hasSize(2);

    registrations.save(turn, entry("orders", null, null), List.of(), List.of(1), List.of(made));
    assertThat(registrations.secrets()).as("the turn is another one's").hasSize(2);
    assertThat(store.auditKinds()).containsExactly("secret_made");
  }

  @Test
  void aSecretThatHasEndedIsNeverReadAgain() {
    Turn turn = take();
    Entry entry = entry("orders", null, null);
    registrations.save(
        turn,
        entry,
        List.of(
            secret(1, SecretState.OLD), secret(2, SecretState.OLD), secret(3, SecretState.CURRENT)),
        List.of(),
        List.of());
    store.execute("update webhook_registration set ended = 2 where registration = 'orders'");

    assertThat(registrations.secrets()).extracting(StoredSecret::version).containsExactly(3);
    Turn next = take2();
    assertThat(next.secrets()).extracting(StoredSecret::version).containsExactly(3);
    registrations.save(next, Objects.requireNonNull(next.entry()), List.of(), List.of(), List.of());
    assertThat(store.rows("select version from webhook_registration_secret")).containsExactly("3");
  }

  private Turn take2() {
    store.time.advance(LEASE.plusSeconds(5));
    return take();
  }

  @Test
  void aUseIsNotedOnceAMinute() {
    registrations.save(
        take(),
        entry("orders", null, null),
        List.of(secret(1, SecretState.CURRENT)),
        List.of(),
        List.of());
    registrations.used("orders", 1);
    Instant first = Objects.requireNonNull(registrations.secrets().get(0).usedAt());
    store.time.advance(Duration.ofSeconds(30));
    registrations.used("orders", 1);
    assertThat(registrations.secrets().get(0).usedAt()).isEqualTo(first);
    store.time.advance(Duration.ofSeconds(31));
    registrations.used("orders", 1);
    assertThat(registrations.secrets().get(0).usedAt()).isAfter(first.plusSeconds(59));
    registrations.used("orders", 7);
    assertThat(registrations.secrets()).hasSize(1);
  }

  @Test
  void ofThoseThatAskAtOnceOneGetsTheTurn() throws Exception {
    List<Callable<Optional<Turn>>> asking = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      asking.add(() -> registrations.take("orders", LEASE));
    }

    assertThat(InboxContract.atOnce(asking)).filteredOn(Optional::isPresent).hasSize(1);
  }
}
