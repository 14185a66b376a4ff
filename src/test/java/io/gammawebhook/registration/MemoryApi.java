package io.gammawebhook.registration;

import io.gammawebhook.registration.api.ApiDescription;
import io.gammawebhook.registration.api.ApiDescription.Rotation;
import io.gammawebhook.registration.api.ApiDescription.Telling;
import io.gammawebhook.registration.api.ApiOutcome;
import io.gammawebhook.registration.api.ApiOutcome.Done;
import io.gammawebhook.registration.api.ApiOutcome.Kind;
import io.gammawebhook.registration.api.ApiOutcome.Refused;
import io.gammawebhook.registration.api.Registered;
import io.gammawebhook.registration.api.RegistrationApi;
import io.gammawebhook.registration.api.Wanted;
import io.gammawebhook.verify.SecretEncoding;
import io.gammawebhook.verify.SecretText;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An API that is as described, in memory: what it has, what was called, and what goes wrong. */
final class MemoryApi implements RegistrationApi {

  /** What happens to a call. */
  interface Fate {
    /** Before the API has done anything. */
    default @Nullable Refused<Object> before(String call) {
      return null;
    }

    /** Once it has done it, and before we hear of it. */
    default @Nullable Refused<Object> after(String call) {
      return null;
    }
  }

  final Map<String, Registered> entries = new LinkedHashMap<>();
  final Map<String, SecretText> signing = new HashMap<>();
  final List<String> calls = new ArrayList<>();
  volatile Fate fate = new Fate() {};

  /** Told of each secret that we give. */
  volatile Consumer<SecretText> given = secret -> {};

  /** What the API makes of what it is told. */
  volatile UnaryOperator<Wanted> keeps = wanted -> wanted;

  /** What a list shows of all that there is. */
  volatile Predicate<Registered> lists = entry -> true;

  private final ApiDescription description;
  private final boolean honoursKeys;
  private final Map<String, Registered> byKey = new HashMap<>();
  private int last;

  MemoryApi(ApiDescription description, boolean honoursKeys) {
    this.description = description;
    this.honoursKeys = honoursKeys;
  }

  static Refused<Object> refused(Kind kind, int status, boolean maybeDone) {
    return new Refused<>(kind, status, "so it is", null, maybeDone);
  }

  static Refused<Object> limited(Duration wait) {
    return new Refused<>(Kind.LIMITED, 429, "slow down", wait, false);
  }

  synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  synchronized List<Registered> all() {
    return List.copyOf(entries.values());
  }

  synchronized void put(Registered entry) {
    entries.put(entry.id(), entry);
  }

  synchronized void disable(String id, @Nullable String reason) {
    Registered it = Objects.requireNonNull(entries.get(id));
    entries.put(
        id,
        new Registered(
            id, it.url(), it.events(), false, reason, it.description(), it.marker(), null));
  }

  private <T> ApiOutcome<T> call(String call, Supplier<ApiOutcome<T>> effect) {
    synchronized (this) {
      calls.add(call);
    }
    Refused<Object> early = fate.before(call);
    if (early != null) {
      return early.as();
    }
    ApiOutcome<T> outcome;
    synchronized (this) {
      outcome = effect.get();
    }
    Refused<Object> late = fate.after(call);
    return late == null ? outcome : late.as();
  }

  private SecretText made() {
    return SecretText.valueOf(SecretEncoding.WHSEC.generate(new SecureRandom()));
  }

  private void given(@Nullable SecretText secret) {
    if (secret != null) {
      given.accept(secret);
    }
  }

  @Override
  public ApiDescription description() {
    return description;
  }

  @Override
  public void censor(List<SecretText> secrets, Wanted wanted) {}

  @Override
  public ApiOutcome<List<Registered>> list() {
    return call("list", () -> new Done<>(entries.values().stream().filter(lists).toList()));
  }

  @Override
  public ApiOutcome<Registered> create(
      Wanted wanted, @Nullable SecretText secret, String idempotencyKey) {
    given(secret);
    return call(
        "create",
        () -> {
          Registered before = byKey.get(idempotencyKey);
          if (honoursKeys && before != null) {
            return new Done<>(before);
          }
          String id = "e" + ++last;
          SecretText signs = secret == null ? made() : secret;
          signing.put(id, signs);
          entries.put(id, entry(id, wanted, null));
          Registered made = entry(id, wanted, description.tells(Telling.CREATE) ? signs : null);
          byKey.put(idempotencyKey, made);
          return new Done<>(made);
        });
  }

  private Registered entry(String id, Wanted told, @Nullable SecretText secret) {
    Wanted wanted = keeps.apply(told);
    return new Registered(
        id,
        wanted.url(),
        wanted.events(),
        wanted.enabled(),
        null,
        description.keepsDescription() ? wanted.description() : null,
        description.keepsMarker() ? wanted.marker() : null,
        secret);
  }

  @Override
  public ApiOutcome<Registered> update(String id, Wanted told, @Nullable SecretText secret) {
    given(secret);
    Wanted wanted = keeps.apply(told);
    return call(
        "update",
        () -> {
          Registered before = entries.get(id);
          if (before == null) {
            return refused(Kind.NOT_FOUND, 404, false).as();
          }
          if (secret != null) {
            signing.put(id, secret);
          } else if (description.updateTakesSecret()) {
            signing.remove(id);
          }
          Registered now =
              new Registered(
                  id,
                  wanted.url(),
                  wanted.events(),
                  wanted.enabled(),
                  null,
                  description.keepsDescription() ? wanted.description() : null,
                  description.canMark() ? wanted.marker() : before.marker(),
                  null);
          entries.put(id, now);
          return new Done<>(now);
        });
  }

  @Override
  public ApiOutcome<Rotated> rotate(String id, @Nullable SecretText secret) {
    given(secret);
    return call(
        "rotate",
        () -> {
          if (description.rotation() != Rotation.CALL) {
            return refused(Kind.INVALID, 0, false).as();
          }
          if (!entries.containsKey(id)) {
            return refused(Kind.NOT_FOUND, 404, false).as();
          }
          SecretText signs = secret == null ? made() : secret;
          signing.put(id, signs);
          return new Done<>(new Rotated(id, description.tells(Telling.ROTATE) ? signs : secret));
        });
  }

  @Override
  public ApiOutcome<Boolean> delete(String id) {
    return call("delete", () -> new Done<>(entries.remove(id) != null));
  }

  @Override
  public ApiOutcome<Integer> test(String id) {
    return call("test", () -> new Done<>(202));
  }

  @Override
  public ApiOutcome<SecretText> secret(String id) {
    return call(
        "secret",
        () ->
            description.tells(Telling.READ)
                ? new Done<>(Objects.requireNonNull(signing.get(id)))
                : refused(Kind.INVALID, 0, false).as());
  }
}
