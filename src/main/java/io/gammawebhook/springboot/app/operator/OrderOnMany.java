package io.gammawebhook.springboot.app.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** An order on one event, or on all that a filter finds; the latter is counted first. */
abstract class OrderOnMany extends OperatorCommand {

  private final String operation;

  @Mixin private FilterOptions filter = new FilterOptions();

  @Option(names = "--dry-run", order = 50, description = "Only count what it would be done to.")
  private boolean dryRun;

  @Option(
      names = {"-y", "--yes"},
      order = 51,
      description = "Do it without counting and asking first.")
  private boolean yes;

  @Option(
      names = "--detach",
      order = 52,
      description = "Print the operation's id and end; a node carries it out.")
  private boolean detach;

  @Mixin private OperatorOptions operator = new OperatorOptions();

  OrderOnMany(Connection connection, String operation) {
    super(connection);
    this.operation = operation;
  }

  /** What names one thing; null if the filter counts. */
  abstract @Nullable Map<String, String> one();

  /** Adds what goes with either. */
  void addTo(Map<String, String> parameters) {}

  /** What the filter says; some orders add to it. */
  Map<String, String> filter() {
    return filter.parameters();
  }

  @Override
  void check() {
    boolean filtered = !filter.parameters().isEmpty();
    if (one() == null && !filtered) {
      throw usage("Name what is meant: one event, or a filter such as --source, --type or --since");
    }
    if (one() != null && filtered) {
      throw usage("Name one, or filter: not both");
    }
    if (one() != null && dryRun) {
      throw usage("--dry-run goes with a filter");
    }
    if (!dryRun) {
      operator.check(this);
    }
    if (one() == null && !dryRun && !yes && !console().terminal().isInteractive()) {
      throw usage(
          "There is no terminal to ask whether all that the filter finds is meant: count them with"
              + " --dry-run, then say --yes");
    }
  }

  @Override
  int run(Backend backend) {
    Map<String, String> one = one();
    if (one != null) {
      return single(backend, one);
    }
    if (dryRun) {
      return carryOut(backend, true);
    }
    if (!yes) {
      JsonNode counted = new Following(backend, connection(), start(backend, true)).end();
      int exit = Following.print(counted, console());
      if (exit != ExitCodes.DONE) {
        return exit;
      }
      if (!console().terminal().confirms("Shall it be done, by the operation " + operation + "?")) {
        console().note("Nothing was changed");
        return ExitCodes.REFUSED;
      }
    }
    return carryOut(backend, false);
  }

  private int carryOut(Backend backend, boolean dry) {
    return follow(backend, start(backend, dry));
  }

  private String start(Backend backend, boolean dry) {
    Map<String, String> parameters = filter();
    addTo(parameters);
    if (dry) {
      parameters.put("dry", "true");
    }
    operator.addTo(parameters, connection());
    JsonNode answer = backend.order(operation, parameters).orRefused();
    return Console.text(answer, "operation");
  }

  private int follow(Backend backend, String id) {
    Following following = new Following(backend, connection(), id);
    if (detach) {
      if (!printedAsJson(Following.look(backend, id))) {
        console().line(id);
        console().note(following.howToGoOn());
      }
      return ExitCodes.DONE;
    }
    JsonNode ended = following.end();
    if (printedAsJson(ended)) {
      return Following.exitCode(ended);
    }
    return Following.print(ended, console());
  }

  private int single(Backend backend, Map<String, String> one) {
    Map<String, String> parameters = new LinkedHashMap<>(one);
    addTo(parameters);
    operator.addTo(parameters, connection());
    JsonNode answer = backend.order(operation, parameters).orRefused();
    String id = Console.text(answer, "operation");
    if (!id.isEmpty()) {
      return follow(backend, id);
    }
    if (!printedAsJson(answer)) {
      printSingle(answer);
    }
    return ExitCodes.DONE;
  }

  private void printSingle(JsonNode answer) {
    String delivery = Console.text(answer, "delivery");
    if (delivery.isEmpty()) {
      console().json(answer);
    } else {
      console().line("The delivery " + delivery + " is " + Console.text(answer, "state"));
    }
  }
}
