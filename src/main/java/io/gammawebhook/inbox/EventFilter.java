package io.gammawebhook.inbox;

import io.gammawebhook.event.Glob;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which events are meant: those that fit everything that is given; null fits all. What is said of a
 * delivery (state, subscription, reason, destination) has to fit one delivery together, the newest
 * run of its event for its subscription.
 *
 * @param event this one
 * @param type a glob on the event type
 * @param from received at this time or later, by the store's clock
 * @param to received before this time
 * @param id the sender's event id
 * @param match a condition on the body
 * @param reason a glob on why the last attempt failed, such as {@code http-503} or {@code
 *     SocketTimeoutException}; an exception's class with its package or without
 * @param destination a glob on what the last failed attempt was sent to
 */
public record EventFilter(
    @Nullable Reference event,
    @Nullable SourceName source,
    @Nullable Glob type,
    @Nullable EventState state,
    @Nullable SubscriptionName subscription,
    @Nullable Instant from,
    @Nullable Instant to,
    @Nullable String id,
    @Nullable BodyMatch match,
    @Nullable Glob reason,
    @Nullable Glob destination) {

  /** The names of the criteria, as {@link #of} reads and {@link #criteria} writes them. */
  public static final List<String> NAMES =
      List.of(
          "event",
          "source",
          "type",
          "state",
          "subscription",
          "from",
          "to",
          "id",
          "match",
          "reason",
          "destination");

  private static final int LONGEST = 1_000;
  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");
  private static final Pattern AGE = Pattern.compile("([0-9]{1,9})([smhd])");

  /**
   * Reads criteria. A time is an instant ({@code 2026-11-29T10:00:00Z}), a date, which begins at
   * midnight UTC, or an age ({@code 90m}, {@code 2h}, {@code 7d}).
   *
   * @param criteria by their {@link #NAMES}; others are ignored
   * @param now what ages are counted from
   * @throws IllegalArgumentException if one cannot be read; the message names it, the fault and the
   *     cure
   */
  public static EventFilter of(Map<String, String> criteria, Instant now) {
    Criteria given = new Criteria(criteria);
    return new EventFilter(
        given.read("event", Reference::parse, "an event's reference, as the sender got it"),
        given.read("source", SourceName::new, "a source's name"),
        given.read("type", Glob::new, "an event type, where * stands for any run of characters"),
        given.read("state", EventState::of, null),
        given.read("subscription", SubscriptionName::new, "a subscription's name"),
        given.read("from", text -> time(text, now), null),
        given.read("to", text -> time(text, now), null),
        given.read("id", Function.identity(), "the sender's event id"),
        given.read("match", BodyMatch::new, null),
        given.read("reason", Glob::new, "a reason, where * stands for any run of characters"),
        given.read(
            "destination", Glob::new, "a destination, where * stands for any run of characters"));
  }

  /** Criteria as they were given. */
  private record Criteria(Map<String, String> texts) {
    <T> @Nullable T read(String name, Function<String, T> reader, @Nullable String rule) {
      String text = texts.get(name);
      if (text == null) {
        return null;
      }
      if (text.isBlank() || text.length() > LONGEST) {
        throw new IllegalArgumentException(
            "'"
                + name
                + "' is empty or longer than "
                + LONGEST
                + " characters: leave it away, or"
                + " give a shorter one");
      }
      try {
        return reader.apply(text.strip());
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "'" + name + "' is malformed: " + (rule == null ? e.getMessage() : "give " + rule), e);
      }
    }
  }

  /**
   * Reads a time as {@link #of} does.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Instant time(String text, Instant now) {
    try {
      Matcher age = AGE.matcher(text);
      if (age.matches()) {
        long number = Long.parseLong(age.group(1));
        Instant then =
            now.minus(
                switch (age.group(2)) {
                  case "s" -> Duration.ofSeconds(number);
                  case "m" -> Duration.ofMinutes(number);
                  case "h" -> Duration.ofHours(number);
                  default -> Duration.ofDays(number);
                });
        return then.isBefore(Instant.EPOCH) ? Instant.EPOCH : then;
      }
      Instant time =
          text.length() == 10
              ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
              : Instant.parse(text);
      if (time.isBefore(Instant.EPOCH) || time.isAfter(LAST)) {
        throw new DateTimeException("It is not between 1970 and 9999");
      }
      return time;
    } catch (DateTimeException | ArithmeticException e) {
      throw new IllegalArgumentException(
          "a time is one between 1970 and 9999, as an instant such as 2026-11-29T10:00:00Z, a date, or an age such as 90m, 2h or"
              + " 7d",
          e);
    }
  }

  /** The same, of what was received before this time at the latest. */
  public EventFilter before(Instant end) {
    return new EventFilter(
        event,
        source,
        type,
        state,
        subscription,
        from,
        to == null || to.isAfter(end) ? end : to,
        id,
        match,
        reason,
        destination);
  }

  /** Nothing but what {@link #of} would read as this filter; ages have become instants. */
  public Map<String, String> criteria() {
    Map<String, String> criteria = new LinkedHashMap<>();
    put(criteria, "event", event);
    put(criteria, "source", source);
    put(criteria, "type", type);
    put(criteria, "state", state == null ? null : state.text());
    put(criteria, "subscription", subscription);
    put(criteria, "from", from);
    put(criteria, "to", to);
    put(criteria, "id", id);
    put(criteria, "match", match);
    put(criteria, "reason", reason);
    put(criteria, "destination", destination);
    return criteria;
  }

  private static void put(Map<String, String> criteria, String name, @Nullable Object value) {
    if (value != null) {
      criteria.put(name, value.toString());
    }
  }

  /**
   * Whether an attempt failed for the reason that is asked for; a class also by its simple name.
   */
  public boolean reasonFits(@Nullable String why) {
    return reason == null
        || reason.matches(why)
        || (why != null && reason.matches(why.substring(why.lastIndexOf('.') + 1)));
  }

  /** Whether anything is said of a delivery. */
  public boolean asksForDelivery() {
    return subscription != null
        || reason != null
        || destination != null
        || (state != null && state != EventState.UNSUBSCRIBED);
  }
}
