package io.gammawebhook.springboot;

import io.gammawebhook.verify.SecretText;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.ConstructorBinding;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * One signing secret of a source: a text for one that always counts, or the text with more about
 * it.
 *
 * @param value The secret as the sender shows it; 'file:' and a path; or '{{…}}' for what Camel
 *     resolves, such as a vault.
 * @param name What metrics and messages call it. Default: its place in the list, from 1.
 * @param notBefore From when on it counts, inclusive: an instant of ISO-8601 with its zone, such as
 *     '2026-12-01T00:00:00Z'. Before it, a request that fits it is rejected as
 *     'secret-out-of-time'. Default: always.
 * @param notAfter Until when it counts, inclusive, in the same form. Default: for ever.
 */
public record SecretProperties(
    @DefaultValue("") SecretText value,
    @Nullable String name,
    @Nullable Instant notBefore,
    @Nullable Instant notAfter) {

  @ConstructorBinding
  public SecretProperties {}

  /**
   * The short form: only the text. Found by the binder's conversion; never fails, as it shows it.
   */
  public static SecretProperties valueOf(String text) {
    return of(SecretText.valueOf(text));
  }

  static SecretProperties of(SecretText text) {
    return new SecretProperties(text, null, null, null);
  }

  public boolean isEmpty() {
    return value.isEmpty();
  }
}
