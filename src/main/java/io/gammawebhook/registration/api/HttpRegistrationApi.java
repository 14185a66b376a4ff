package io.gammawebhook.registration.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.gammawebhook.registration.api.ApiAnswer.Unreadable;
import io.gammawebhook.registration.api.ApiDescription.Fault;
import io.gammawebhook.registration.api.ApiOutcome.Done;
import io.gammawebhook.registration.api.ApiOutcome.Kind;
import io.gammawebhook.registration.api.ApiOutcome.Refused;
import io.gammawebhook.verify.SecretText;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Speaks to an API over HTTP as it is described. The credentials go to the configured host only: no
 * redirect is followed. A call is tried once and ends within the account's time-out; an answer has
 * at most 1 MB, and a list at most 100 pages, 10 MB and ten time-outs.
 */
public final class HttpRegistrationApi implements RegistrationApi {

  private static final int MOST_PAGES = 100;
  private static final int MOST_LIST = 10 << 20;
  private static final int LIST_TIMEOUTS = 10;
  private static final int LONGEST_LINK = 4_096;

  /** {@code <address>; rel="next"}, among others. */
  private static final Pattern NEXT_LINK =
      Pattern.compile("<([^<>]*)>((?:\\s*;\\s*[a-zA-Z-]+=(?:\"[^\"]*\"|[^\",;\\s]*))*)");

  private static final Pattern REL_NEXT =
      Pattern.compile("(?i)rel=(?:\"(?:[^\"]* )?next(?: [^\"]*)?\"|next\\b)");

  private final ApiDescription api;
  private final Account account;
  private final RetryAfter retryAfter;
  private final ApiAnswer answers;
  private final Transport transport;

  /**
   * @param time what an API's date for a next try is compared with
   * @throws IllegalArgumentException if the account lacks a parameter of the API, or has a wrong
   *     one
   */
  public HttpRegistrationApi(ApiDescription api, Account account, InstantSource time) {
    for (Fault fault : api.faults(account.parameters())) {
      throw new IllegalArgumentException(fault.option() + " " + fault.what());
    }
    this.api = api;
    this.account = account;
    this.retryAfter = new RetryAfter(time);
    this.answers = new ApiAnswer(api);
    this.transport = new Transport(account.timeout());
  }

  @Override
  public ApiDescription description() {
    return api;
  }

  @Override
  public ApiOutcome<List<Registered>> list() {
    Call call = api.calls().list();
    Exchange exchange = exchange(call, new Values(api, account), null);
    Pages pages = new Pages(call);
    URI page = exchange.uri(pages.first());
    while (page != null) {
      ApiOutcome<HttpAnswer> outcome = exchange.send(page, pages.timeLeft());
      if (!(outcome instanceof Done<HttpAnswer> done)) {
        return ((Refused<HttpAnswer>) outcome).as();
      }
      try {
        page = pages.next(exchange, done.value(), page);
      } catch (Unreadable e) {
        return exchange.unreadable(done.value().status(), e);
      }
    }
    return new Done<>(List.copyOf(pages.all));
  }

  /** The pages of one list. */
  private final class Pages {
    private final Call call;
    private final List<Registered> all = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();
    private final long end = System.nanoTime() + account.timeout().toNanos() * LIST_TIMEOUTS;
    private int bytes;
    private int number;

    Pages(Call call) {
      this.call = call;
    }

    Map<String, String> first() {
      return api.answers().paging() instanceof Paging.Number paging
          ? Map.of(paging.parameter(), String.valueOf(paging.first()))
          : Map.of();
    }

    Duration timeLeft() {
      Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
      return left.compareTo(account.timeout()) < 0 ? left : account.timeout();
    }

    /** Takes the entries of a page; the address of the one behind it, or null. */
    @Nullable URI next(Exchange exchange, HttpAnswer answer, URI page) throws Unreadable {
      JsonNode tree = ApiAnswer.json(answer.body());
      List<Registered> entries = answers.entries(tree);
      all.addAll(entries);
      bytes += answer.body().length;
      URI next = after(exchange, answer, tree, entries, page);
      if (next != null) {
        if (++number == MOST_PAGES || bytes > MOST_LIST) {
          throw new Unreadable("has more than " + MOST_PAGES + " pages or 10 MB before it ends");
        }
        if (!seen.add(next.toString())) {
          throw new Unreadable("names a page as the next one that was read already (paging)");
        }
      }
      return next;
    }

    private @Nullable URI after(
        Exchange exchange, HttpAnswer answer, JsonNode tree, List<Registered> entries, URI page)
        throws Unreadable {
      Paging paging = api.answers().paging();
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
      return paging instanceof Paging.Link ? link(answer.headers(), page) : null;
    }
  }

  private @Nullable URI link(HttpHeaders headers, URI page) throws Unreadable {
    for (String header : headers.allValues("link")) {
      if (header.length() > LONGEST_LINK) {
        throw new Unreadable("has a header Link of more than " + LONGEST_LINK + " characters");
      }
      Matcher link = NEXT_LINK.matcher(header);
      while (link.find()) {
        if (REL_NEXT.matcher(link.group(2)).find()) {
          return sameHost(link.group(1), page);
        }
      }
    }
    return null;
  }

  private URI sameHost(String link, URI page) throws Unreadable {
    URI next;
    try {
      next = page.resolve(link);
    } catch (IllegalArgumentException e) {
      throw new Unreadable("has a header Link that is no address");
    }
    URI base = account.baseUrl();
    if (!String.valueOf(next.getScheme()).equalsIgnoreCase(base.getScheme())
        || !String.valueOf(next.getHost()).equalsIgnoreCase(base.getHost())
        || port(next) != port(base)
        || next.getRawUserInfo() != null) {
      throw new Unreadable(
          "has a header Link that leads to another host, where the credentials do not go");
    }
    return next;
  }

  private static int port(URI uri) {
    return uri.getPort() >= 0 ? uri.getPort() : "http".equalsIgnoreCase(uri.getScheme()) ? 80 : 443;
  }

  @Override
  public ApiOutcome<Registered> create(
      Wanted wanted, @Nullable SecretText secret, String idempotencyKey) {
    Call call = api.calls().create();
    if (secret != null && !api.secretGiven()) {
      return not("takes no secret of ours");
    }
    if (secret == null && !apiMakesSecret(call)) {
      return not("makes no secret itself: give it one");
    }
    Values values =
        new Values(api, account)
            .with(wanted, api.facts().allEvents())
            .with(secret)
            .with(Values.IDEMPOTENCY_KEY, idempotencyKey);
    return exchange(call, values, secret).run(
        answer -> {
          JsonNode tree = ApiAnswer.json(answer.body());
          SecretText told = told(call, tree);
          if (secret == null && told == null && call.secret() != null) {
            throw new Unreadable("has no secret at " + call.secret() + " (calls.create.secret)");
          }
          return answers.entry(tree, told == null ? secret : told);
        });
  }

  private static @Nullable SecretText told(Call call, JsonNode tree) throws Unreadable {
    return call.secret() == null ? null : ApiAnswer.secret(tree, call.secret());
  }

  @Override
  public ApiOutcome<Registered> update(String id, Wanted wanted, @Nullable SecretText secret) {
    List<Call> calls = api.calls().update();
    Values values =
        new Values(api, account)
            .with(Values.ID, id)
            .with(wanted, api.facts().allEvents())
            .with(secret);
    boolean begun = false;
    for (Call call : calls.subList(0, calls.size() - 1)) {
      ApiOutcome<HttpAnswer> outcome = exchange(call, values, secret).run(answer -> answer);
      if (outcome instanceof Refused<HttpAnswer> refused) {
        return afterOthers(begun, refused.as());
      }
      begun = true;
    }
    ApiOutcome<Registered> outcome =
        exchange(calls.get(calls.size() - 1), values, secret)
            .run(
                answer ->
                    answers.entry(
                        ApiAnswer.json(answer.body()), api.updateTakesSecret() ? secret : null));
    return outcome instanceof Refused<Registered> refused ? afterOthers(begun, refused) : outcome;
  }

  /** A part of it is done. */
  private static Refused<Registered> afterOthers(boolean begun, Refused<Registered> refused) {
    return new Refused<>(
        refused.kind(),
        refused.status(),
        refused.detail(),
        refused.retryAfter(),
        begun || refused.maybeDone());
  }

  @Override
  public ApiOutcome<Rotated> rotate(String id, @Nullable SecretText secret) {
    Call call = api.calls().rotate();
    if (call == null) {
      return not("has no call for another secret");
    }
    if (secret == null ? !apiMakesSecret(call) : !call.says(Values.SECRET)) {
      return not(secret == null ? "needs the new secret" : "takes no secret of ours");
    }
    Values values = values(id).with(secret);
    return exchange(call, values, secret)
        .run(
            answer -> {
              SecretText told =
                  call.secret() == null
                      ? null
                      : ApiAnswer.secret(ApiAnswer.json(answer.body()), call.secret());
              if (secret == null && told == null && call.secret() != null) {
                throw new Unreadable(
                    "has no secret at " + call.secret() + " (calls.rotate.secret)");
              }
              return new Rotated(id, told == null ? secret : told);
            });
  }

  /** Whether the API makes a secret in this call, and tells us. */
  private boolean apiMakesSecret(Call call) {
    return call.secret() != null || api.calls().readSecret() != null;
  }

  @Override
  public ApiOutcome<Boolean> delete(String id) {
    Call call = api.calls().delete();
    ApiOutcome<Boolean> outcome =
        exchange(call, values(id), null).run(answer -> true);
    return outcome instanceof Refused<Boolean> refused && refused.kind() == Kind.NOT_FOUND
        ? new Done<>(false)
        : outcome;
  }

  @Override
  public ApiOutcome<Integer> test(String id) {
    Call call = api.calls().test();
    if (call == null) {
      return not("has no call for a test");
    }
    List<String> missing = api.missing(call, account.parameters());
    if (!missing.isEmpty()) {
      return not("needs the parameters " + missing + " for a test");
    }
    return exchange(call, values(id), null).run(HttpAnswer::status);
  }

  @Override
  public ApiOutcome<SecretText> secret(String id) {
    Call call = api.calls().readSecret();
    if (call == null || call.secret() == null) {
      return not("tells no secret of an entry that is there");
    }
    FieldPath path = call.secret();
    return exchange(call, values(id), null)
        .run(
            answer -> {
              SecretText secret = ApiAnswer.secret(ApiAnswer.json(answer.body()), path);
              if (secret == null) {
                throw new Unreadable("has no secret at " + path + " (calls.read-secret.secret)");
              }
              return secret;
            });
  }

  private Values values(String id) {
    return new Values(api, account).with(Values.ID, id);
  }

  private Exchange exchange(Call call, Values values, @Nullable SecretText secret) {
    Censor censor = new Censor(account.credentials()).with(secret);
    return new Exchange(
        transport,
        new CallRequest(api, account, call, values),
        new Verdict(api, retryAfter, call, censor),
        account.timeout());
  }

  private <T> Refused<T> not(String why) {
    return new Refused<>(Kind.INVALID, 0, api.title() + " " + why, null, false);
  }
}
