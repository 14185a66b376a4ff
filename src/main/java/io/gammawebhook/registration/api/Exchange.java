package io.gammawebhook.registration.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.gammawebhook.registration.api.ApiAnswer.Unreadable;
import io.gammawebhook.registration.api.ApiOutcome.Done;
import io.gammawebhook.registration.api.ApiOutcome.Refused;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Map;

/** One call with its values: what is sent, and what becomes of it. */
final class Exchange {

  /** Makes of an answer what the call is for. */
  interface Reader<T> {
    T read(HttpAnswer answer) throws Unreadable;
  }

  private final Transport transport;
  private final CallRequest request;
  private final Verdict verdict;
  private final Duration timeout;

  Exchange(Transport transport, CallRequest request, Verdict verdict, Duration timeout) {
    this.transport = transport;
    this.request = request;
    this.verdict = verdict;
    this.timeout = timeout;
  }

  <T> ApiOutcome<T> run(Reader<T> reader) {
    if (!request.isOfId()) {
      return verdict.notMade("the id is none that could be one");
    }
    ApiOutcome<HttpAnswer> outcome = send(request.uri(Map.of()), timeout);
    if (!(outcome instanceof Done<HttpAnswer> done)) {
      return ((Refused<HttpAnswer>) outcome).as();
    }
    try {
      return new Done<>(reader.read(done.value()));
    } catch (Unreadable e) {
      return verdict.unreadable(done.value().status(), e);
    }
  }

  /** The whole address, with more parameters of the query. */
  URI uri(Map<String, String> more) {
    return request.uri(more);
  }

  ApiOutcome<HttpAnswer> send(URI uri, Duration within) {
    HttpRequest made;
    try {
      made = request.to(uri, within);
    } catch (IllegalArgumentException | JsonProcessingException e) {
      // Its message may show what it was given.
      return verdict.notMade("a header cannot hold its value");
    }
    return transport.send(made, within, verdict);
  }

  <T> Refused<T> unreadable(int status, Unreadable what) {
    return verdict.unreadable(status, what);
  }
}
