package io.gammawebhook.registration.api;

import io.gammawebhook.verify.SecretText;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An entry as the API tells of it, in the bounds that {@link HttpRegistrationApi} keeps; every text
 * is the API's, so it is shown with care.
 *
 * @param id the API's own name of it
 * @param url where it sends events
 * @param events the names of those that it sends; empty for all, {@link #NO_EVENTS} for none; empty
 *     also where the API does not tell ({@link ApiDescription#tellsEvents})
 * @param enabled whether it sends; true also where the API does not tell ({@link
 *     ApiDescription#tellsEnabled})
 * @param disabledReason why it does not; null where the API does not say
 * @param description null where there is none, or the API keeps none
 * @param marker null where there is none, or the API keeps none
 * @param secret what it signs with, where this answer told it; else null
 */
public record Registered(
    String id,
    String url,
    List<String> events,
    boolean enabled,
    @Nullable String disabledReason,
    @Nullable String description,
    @Nullable String marker,
    @Nullable SecretText secret) {

  /** Of an entry that sends nothing. */
  public static final List<String> NO_EVENTS = List.of("");

  public Registered {
    events = List.copyOf(events);
  }
}
