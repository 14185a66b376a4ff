package io.gammawebhook.springboot.http;

import io.gammawebhook.receive.Answer;
import java.util.Map;

/** The answers that are given before or without a route. */
final class Answers {

  static final Answer NOT_FOUND = Answer.problem(404, "Not Found");
  static final Answer REQUEST_TIMEOUT = Answer.problem(408, "Request Timeout");
  static final Answer TOO_LARGE = Answer.problem(413, "Content Too Large");

  /** We do not know whether it is stored, or we cannot take it now: the sender comes again. */
  static final Answer UNAVAILABLE =
      Answer.problem(503, "Service Unavailable", Map.of("Retry-After", "5"));

  private Answers() {}
}
