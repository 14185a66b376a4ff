package io.gammawebhook.admin;

import io.gammawebhook.audit.Operator;
import io.gammawebhook.event.DeliveryId;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.EventFilter;
import io.gammawebhook.inbox.Operations;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a request, read strictly.
 *
 * <p>Every method throws {@link InvalidRequestException} for what it cannot read.
 */
final class Given {

  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1000;
  private static final int DEFAULT_RATE = 100;
  private static final Pattern LIMIT = Pattern.compile("[0-9]{1,9}");

  private Given() {}

  /** Actuator's own conversion would refuse what is no number without saying why. */
  static int limit(@Nullable String text) {
    if (text == null) {
      return DEFAULT_LIMIT;
    }
    // Not by parseInt alone, which takes a sign, and the digits of every script.
    if (LIMIT.matcher(text).matches()) {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= MAX_LIMIT) {
        return limit;
      }
    }
    throw new InvalidRequestException(
        "'limit' must be a whole number from 1 to "
            + MAX_LIMIT
            + "; without it, "
            + DEFAULT_LIMIT
            + " are shown");
  }

  /** Whether something is wanted: {@code true} or {@code false}, which is the default. */
  static boolean yes(String name, @Nullable String text) {
    if (text == null || text.equals("false")) {
      return false;
    }
    if (text.equals("true")) {
      return true;
    }
    throw new InvalidRequestException("'" + name + "' must be true or false, which is the default");
  }

  /** How many events a second; 100 if nothing is said. */
  static int rate(@Nullable String text) {
    if (text == null) {
      return DEFAULT_RATE;
    }
    if (LIMIT.matcher(text).matches()) {
      int rate = Integer.parseInt(text);
      if (rate >= 1 && rate <= Operations.MAX_RATE) {
        return rate;
      }
    }
    throw new InvalidRequestException(
        "'rate' must be a whole number from 1 to "
            + Operations.MAX_RATE
            + ", in events a second; without it, it is "
            + DEFAULT_RATE);
  }

  static EventFilter filter(Map<String, String> given, Instant now) {
    try {
      return EventFilter.of(given, now);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(String.valueOf(e.getMessage()));
    }
  }

  static @Nullable Instant time(String name, @Nullable String text, Instant now) {
    try {
      return text == null ? null : EventFilter.time(text.strip(), now);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("'" + name + "' is malformed: " + e.getMessage());
    }
  }

  /** The id of an operation. */
  static Reference operation(@Nullable String text) {
    return required(
        "operation",
        text,
        Reference::parse,
        "the id of an operation, as the list operations shows");
  }

  /** Who is not named is who was authenticated. */
  static Operator operator(@Nullable String who, @Nullable String why, Caller caller) {
    String name = who == null ? caller.name() : who;
    try {
      return new Operator(name == null ? "" : name, why == null ? "" : why, caller.text());
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(String.valueOf(e.getMessage()));
    }
  }

  static DeliveryId delivery(@Nullable String text) {
    return required(
        "delivery",
        text,
        DeliveryId::parse,
        "a delivery id, <reference>.<subscription>.<run>, as the log, the audit and the list"
            + " dead-letters show it");
  }

  static SourceName source(@Nullable String text) {
    return required(
        "source", text, SourceName::new, "a source's name, as GET /actuator/webhooks shows it");
  }

  static SubscriptionName subscription(@Nullable String text) {
    return required(
        "subscription",
        text,
        SubscriptionName::new,
        "a subscription's name, as GET /actuator/webhooks shows it");
  }

  /** The name of a registration. */
  static String registration(@Nullable String text) {
    return required(
        "registration",
        text,
        name -> {
          if (name.isBlank() || name.length() > 100) {
            throw new IllegalArgumentException();
          }
          return name;
        },
        "a registration's name, as the list registrations shows it");
  }

  /** The reference of a request in quarantine. */
  static Reference reference(String name, @Nullable String text) {
    return required(
        name,
        text,
        Reference::parse,
        "a reference, as GET /actuator/webhooks/quarantine and the audit show it");
  }

  /** The reference of an event. */
  static Reference event(@Nullable String text) {
    return required(
        "event",
        text,
        Reference::parse,
        "the event's reference, as the sender got it in the answer, and the log shows it");
  }

  /** Where a list or an order begins; null for the first. */
  static @Nullable Reference after(@Nullable String text) {
    return text == null
        ? null
        : required("after", text, Reference::parse, "what the page before had last, or its 'next'");
  }

  /** Whether the first of two is given, of which exactly one has to be. */
  static boolean one(String first, @Nullable String one, String second, @Nullable String another) {
    if ((one == null) == (another == null)) {
      throw new InvalidRequestException(
          "Give either '"
              + first
              + "', the reference of one request in quarantine, or '"
              + second
              + "' for all of a source");
    }
    return one != null;
  }

  private static <T> T required(
      String name, @Nullable String text, Function<String, T> reader, String rule) {
    if (text == null) {
      throw new InvalidRequestException("'" + name + "' is missing: give " + rule);
    }
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("'" + name + "' is malformed: give " + rule);
    }
  }
}
