package io.gammawebhook.event;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One event on its way to one subscription, printed as {@code <reference>.<subscription>.<run>}. A
 * retry keeps the delivery id (use it as an idempotency key); a replay is the next run.
 *
 * @param reference the event
 * @param subscription the subscription's number
 * @param run 0 for the first delivery, one more for each replay
 */
public record DeliveryId(Reference reference, int subscription, int run) {

  private static final Pattern FORM = Pattern.compile("([0-9a-f-]{36})\\.(\\d{1,9})\\.(\\d{1,9})");

  /**
   * Reads what {@link #toString} printed.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  public static DeliveryId parse(String text) {
    Matcher m = FORM.matcher(text);
    if (!m.matches()) {
      throw new IllegalArgumentException(
          "A delivery id has the form <reference>.<subscription>.<run>; got '" + text + "'");
    }
    return new DeliveryId(
        Reference.parse(m.group(1)), Integer.parseInt(m.group(2)), Integer.parseInt(m.group(3)));
  }

  @Override
  public String toString() {
    return reference + "." + subscription + "." + run;
  }
}
