package io.gammawebhook.registration;

import io.gammawebhook.registration.api.ApiDescription;
import io.gammawebhook.registration.api.ApiOutcome;
import io.gammawebhook.registration.api.Registered;
import io.gammawebhook.registration.api.RegistrationApi;
import io.gammawebhook.registration.api.Wanted;
import io.gammawebhook.verify.SecretText;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Another one's calls, each of them told. */
record CountedApi(RegistrationApi api, String registration, ApiCalls calls)
    implements RegistrationApi {

  private <T> ApiOutcome<T> told(String call, ApiOutcome<T> outcome) {
    calls.called(
        registration,
        call,
        outcome instanceof ApiOutcome.Refused<T> refused
            ? refused.kind().name().toLowerCase(Locale.ROOT).replace('_', '-')
            : "done");
    return outcome;
  }

  @Override
  public ApiDescription description() {
    return api.description();
  }

  @Override
  public void censor(List<SecretText> secrets, Wanted wanted) {
    api.censor(secrets, wanted);
  }

  @Override
  public ApiOutcome<List<Registered>> list() {
    return told("list", api.list());
  }

  @Override
  public ApiOutcome<Registered> create(
      Wanted wanted, @Nullable SecretText secret, String idempotencyKey) {
    return told("create", api.create(wanted, secret, idempotencyKey));
  }

  @Override
  public ApiOutcome<Registered> update(String id, Wanted wanted, @Nullable SecretText secret) {
    return told("update", api.update(id, wanted, secret));
  }

  @Override
  public ApiOutcome<Rotated> rotate(String id, @Nullable SecretText secret) {
    return told("rotate", api.rotate(id, secret));
  }

  @Override
  public ApiOutcome<Boolean> delete(String id) {
    return told("delete", api.delete(id));
  }

  @Override
  public ApiOutcome<Integer> test(String id) {
    return told("test", api.test(id));
  }

  @Override
  public ApiOutcome<SecretText> secret(String id) {
    return told("secret", api.secret(id));
  }
}
