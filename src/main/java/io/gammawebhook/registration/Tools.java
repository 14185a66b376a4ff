package io.gammawebhook.registration;

import io.gammawebhook.registration.RegistrationSettings.SecretMode;
import io.gammawebhook.registration.api.RegistrationApi;
import io.gammawebhook.verify.SecretText;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What every pass over one registration needs.
 *
 * @param seal null where no secret is managed
 * @param random has to be cryptographically strong
 * @param settle how long a new secret is in the store before the API is told of it
 * @param secretsChanged told when secrets are stored that this node has to know at once
 * @param lease how long a turn is taken for
 */
record Tools(
    RegistrationSettings settings,
    RegistrationApi api,
    Supplier<@Nullable SecretText> sourceSecret,
    Supplier<String> newSecret,
    RegistrationStore store,
    @Nullable SecretSeal seal,
    RandomGenerator random,
    Duration settle,
    Runnable secretsChanged,
    Fingerprints prints,
    Duration lease) {

  /** Of the source's secret; null where it is not given to the API. */
  @Nullable String print() {
    if (settings.secretMode() != SecretMode.SOURCE) {
      return null;
    }
    SecretText secret = sourceSecret.get();
    return secret == null ? null : prints.of(secret);
  }

  /** A key for a create, unlike any before. */
  String newKey() {
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }

  Duration spread(Duration wait, double part) {
    return Trouble.spread(wait, part, random);
  }
}
