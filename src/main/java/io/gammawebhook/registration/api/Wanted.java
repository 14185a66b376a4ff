package io.gammawebhook.registration.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An entry as we want it.
 *
 * @param url where the API sends events, 1 to 2048 characters
 * @param events the names of those wanted, in the API's words; empty for all
 * @param enabled whether it sends at all
 * @param description what people read beside it, at most 255 characters; null to leave alone what
 *     is there
 * @param marker by which we know the entry as ours, 1 to 255 characters; an API that keeps none
 *     ({@link ApiDescription#keepsMarker}) is not told
 */
public record Wanted(
    String url, List<String> events, boolean enabled, @Nullable String description, String marker) {

  static final int LONGEST_URL = 2_048;
  static final int LONGEST_TEXT = 255;

  /**
   * @throws IllegalArgumentException if a part is out of its bounds
   */
  public Wanted {
    bounded("url", url, LONGEST_URL);
    bounded("marker", marker, LONGEST_TEXT);
    events = List.copyOf(events);
    for (String event : events) {
      bounded("events", event, LONGEST_TEXT);
    }
    if (description != null && description.length() > LONGEST_TEXT) {
      throw new IllegalArgumentException(
          "description must have at most " + LONGEST_TEXT + " characters");
    }
  }

  private static void bounded(String option, String text, int most) {
    if (text.isBlank() || text.length() > most) {
      throw new IllegalArgumentException(option + " must have 1 to " + most + " characters");
    }
  }
}
