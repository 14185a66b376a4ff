package io.gammawebhook.springboot.app.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Changes the state of a subscription. */
abstract class SubscriptionOrder extends OperatorCommand {

  private final String operation;

  @Parameters(
      arity = "1..2",
      paramLabel = "<source>/<subscription>",
      description = "The subscription; also as two words.")
  private List<String> subscription = List.of();

  @Mixin private OperatorOptions operator = new OperatorOptions();

  SubscriptionOrder(Connection connection, String operation) {
    super(connection);
    this.operation = operation;
  }

  /** Pauses. */
  @Command(
      name = "pause",
      description =
          "Pauses a subscription on all nodes: its events are received and wait, and none is"
              + " delivered.",
      footer = "  pause gamma/orders --why 'the ledger is being repaired'")
  static final class Pause extends SubscriptionOrder {
    Pause(Connection connection) {
      super(connection, "pause");
    }
  }

  /** Resumes. */
  @Command(
      name = "resume",
      description = "Lets a paused or retired subscription go on.",
      footer = "  resume gamma/orders --why 'the ledger is back'")
  static final class Resume extends SubscriptionOrder {
    Resume(Connection connection) {
      super(connection, "resume");
    }
  }

  /** Retires. */
  @Command(
      name = "retire",
      description =
          "Retires a subscription whose route is gone for good: it gets no event any more, and what"
              + " it has not delivered stays as it is.",
      footer = "  retire gamma/orders --why 'replaced by orders-2'")
  static final class Retire extends SubscriptionOrder {
    Retire(Connection connection) {
      super(connection, "retire");
    }
  }

  private List<String> named() {
    return subscription.size() == 1 ? List.of(subscription.get(0).split("/", 2)) : subscription;
  }

  @Override
  void check() {
    if (named().size() != 2 || named().stream().anyMatch(String::isBlank)) {
      throw usage("Name the subscription as <source>/<subscription>; subscriptions shows them");
    }
    operator.check(this);
  }

  @Override
  int run(Backend backend) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("source", named().get(0));
    parameters.put("subscription", named().get(1));
    operator.addTo(parameters, connection());
    JsonNode answer = backend.order(operation, parameters).orRefused();
    if (!printedAsJson(answer)) {
      console()
          .line(
              Console.text(answer, "source")
                  + "/"
                  + Console.text(answer, "subscription")
                  + " is "
                  + Console.text(answer, "state")
                  + ", and was "
                  + Console.text(answer, "state-before"));
    }
    return ExitCodes.DONE;
  }
}
