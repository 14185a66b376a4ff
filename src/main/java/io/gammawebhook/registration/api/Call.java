package io.gammawebhook.registration.api;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One call of an API.
 *
 * @param body null for none
 * @param success the statuses that mean that it is done
 * @param secret where the answer tells the secret; null if it does not
 */
record Call(
    String method,
    Template path,
    Map<String, Template> query,
    Map<String, Template> headers,
    BodyTemplate.@Nullable Fields body,
    Set<Integer> success,
    @Nullable FieldPath secret) {

  /** Whether the variable is in it. */
  boolean says(String variable) {
    return variables().contains(variable);
  }

  Set<String> variables() {
    Set<String> names = new HashSet<>(path.variables());
    query.values().forEach(each -> names.addAll(each.variables()));
    headers.values().forEach(each -> names.addAll(each.variables()));
    if (body != null) {
      names.addAll(body.variables());
    }
    return names;
  }
}
