package io.gammawebhook.registration.api;

import io.gammawebhook.verify.SecretText;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Over HTTP. */
public final class HttpRegistrationApi implements RegistrationApi {
  private final ApiDescription api;

  /**
   * @param time what an API's date for a next try is compared with
   * @throws IllegalArgumentException if the account lacks a parameter of the API
   */
  public HttpRegistrationApi(ApiDescription api, Account account, InstantSource time) {
    this.api = api;
  }

  @Override
  public ApiDescription description() {
    return api;
  }

  @Override
  public ApiOutcome<List<Registered>> list() {
    throw new UnsupportedOperationException();
  }

  @Override
  public ApiOutcome<Registered> create(
      Wanted wanted, @Nullable SecretText secret, String idempotencyKey) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ApiOutcome<Registered> update(String id, Wanted wanted, @Nullable SecretText secret) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ApiOutcome<Rotated> rotate(String id, @Nullable SecretText secret) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ApiOutcome<Boolean> delete(String id) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ApiOutcome<Integer> test(String id) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ApiOutcome<SecretText> secret(String id) {
    throw new UnsupportedOperationException();
  }
}
