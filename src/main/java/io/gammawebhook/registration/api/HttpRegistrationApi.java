package io.gammawebhook.registration.api;

import io.gammawebhook.registration.api.ApiAnswer.Unreadable;
import io.gammawebhook.registration.api.ApiDescription.Fault;
import io.gammawebhook.registration.api.ApiOutcome.Done;
import io.gammawebhook.registration.api.ApiOutcome.Kind;
import io.gammawebhook.registration.api.ApiOutcome.Refused;
import io.gammawebhook.verify.SecretText;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Speaks to an API over HTTP as it is described. The credentials go to the configured host only: no
 * redirect is followed. A call is tried once and ends within the account's time-out; an answer has
 * at most 1 MB, and a list at most 100 pages, 10 MB and ten time-outs.
 */
public final class HttpRegistrationApi implements RegistrationApi {

  private final ApiDescription api;
  private final Account account;
  private final RetryAfter retryAfter;
  private final Confidences confidences;
  private final Transport transport;

  /**
   * @param time what an API's date for a next try is compared with
   * @throws IllegalArgumentException if the account lacks a parameter of the API, or has a wrong
   *     one
   */
  public HttpRegistrationApi(ApiDescription api, Account account, InstantSource time) {
    for (Fault fault : api.faults(account.parameters())) {
      throw new IllegalArgumentException(fault.option() + " " + fault.what());
    }
    this.api = api;
    this.account = account;
    this.retryAfter = new RetryAfter(time);
    this.confidences = new Confidences(account.credentials());
    this.transport = new Transport(account.timeout());
  }

  @Override
  public ApiDescription description() {
    return api;
  }

  @Override
  public void censor(List<SecretText> secrets, Wanted wanted) {
    secrets.forEach(confidences::keep);
    confidences.open(wanted);
  }

  @Override
  public ApiOutcome<List<Registered>> list() {
    return new Pages(
            exchange(api.calls().list(), new Values(api, account), null), answers(), api, account)
        .read();
  }

  @Override
  public ApiOutcome<Registered> create(
      Wanted wanted, @Nullable SecretText secret, String idempotencyKey) {
    confidences.open(wanted);
    Call call = api.calls().create();
    if (secret != null && !api.secretGiven()) {
      return not("takes no secret of ours");
    }
    if (secret == null && !apiMakesSecret(call)) {
      return not("makes no secret itself: give it one");
    }
    Values values =
        new Values(api, account)
            .with(wanted, api.facts().allEvents())
            .with(secret)
            .with(Values.IDEMPOTENCY_KEY, idempotencyKey);
    return exchange(call, values, secret)
        .run(
            answer -> {
              SecretText signs = signsWith(call, secret, answer, "calls.create.secret");
              return answers().entry(ApiAnswer.json(answer.body()), signs);
            });
  }

  /** What an entry has as its secret: as the answer tells it, or else as it was given. */
  private @Nullable SecretText signsWith(
      Call call, @Nullable SecretText given, HttpAnswer answer, String option) throws Unreadable {
    if (call.secret() == null) {
      return given;
    }
    SecretText told = ApiAnswer.secret(ApiAnswer.json(answer.body()), call.secret());
    if (told == null && given == null) {
      throw new Unreadable("has no secret at " + call.secret() + " (" + option + ")");
    }
    confidences.keep(told);
    return told == null ? given : told;
  }

  @Override
  public ApiOutcome<Registered> update(String id, Wanted wanted, @Nullable SecretText secret) {
    confidences.open(wanted);
    List<Call> calls = api.calls().update();
    Values values =
        new Values(api, account)
            .with(Values.ID, id)
            .with(wanted, api.facts().allEvents())
            .with(secret);
    boolean begun = false;
    for (Call call : calls.subList(0, calls.size() - 1)) {
      ApiOutcome<HttpAnswer> outcome = exchange(call, values, secret).run(answer -> answer);
      if (outcome instanceof Refused<HttpAnswer> refused) {
        return afterOthers(begun, refused.as());
      }
      begun = true;
    }
    ApiOutcome<Registered> outcome =
        exchange(calls.get(calls.size() - 1), values, secret)
            .run(
                answer ->
                    answers()
                        .entry(
                            ApiAnswer.json(answer.body()),
                            api.updateTakesSecret() ? secret : null));
    return outcome instanceof Refused<Registered> refused ? afterOthers(begun, refused) : outcome;
  }

  /** A part of it is done. */
  private static Refused<Registered> afterOthers(boolean begun, Refused<Registered> refused) {
    return new Refused<>(
        refused.kind(),
        refused.status(),
        refused.detail(),
        refused.retryAfter(),
        begun || refused.maybeDone());
  }

  @Override
  public ApiOutcome<Rotated> rotate(String id, @Nullable SecretText secret) {
    Call call = api.calls().rotate();
    if (call == null) {
      return not("has no call for another secret");
    }
    if (secret == null ? !apiMakesSecret(call) : !call.says(Values.SECRET)) {
      return not(secret == null ? "needs the new secret" : "takes no secret of ours");
    }
    return exchange(call, values(id).with(secret), secret)
        .run(answer -> new Rotated(id, signsWith(call, secret, answer, "calls.rotate.secret")));
  }

  /** Whether the API makes a secret in this call, and tells us. */
  private boolean apiMakesSecret(Call call) {
    return call.secret() != null || api.calls().readSecret() != null;
  }

  @Override
  public ApiOutcome<Boolean> delete(String id) {
    Call call = api.calls().delete();
    ApiOutcome<Boolean> outcome = exchange(call, values(id), null).run(answer -> true);
    return outcome instanceof Refused<Boolean> refused && refused.kind() == Kind.NOT_FOUND
        ? new Done<>(false)
        : outcome;
  }

  @Override
  public ApiOutcome<Integer> test(String id) {
    Call call = api.calls().test();
    if (call == null) {
      return not("has no call for a test");
    }
    List<String> missing = api.missing(call, account.parameters());
    if (!missing.isEmpty()) {
      return not("needs the parameters " + missing + " for a test");
    }
    return exchange(call, values(id), null).run(HttpAnswer::status);
  }

  @Override
  public ApiOutcome<SecretText> secret(String id) {
    Call call = api.calls().readSecret();
    if (call == null || call.secret() == null) {
      return not("tells no secret of an entry that is there");
    }
    FieldPath path = call.secret();
    return exchange(call, values(id), null)
        .run(
            answer -> {
              SecretText secret = ApiAnswer.secret(ApiAnswer.json(answer.body()), path);
              if (secret == null) {
                throw new Unreadable("has no secret at " + path + " (calls.read-secret.secret)");
              }
              confidences.keep(secret);
              return secret;
            });
  }

  private Values values(String id) {
    return new Values(api, account).with(Values.ID, id);
  }

  private Exchange exchange(Call call, Values values, @Nullable SecretText secret) {
    confidences.keep(secret);
    return new Exchange(
        transport,
        new CallRequest(api, account, call, values),
        new Verdict(api, retryAfter, call, answers(), confidences.censor()),
        account.timeout());
  }

  /** Reads an answer to all that was said until now. */
  private ApiAnswer answers() {
    return new ApiAnswer(api, confidences.censor());
  }

  private <T> Refused<T> not(String why) {
    return new Refused<>(Kind.INVALID, 0, api.title() + " " + why, null, false);
  }
}
