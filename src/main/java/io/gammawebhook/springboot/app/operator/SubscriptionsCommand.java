package io.gammawebhook.springboot.app.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import picocli.CommandLine.Command;

/** The subscriptions, and what waits for each. */
@Command(
    name = "subscriptions",
    description = {
      "Shows the subscriptions: state, waiting, leased and dead deliveries.",
      "OLDEST is for how long the oldest waiting delivery has been due; ROUTE says whether a route"
          + " of the asked node takes it."
    },
    footer = {"  subscriptions", "  subscriptions --json"})
final class SubscriptionsCommand extends OperatorCommand {

  SubscriptionsCommand(Connection connection) {
    super(connection);
  }

  @Override
  int run(Backend backend) {
    JsonNode subscriptions = backend.read("subscriptions", new LinkedHashMap<>()).orRefused();
    if (printedAsJson(subscriptions)) {
      return ExitCodes.DONE;
    }
    Table table =
        new Table(
            "SOURCE",
            "SUBSCRIPTION",
            "STATE",
            "WAITING",
            "LEASED",
            "DEAD",
            "OLDEST",
            "ROUTE",
            "TYPES");
    for (JsonNode subscription : subscriptions) {
      long oldest = subscription.path("oldest-waiting-ms").asLong();
      table.row(
          Console.text(subscription, "source"),
          Console.text(subscription, "subscription"),
          Console.text(subscription, "state"),
          Console.text(subscription, "waiting"),
          Console.text(subscription, "leased"),
          Console.text(subscription, "dead"),
          oldest > 0 ? Console.duration(oldest) : "",
          route(subscription.path("route").asText("")),
          Console.text(subscription, "types"));
    }
    table.print(console());
    if (subscriptions.isEmpty()) {
      console().note("There is no subscription");
    }
    return ExitCodes.DONE;
  }

  private static String route(String there) {
    return there.equals("true") ? "yes" : there.equals("false") ? "no" : "";
  }
}
