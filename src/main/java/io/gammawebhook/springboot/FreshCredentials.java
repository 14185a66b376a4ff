package io.gammawebhook.springboot;

import io.gammawebhook.config.InvalidConfigurationException;
import io.gammawebhook.registration.api.Account;
import io.gammawebhook.registration.api.ApiDescription;
import io.gammawebhook.registration.api.ApiOutcome;
import io.gammawebhook.registration.api.HttpRegistrationApi;
import io.gammawebhook.registration.api.Registered;
import io.gammawebhook.registration.api.RegistrationApi;
import io.gammawebhook.registration.api.Wanted;
import io.gammawebhook.verify.SecretText;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An API that is spoken to with the credentials as they are at each call, so that a token in a file
 * or a vault can be exchanged while the application runs. Where they cannot be read, each call is
 * refused and says so. Safe for use by many threads.
 */
final class FreshCredentials implements RegistrationApi {

  private final ApiDescription description;
  private final Supplier<Account> accounts;
  private final InstantSource clock;
  private @Nullable Spoken last;
  private @Nullable Confidence confidence;

  /** The client for one account, which keeps its connections. */
  private record Spoken(Account account, RegistrationApi api) {}

  /** What no answer is to show, also not to other credentials. */
  private record Confidence(List<SecretText> secrets, Wanted wanted) {}

  /**
   * @param accounts reads the account anew; throws an {@link IllegalArgumentException} or {@link
   *     InvalidConfigurationException} where that is not possible
   */
  FreshCredentials(ApiDescription description, Supplier<Account> accounts, InstantSource clock) {
    this.description = description;
    this.accounts = accounts;
    this.clock = clock;
  }

  @Override
  public ApiDescription description() {
    return description;
  }

  @Override
  public synchronized void censor(List<SecretText> secrets, Wanted wanted) {
    confidence = new Confidence(List.copyOf(secrets), wanted);
    if (last != null) {
      last.api().censor(secrets, wanted);
    }
  }

  @Override
  public ApiOutcome<List<Registered>> list() {
    return call(RegistrationApi::list);
  }

  @Override
  public ApiOutcome<Registered> create(
      Wanted wanted, @Nullable SecretText secret, String idempotencyKey) {
    return call(api -> api.create(wanted, secret, idempotencyKey));
  }

  @Override
  public ApiOutcome<Registered> update(String id, Wanted wanted, @Nullable SecretText secret) {
    return call(api -> api.update(id, wanted, secret));
  }

  @Override
  public ApiOutcome<Rotated> rotate(String id, @Nullable SecretText secret) {
    return call(api -> api.rotate(id, secret));
  }

  @Override
  public ApiOutcome<Boolean> delete(String id) {
    return call(api -> api.delete(id));
  }

  @Override
  public ApiOutcome<Integer> test(String id) {
    return call(api -> api.test(id));
  }

  @Override
  public ApiOutcome<SecretText> secret(String id) {
    return call(api -> api.secret(id));
  }

  private <T> ApiOutcome<T> call(Function<RegistrationApi, ApiOutcome<T>> work) {
    RegistrationApi api;
    try {
      api = api(accounts.get());
    } catch (InvalidConfigurationException | IllegalArgumentException e) {
      return new ApiOutcome.Refused<>(
          ApiOutcome.Kind.CREDENTIALS, 0, String.valueOf(e.getMessage()), null, false);
    }
    return work.apply(api);
  }

  private synchronized RegistrationApi api(Account account) {
    Spoken spoken = last;
    if (spoken == null || !spoken.account().equals(account)) {
      List<SecretText> secrets =
          new ArrayList<>(confidence == null ? List.of() : confidence.secrets());
      if (spoken != null) {
        secrets.add(spoken.account().credentials());
      }
      spoken = new Spoken(account, new HttpRegistrationApi(description, account, clock));
      if (confidence != null) {
        spoken.api().censor(secrets, confidence.wanted());
      }
      last = spoken;
    }
    return spoken.api();
  }
}
