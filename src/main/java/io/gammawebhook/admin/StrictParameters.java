package io.gammawebhook.admin;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.OperationType;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvoker;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvokerAdvisor;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameter;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameters;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * Refuses parameters that the endpoint {@code webhooks} has not, which Actuator would leave out: a
 * misspelt criterion would make an order wider than it was meant. Other endpoints are let alone.
 * Safe for use by many threads.
 */
public final class StrictParameters implements OperationInvokerAdvisor {

  @Override
  public OperationInvoker apply(
      EndpointId endpoint,
      OperationType type,
      OperationParameters parameters,
      OperationInvoker invoker) {
    if (!endpoint.equals(EndpointId.of("webhooks"))) {
      return invoker;
    }
    Set<String> known =
        parameters.stream().map(OperationParameter::getName).collect(Collectors.toSet());
    return context -> {
      Set<String> unknown = new TreeSet<>(context.getArguments().keySet());
      unknown.removeAll(known);
      return unknown.isEmpty() ? invoker.invoke(context) : refused(unknown, known);
    };
  }

  private static @Nullable Object refused(Set<String> unknown, Set<String> known) {
    Set<String> names = new TreeSet<>(known);
    names.removeAll(List.of("security", "list", "order"));
    Answer answer =
        Answer.problem(
            400,
            "There is no parameter '"
                + String.join("', '", unknown)
                + "': the parameters are "
                + String.join(", ", names));
    return new WebEndpointResponse<>(answer.body(), answer.status(), WebhooksEndpoint.PROBLEM);
  }
}
