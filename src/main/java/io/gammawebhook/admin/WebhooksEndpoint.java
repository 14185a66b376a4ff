package io.gammawebhook.admin;

import java.security.Principal;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.lang.Nullable;
import org.springframework.util.MimeType;

/**
 * The Actuator endpoint {@code webhooks}: {@link WebhookService} over HTTP. It is reachable only
 * where the host exposes it, under the host's own security, and {@code
 * management.endpoint.webhooks.access: read-only} leaves the questions and takes the orders away.
 *
 * <p>All parameters are texts that may be missing, so that the answer to a wrong one is ours, with
 * reason and cure; the annotation is Spring's own, since Actuator demands a parameter that has any
 * other.
 */
@WebEndpoint(id = "webhooks")
public class WebhooksEndpoint {

  static final MimeType PROBLEM = new MimeType("application", "problem+json");

  private final WebhookService service;
  private final CurrentRequest request;

  public WebhooksEndpoint(WebhookService service, CurrentRequest request) {
    this.service = service;
    this.request = request;
  }

  /** State, and open and dead deliveries, of each subscription. */
  @ReadOperation
  public WebEndpointResponse<?> status() {
    return response(service.status());
  }

  /**
   * Answers a question.
   *
   * @param list such as {@code events}
   */
  @ReadOperation
  public WebEndpointResponse<?> list(
      @Selector String list,
      @Nullable String event,
      @Nullable String source,
      @Nullable String type,
      @Nullable String state,
      @Nullable String subscription,
      @Nullable String from,
      @Nullable String to,
      @Nullable String id,
      @Nullable String match,
      @Nullable String reason,
      @Nullable String destination,
      @Nullable String limit,
      @Nullable String after,
      @Nullable String body,
      @Nullable String kind,
      @Nullable String who,
      @Nullable String operation,
      @Nullable String registration) {
    Parameters given =
        new Parameters()
            .criteria(event, source, type, state, subscription, from, to, id)
            .contents(match, reason, destination)
            .with("limit", limit)
            .with("after", after)
            .with("body", body)
            .with("kind", kind)
            .with("who", who)
            .with("operation", operation)
            .with("registration", registration);
    return response(service.read(list, given.texts));
  }

  /**
   * Carries an operator's order out, or begins to.
   *
   * @param order such as {@code replay}; or a delivery's id alone, which replays it
   */
  @WriteOperation
  public WebEndpointResponse<?> order(
      SecurityContext security,
      @Selector String order,
      @Nullable String delivery,
      @Nullable String event,
      @Nullable String source,
      @Nullable String type,
      @Nullable String state,
      @Nullable String subscription,
      @Nullable String from,
      @Nullable String to,
      @Nullable String id,
      @Nullable String match,
      @Nullable String reason,
      @Nullable String destination,
      @Nullable String target,
      @Nullable String again,
      @Nullable String dry,
      @Nullable String rate,
      @Nullable String operation,
      @Nullable String request,
      @Nullable String after,
      @Nullable String registration,
      @Nullable String now,
      @Nullable String who,
      @Nullable String why) {
    if (this.request.isOfAnotherSite()) {
      return response(
          Answer.problem(
              403,
              "A page of another site may give no order, whatever the rules for CORS are: leave the"
                  + " headers Origin and Sec-Fetch-Site away, as programs do, or call from a page of"
                  + " this host; behind a proxy set server.forward-headers-strategy"));
    }
    Parameters given =
        new Parameters()
            .criteria(event, source, type, state, subscription, from, to, id)
            .contents(match, reason, destination)
            .with("delivery", delivery)
            .with("target", target)
            .with("again", again)
            .with("dry", dry)
            .with("rate", rate)
            .with("operation", operation)
            .with("request", request)
            .with("after", after)
            .with("registration", registration)
            .with("now", now)
            .with("who", who)
            .with("why", why);
    Principal principal = security.getPrincipal();
    Caller caller =
        new Caller(
            principal == null ? null : principal.getName(),
            this.request.remoteAddress().orElse(null));
    return response(service.order(order, given.texts, caller));
  }

  private WebEndpointResponse<?> response(Answer answer) {
    Duration again = answer.retryAfter();
    if (again != null) {
      request.retryAfter(again);
    }
    return answer.isProblem()
        ? new WebEndpointResponse<>(answer.body(), answer.status(), PROBLEM)
        : new WebEndpointResponse<>(answer.body(), answer.status());
  }

  /** Those that are given. */
  private static final class Parameters {
    private final Map<String, String> texts = new HashMap<>();

    Parameters criteria(
        @Nullable String event,
        @Nullable String source,
        @Nullable String type,
        @Nullable String state,
        @Nullable String subscription,
        @Nullable String from,
        @Nullable String to,
        @Nullable String id) {
      return with("event", event)
          .with("source", source)
          .with("type", type)
          .with("state", state)
          .with("subscription", subscription)
          .with("from", from)
          .with("to", to)
          .with("id", id);
    }

    Parameters contents(
        @Nullable String match, @Nullable String reason, @Nullable String destination) {
      return with("match", match).with("reason", reason).with("destination", destination);
    }

    Parameters with(String name, @Nullable String text) {
      if (text != null) {
        texts.put(name, text);
      }
      return this;
    }
  }
}
