package io.gammawebhook.store;

import static io.gammawebhook.inbox.IdempotentKeys.Take.CONFIRMED;
import static io.gammawebhook.inbox.IdempotentKeys.Take.HELD;
import static io.gammawebhook.inbox.IdempotentKeys.Take.TAKEN;
import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.inbox.IdempotentKeys;
import io.gammawebhook.inbox.IdempotentKeys.Take;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** The sentences of {@link IdempotentKeys}. */
abstract class IdempotentKeysContract extends InboxContract {

  private static final long HOLD = 60_000;
  private static final long KEEP = 3_600_000;

  private final IdempotentKeys keys = inbox.idempotentKeys();

  IdempotentKeysContract(TestStore store) {
    super(store);
  }

  @Test
  void ofConcurrentOwnersExactlyOneTakesAKey() throws Exception {
    for (int round = 0; round < 10; round++) {
      String key = "key-" + round;
      List<Callable<Take>> takes = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        String owner = "owner-" + i;
        takes.add(() -> keys.take("mail", key, owner, HOLD));
      }

      List<Take> answers = atOnce(takes);

      assertThat(answers).containsOnlyOnce(TAKEN).filteredOn(HELD::equals).hasSize(15);
    }
  }

  @Test
  void theSameOwnerTakesItsUnconfirmedKeyAgain() {
    assertThat(keys.take("mail", "k", "me", HOLD)).isEqualTo(TAKEN);
    assertThat(keys.take("mail", "k", "me", HOLD)).isEqualTo(TAKEN);
    assertThat(keys.take("mail", "k", "you", HOLD)).isEqualTo(HELD);
  }

  @Test
  void aHeldKeyIsFreeWhenItsHoldIsOver() {
    keys.take("mail", "k", "me", HOLD);
    store.time.advance(Duration.ofMillis(HOLD - 10_000));
    assertThat(keys.take("mail", "k", "you", HOLD)).isEqualTo(HELD);
    store.time.advance(Duration.ofMillis(10_000));

    assertThat(keys.take("mail", "k", "you", HOLD)).isEqualTo(TAKEN);
    assertThat(keys.take("mail", "k", "me", HOLD)).isEqualTo(HELD);
  }

  @Test
  void aConfirmedKeyIsKnownToAllUntilItExpires() {
    keys.take("mail", "k", "me", HOLD);
    assertThat(keys.contains("mail", "k")).isFalse();

    assertThat(keys.confirm("mail", "k", "me", KEEP)).isTrue();

    assertThat(keys.contains("mail", "k")).isTrue();
    assertThat(keys.take("mail", "k", "me", HOLD)).isEqualTo(CONFIRMED);
    assertThat(keys.take("mail", "k", "you", HOLD)).isEqualTo(CONFIRMED);
    store.time.advance(Duration.ofMillis(KEEP));
    assertThat(keys.contains("mail", "k")).isFalse();
    assertThat(keys.take("mail", "k", "you", HOLD)).isEqualTo(TAKEN);
    assertThat(keys.contains("mail", "k")).isFalse();
  }

  @Test
  void onlyAnUnconfirmedKeyIsConfirmed() {
    assertThat(keys.confirm("mail", "k", "me", KEEP)).isFalse();
    keys.take("mail", "k", "me", HOLD);
    assertThat(keys.confirm("mail", "k", "me", KEEP)).isTrue();
    assertThat(keys.confirm("mail", "k", "me", KEEP)).isFalse();
  }

  @Test
  void whoLostItsHoldNeitherConfirmsNorReleasesTheKeyOfTheNextOwner() {
    keys.take("mail", "k", "me", HOLD);
    store.time.advance(Duration.ofMillis(HOLD));
    keys.take("mail", "k", "you", HOLD);

    assertThat(keys.confirm("mail", "k", "me", KEEP)).isFalse();
    assertThat(keys.release("mail", "k", "me")).isFalse();

    assertThat(keys.contains("mail", "k")).isFalse();
    assertThat(keys.confirm("mail", "k", "you", KEEP)).isTrue();
  }

  @Test
  void aReleasedKeyIsFreeAndAConfirmedOneIsNotReleased() {
    keys.take("mail", "k", "me", HOLD);
    assertThat(keys.release("mail", "k", "me")).isTrue();
    assertThat(keys.take("mail", "k", "you", HOLD)).isEqualTo(TAKEN);
    keys.confirm("mail", "k", "you", KEEP);
    assertThat(keys.release("mail", "k", "you")).isFalse();
  }

  @Test
  void aRemovedKeyIsFree() {
    assertThat(keys.remove("mail", "k")).isFalse();
    keys.take("mail", "k", "me", HOLD);
    assertThat(keys.remove("mail", "k")).isTrue();
    assertThat(keys.take("mail", "k", "you", HOLD)).isEqualTo(TAKEN);
  }

  @Test
  void eachRepositoryHasItsOwnKeys() {
    keys.take("mail", "k", "me", HOLD);
    assertThat(keys.take("sms", "k", "you", HOLD)).isEqualTo(TAKEN);

    keys.clear("mail");

    assertThat(keys.take("mail", "k", "you", HOLD)).isEqualTo(TAKEN);
    assertThat(keys.take("sms", "k", "me", HOLD)).isEqualTo(HELD);
  }

  @Test
  void aKeyIsDataOfAnyLength() {
    List<String> odd =
        List.of("a\0", "a\uD83D", "a\uFFFD", "x".repeat(5_000), "x".repeat(5_001), "' or 1=1", "");
    for (String key : odd) {
      assertThat(keys.take("mail", key, "me", HOLD)).isEqualTo(TAKEN);
      assertThat(keys.confirm("mail", key, "me", KEEP)).isTrue();
      assertThat(keys.take("mail", key, "you", HOLD)).isEqualTo(CONFIRMED);
    }
  }
}
