package io.gammawebhook.springboot.app.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The orders on many events. */
@Command(
    name = "operations",
    description = "Shows the orders on many events, latest first, or one of them.",
    footer = {"  operations", "  operations 01a20fb1-6c83-7074-a275-a13807c62a78 --follow"})
final class OperationsCommand extends OperatorCommand {

  @Parameters(arity = "0..1", paramLabel = "<operation>", description = "The id of one.")
  private @Nullable String operation;

  @Option(names = "--follow", description = "Look on until it has ended.")
  private boolean follow;

  OperationsCommand(Connection connection) {
    super(connection);
  }

  @Override
  void check() {
    if (follow && operation == null) {
      throw usage("--follow goes with the id of an operation");
    }
  }

  @Override
  int run(Backend backend) {
    if (operation == null) {
      JsonNode all = backend.read("operations", new LinkedHashMap<>()).orRefused();
      if (!printedAsJson(all)) {
        list(all);
      }
      return ExitCodes.DONE;
    }
    JsonNode one =
        follow
            ? new Following(backend, connection(), operation).end()
            : Following.look(backend, operation);
    if (!printedAsJson(one)) {
      one(one);
      return Following.print(one, console());
    }
    return Following.exitCode(one);
  }

  private void list(JsonNode operations) {
    Table table =
        new Table(
            "CREATED",
            "OPERATION",
            "KIND",
            "STATE",
            "TOTAL",
            "LOOKED AT",
            "MATCHED",
            "DONE",
            "SKIPPED",
            "WHO",
            "WHY");
    for (JsonNode operation : operations) {
      table.row(
          Console.time(operation, "created-at"),
          Console.text(operation, "operation"),
          Console.text(operation, "kind")
              + (operation.path("dry-run").asBoolean() ? " (dry run)" : ""),
          Console.text(operation, "state"),
          Console.text(operation, "total"),
          Console.text(operation, "looked-at"),
          Console.text(operation, "matched"),
          Console.text(operation, "done"),
          Console.text(operation, "skipped"),
          Console.text(operation, "who"),
          Console.brief(operation, "why"));
    }
    table.print(console());
    if (operations.isEmpty()) {
      console().note("There is no operation");
    }
  }

  private void one(JsonNode operation) {
    JsonNode criteria = operation.path("criteria");
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("Operation", Console.text(operation, "operation"));
    fields.put("Ordered", Console.time(operation, "created-at"));
    fields.put("By", Console.text(operation, "who"));
    fields.put("From", Console.text(operation, "origin"));
    fields.put("Why", Console.text(operation, "why"));
    criteria
        .fieldNames()
        .forEachRemaining(
            name -> fields.put("  " + Console.clean(name), Console.text(criteria, name)));
    fields.put("Ended", Console.time(operation, "ended-at"));
    fields.put("Node", Console.text(operation, "node"));
    fields.forEach(
        (name, value) -> {
          if (!value.isEmpty()) {
            console().line(String.format("%-14s %s", name, value));
          }
        });
  }
}
