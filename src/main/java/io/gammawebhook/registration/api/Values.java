package io.gammawebhook.registration.api;

import io.gammawebhook.registration.api.ApiDescription.AllEvents;
import io.gammawebhook.verify.SecretText;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the variables of a call stand for. Used by one thread. */
final class Values {

  static final String URL = "url";
  static final String EVENTS = "events";
  static final String SECRET = "secret";
  static final String ENABLED = "enabled";
  static final String DISABLED = "disabled";
  static final String DESCRIPTION = "description";
  static final String MARKER = "marker";
  static final String ID = "id";
  static final String CREDENTIALS = "credentials";
  static final String IDEMPOTENCY_KEY = "idempotency-key";

  /** Those that are no parameters of the account. */
  static final Set<String> KNOWN =
      Set.of(
          URL,
          EVENTS,
          SECRET,
          ENABLED,
          DISABLED,
          DESCRIPTION,
          MARKER,
          ID,
          CREDENTIALS,
          IDEMPOTENCY_KEY);

  /** Stands for a null that is said, unlike an absent value. */
  static final Object NULL = new Object();

  private final Map<String, Object> values = new HashMap<>();

  Values(ApiDescription api, Account account) {
    for (ApiDescription.Parameter parameter : api.parameters()) {
      put(
          parameter.name(),
          account.parameters().getOrDefault(parameter.name(), parameter.standard()));
    }
  }

  Values with(String name, @Nullable Object value) {
    put(name, value);
    return this;
  }

  Values with(Wanted wanted, @Nullable AllEvents all) {
    put(URL, wanted.url());
    put(EVENTS, wanted.events().isEmpty() && all != null ? said(all) : wanted.events());
    put(ENABLED, wanted.enabled());
    put(DISABLED, !wanted.enabled());
    put(DESCRIPTION, wanted.description());
    put(MARKER, wanted.marker());
    return this;
  }

  Values with(@Nullable SecretText secret) {
    put(SECRET, secret == null ? null : secret.reveal());
    return this;
  }

  private static Object said(AllEvents all) {
    return all.word() == null ? NULL : List.of(all.word());
  }

  private void put(String name, @Nullable Object value) {
    if (value != null) {
      values.put(name, value);
    }
  }

  /** A text, boolean, list of texts or {@link #NULL}; null if there is none. */
  @Nullable Object get(String name) {
    return values.get(name);
  }
}
