package io.gammawebhook.registration.api;

import io.gammawebhook.registration.api.ApiAnswer.Unreadable;
import io.gammawebhook.registration.api.ApiDescription.Special;
import io.gammawebhook.registration.api.ApiOutcome.Done;
import io.gammawebhook.registration.api.ApiOutcome.Kind;
import io.gammawebhook.registration.api.ApiOutcome.Refused;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** What became of one call, by its answer or by the lack of one. */
final class Verdict {

  private final ApiDescription api;
  private final RetryAfter retryAfter;
  private final Call call;
  private final ApiAnswer answers;
  private final Censor censor;

  /**
   * @param censor of all that the API is told in confidence
   */
  Verdict(ApiDescription api, RetryAfter retryAfter, Call call, ApiAnswer answers, Censor censor) {
    this.api = api;
    this.retryAfter = retryAfter;
    this.call = call;
    this.answers = answers;
    this.censor = censor;
  }

  ApiOutcome<HttpAnswer> of(HttpAnswer answer) {
    int status = answer.status();
    if (call.success().isEmpty() ? status / 100 == 2 : call.success().contains(status)) {
      return new Done<>(answer);
    }
    if (status / 100 == 2) {
      return refused(
          Kind.UNREADABLE,
          status,
          "was answered " + status + ", which the API's description does not know (success)",
          null);
    }
    if (status / 100 == 3) {
      return refused(
          Kind.REDIRECTED,
          status,
          "was answered " + status + ": it is elsewhere; correct api-url or the parameters",
          null);
    }
    String said = censor.line(answers.message(answer.body()));
    Kind kind = kind(answer);
    return refused(
        kind,
        status,
        "was answered " + status + (said.isEmpty() ? "" : ": " + said),
        retryAfter.in(answer.headers(), kind == Kind.LIMITED ? api.answers().resetHeader() : null));
  }

  private Kind kind(HttpAnswer answer) {
    int status = answer.status();
    for (Special special : api.answers().specials()) {
      if (special.status() == status && special.fits(answer.headers(), answer.body())) {
        return special.kind();
      }
    }
    return switch (status) {
      case 401, 403 -> Kind.CREDENTIALS;
      case 404, 410 -> Kind.NOT_FOUND;
      case 409 -> Kind.CONFLICT;
      case 429 -> Kind.LIMITED;
      case 408 -> Kind.UNAVAILABLE;
      default -> status / 100 == 4 ? Kind.INVALID : Kind.UNAVAILABLE;
    };
  }

  /** Where there is no answer. */
  ApiOutcome<HttpAnswer> of(@Nullable Throwable fault, Duration timeout) {
    if (fault instanceof HttpConnectTimeoutException) {
      return unavailable("found nobody who would take the connection", false);
    }
    if (fault instanceof TimeoutException || fault instanceof HttpTimeoutException) {
      return unavailable("had no whole answer within " + timeout.toMillis() + " ms", true);
    }
    if (caused(fault, UnresolvedAddressException.class)
        || caused(fault, UnknownHostException.class)) {
      return unavailable("found no address of the host of api-url", false);
    }
    if (caused(fault, BoundedBody.TooLong.class)) {
      return refused(
          Kind.UNREADABLE, 0, "has an answer of more than 1 MB, which nobody reads", null);
    }
    if (fault instanceof ConnectException) {
      return unavailable("could not connect", false);
    }
    if (caused(fault, SSLHandshakeException.class)) {
      return unavailable(
          "could not agree on TLS; look at the certificate of the host of api-url", false);
    }
    return unavailable(
        fault instanceof IOException
            ? "lost its connection"
            : "failed with " + (fault == null ? "nothing" : fault.getClass().getName()),
        true);
  }

  /** Where the thread that waited was interrupted. */
  ApiOutcome<HttpAnswer> givenUp() {
    return unavailable("was given up", true);
  }

  <T> Refused<T> unreadable(int status, Unreadable what) {
    return refused(
        Kind.UNREADABLE,
        status,
        "has an answer that is not as the API is described: it " + what.getMessage(),
        null);
  }

  <T> Refused<T> notMade(String why) {
    return refused(Kind.INVALID, 0, "was not made: " + why, null);
  }

  private static boolean caused(@Nullable Throwable fault, Class<? extends Throwable> by) {
    int depth = 0;
    for (Throwable at = fault; at != null && depth++ < 10; at = at.getCause()) {
      if (by.isInstance(at)) {
        return true;
      }
    }
    return false;
  }

  private <T> Refused<T> unavailable(String what, boolean maybeDone) {
    return new Refused<>(
        Kind.UNAVAILABLE, 0, line(what), null, maybeDone && !call.method().equals("GET"));
  }

  private <T> Refused<T> refused(
      Kind kind, int status, String what, @Nullable Duration retryAfter) {
    boolean unclear = status >= 500 || (kind == Kind.UNREADABLE && status / 100 != 3);
    return new Refused<>(
        kind, status, line(what), retryAfter, unclear && !call.method().equals("GET"));
  }

  /** With the call, whose values are left out: they may be the API's. */
  private String line(String what) {
    return call.method() + " " + call.path() + " " + what;
  }
}
