package io.gammawebhook.admin;

import io.gammawebhook.audit.LogText;
import io.gammawebhook.audit.Operator;
import io.gammawebhook.registration.Registrations;
import io.gammawebhook.registration.Result;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What operators ask and order about our entries at the APIs of senders. What speaks to an API
 * waits for it, within the time-out of its registration.
 */
final class RegistrationOrders {

  private final Supplier<Optional<Registrations>> registrations;

  RegistrationOrders(Supplier<Optional<Registrations>> registrations) {
    this.registrations = registrations;
  }

  /** All of them, or the one that is named. */
  Answer list(Map<String, String> given) {
    String name = given.get("registration");
    List<Map<String, Object>> rows =
        registrations.get().map(Registrations::list).orElse(List.of()).stream()
            .filter(status -> name == null || status.name().equals(name))
            .map(Shown::of)
            .toList();
    return name != null && rows.isEmpty() ? unknown(name) : Answer.ok(rows);
  }

  /** What would be done to one. */
  Answer diff(Map<String, String> given) {
    String name = Given.registration(given.get("registration"));
    return with(name, all -> Answer.ok(Shown.of(all.diff(name))));
  }

  Answer order(String order, Map<String, String> given, Caller caller) {
    String name = Given.registration(given.get("registration"));
    boolean dry = Given.yes("dry", given.get("dry"));
    boolean now = Given.yes("now", given.get("now"));
    Operator who = Given.operator(given.get("who"), given.get("why"), caller);
    return with(
        name,
        all ->
            answer(
                switch (order) {
                  case "remove" -> all.remove(name, dry, who);
                  case "test" -> all.test(name, who);
                  case "rotate" ->
                      now ? all.rotateNow(name, dry, who) : all.apply(name, dry, true, who);
                  default -> all.apply(name, dry, false, who);
                }));
  }

  private Answer with(String name, Function<Registrations, Answer> work) {
    Optional<Registrations> all = registrations.get();
    if (all.isEmpty()) {
      return unknown(name);
    }
    try {
      return work.apply(all.get());
    } catch (IllegalArgumentException e) {
      return Answer.problem(404, String.valueOf(e.getMessage()));
    }
  }

  private static Answer answer(Result result) {
    Map<String, Object> body = Shown.of(result);
    if (result.isGood()) {
      return new Answer(result.outcome() == Result.Outcome.WAITING ? 202 : 200, body);
    }
    int status = result.outcome() == Result.Outcome.UNREACHABLE ? 503 : 409;
    Map<String, Object> problem =
        Answer.problemBody(
            status, result.sentence() + (result.cure() == null ? "" : ". " + result.cure()));
    problem.putAll(body);
    return new Answer(status, problem);
  }

  private Answer unknown(String name) {
    return Answer.problem(
        404,
        registrations.get().isEmpty()
            ? "No registration is configured here: gamma.webhook.registrations.<name> makes one"
            : "There is no registration '"
                + LogText.printable(name)
                + "': the list registrations, which is a command too, shows all of them");
  }
}
