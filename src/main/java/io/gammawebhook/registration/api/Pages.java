package io.gammawebhook.registration.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.gammawebhook.registration.api.ApiAnswer.Unreadable;
import io.gammawebhook.registration.api.ApiOutcome.Done;
import io.gammawebhook.registration.api.ApiOutcome.Refused;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The pages of one list, read one behind the other: at most 100, 10 MB and ten time-outs. Used
 * once, by one thread.
 */
final class Pages {

  private static final int MOST_PAGES = 100;
  private static final int MOST_BYTES = 10 << 20;
  private static final int TIMEOUTS = 10;

  private final Exchange exchange;
  private final ApiAnswer answers;
  private final Paging paging;
  private final NextLink link;
  private final Duration timeout;
  private final long end;
  private final List<Registered> all = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();
  private int bytes;
  private int number;

  /**
   * @param exchange the call that lists
   */
  Pages(Exchange exchange, ApiAnswer answers, ApiDescription api, Account account) {
    this.exchange = exchange;
    this.answers = answers;
    this.paging = api.answers().paging();
    this.link = new NextLink(account.baseUrl());
    this.timeout = account.timeout();
    this.end = System.nanoTime() + timeout.toNanos() * TIMEOUTS;
  }

  /** The entries of all pages. */
  ApiOutcome<List<Registered>> read() {
    URI page = exchange.uri(first());
    while (page != null) {
      ApiOutcome<HttpAnswer> outcome = exchange.send(page, timeLeft());
      if (!(outcome instanceof Done<HttpAnswer> done)) {
        return ((Refused<HttpAnswer>) outcome).as();
      }
      try {
        page = next(done.value(), page);
      } catch (Unreadable e) {
        return exchange.unreadable(done.value().status(), e);
      }
    }
    return new Done<>(List.copyOf(all));
  }

  private Map<String, String> first() {
    return paging instanceof Paging.Number numbered
        ? Map.of(numbered.parameter(), String.valueOf(numbered.first()))
        : Map.of();
  }

  private Duration timeLeft() {
    Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
    return left.compareTo(timeout) < 0 ? left : timeout;
  }

  /** Takes the entries of a page; the address of the one behind it, or null. */
  private @Nullable URI next(HttpAnswer answer, URI page) throws Unreadable {
    JsonNode tree = ApiAnswer.json(answer.body());
    List<Registered> entries = answers.entries(tree);
    all.addAll(entries);
    bytes += answer.body().length;
    URI next = after(answer, tree, entries, page);
    if (next != null) {
      if (++number == MOST_PAGES || bytes > MOST_BYTES) {
        throw new Unreadable("has more than " + MOST_PAGES + " pages or 10 MB before it ends");
      }
      if (!seen.add(next.toString())) {
        throw new Unreadable("names a page as the next one that was read already (paging)");
      }
    }
    return next;
  }

  private @Nullable URI after(HttpAnswer answer, JsonNode tree, List<Registered> entries, URI page)
      throws Unreadable {
    if (paging instanceof Paging.Cursor cursor) {
      String next = ApiAnswer.cursor(cursor, tree, entries);
      return next == null ? null : exchange.uri(Map.of(cursor.parameter(), next));
    }
    if (paging instanceof Paging.Number numbered) {
      return entries.isEmpty()
          ? null
          : exchange.uri(
              Map.of(numbered.parameter(), String.valueOf(numbered.first() + number + 1)));
    }
    return paging instanceof Paging.Link ? link.in(answer.headers(), page) : null;
  }
}
