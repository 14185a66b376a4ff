package io.gammawebhook.simulator;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A registration as the API shows it.
 *
 * @param id such as {@code wh_1f0c…}
 * @param events globs of event types; {@code *} for all
 * @param disabledReason why the simulator disabled it; null where it did not
 */
public record SimulatedRegistration(
    String id,
    String url,
    List<String> events,
    @Nullable String description,
    boolean enabled,
    @Nullable String disabledReason,
    Instant createdAt,
    Instant updatedAt,
    Map<String, String> metadata) {

  /** Copies the collections. */
  public SimulatedRegistration {
    events = List.copyOf(events);
    metadata = Map.copyOf(metadata);
  }
}
