package io.gammawebhook.registration;

import io.gammawebhook.registration.RegistrationSettings.SecretMode;
import io.gammawebhook.registration.RegistrationStore.StoredSecret;
import io.gammawebhook.registration.SecretSeal.SealException;
import io.gammawebhook.registration.api.RegistrationApi;
import io.gammawebhook.verify.SecretText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

  /** Lets the API's answers show neither these secrets nor the source's. */
  void censor(List<StoredSecret> stored) {
    List<SecretText> secrets = new ArrayList<>();
    SecretText given = settings.secretMode() == SecretMode.SOURCE ? sourceSecret.get() : null;
    if (given != null) {
      secrets.add(given);
    }
    for (StoredSecret each : stored) {
      try {
        if (seal != null) {
          secrets.add(seal.open(each.sealed(), each.registration(), each.version()));
        }
      } catch (SealException e) {
        // Nobody here knows that one.
        continue;
      }
    }
    api.censor(secrets, settings.wanted());
  }

  /** A key for a create, unlike any before. */
  String newKey() {
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }

  Duration spread(Duration wait, double part) {
    return Trouble.spread(wait, part, random);
  }
}
