package io.gammawebhook.springboot.app.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What could not be delivered, by cause or one by one. */
@Command(
    name = "dead-letters",
    description = "Shows the dead letters by cause: destination, reason and shape of the failure.",
    footer = {
      "  dead-letters",
      "  dead-letters --source gamma --subscription orders",
      "  dead-letters --each --limit 20"
    })
final class DeadLettersCommand extends OperatorCommand {

  @Option(names = "--source", paramLabel = "<name>", description = "Those of this source.")
  private @Nullable String source;

  @Option(
      names = "--subscription",
      paramLabel = "<name>",
      description = "Those of this subscription.")
  private @Nullable String subscription;

  @Option(names = "--each", description = "Show them one by one, latest first.")
  private boolean each;

  @Option(
      names = "--limit",
      paramLabel = "<n>",
      description = "With --each: how many at most, 1 to 1000. Default: 100.")
  private @Nullable Integer limit;

  DeadLettersCommand(Connection connection) {
    super(connection);
  }

  @Override
  void check() {
    if (each && (source != null || subscription != null)) {
      throw usage(
          "--each goes without --source and --subscription: for those use events --state dead");
    }
    if (!each && limit != null) {
      throw usage("--limit goes with --each");
    }
  }

  @Override
  int run(Backend backend) {
    Map<String, String> parameters = new LinkedHashMap<>();
    FilterOptions.put(parameters, "source", source);
    FilterOptions.put(parameters, "subscription", subscription);
    if (each) {
      FilterOptions.put(parameters, "limit", limit == null ? null : limit.toString());
      JsonNode letters = backend.read("dead-letters", parameters).orRefused();
      if (!printedAsJson(letters)) {
        printEach(letters);
      }
      return ExitCodes.DONE;
    }
    JsonNode causes = backend.read("causes", parameters).orRefused();
    if (!printedAsJson(causes)) {
      printCauses(causes);
    }
    return ExitCodes.DONE;
  }

  private void printEach(JsonNode letters) {
    Table table =
        new Table(
            "ENDED",
            "DELIVERY",
            "SOURCE",
            "SUBSCRIPTION",
            "TYPE",
            "EVENT ID",
            "ATTEMPTS",
            "REPLAYED AS",
            "REASON",
            "DETAIL");
    for (JsonNode letter : letters) {
      String replay = Console.text(letter, "replayed-as");
      table.row(
          Console.time(letter, "ended-at"),
          Console.text(letter, "delivery"),
          Console.text(letter, "source"),
          Console.text(letter, "subscription"),
          Console.brief(letter, "event-type"),
          Console.brief(letter, "event-id"),
          Console.text(letter, "attempts"),
          replay.isEmpty() ? "" : replay + " " + Console.text(letter, "replay-state"),
          Console.reason(letter),
          Console.brief(letter, "detail"));
    }
    table.print(console());
    if (letters.isEmpty()) {
      console().note("There is no dead letter");
    }
  }

  private void printCauses(JsonNode answer) {
    JsonNode causes = answer.path("causes");
    for (JsonNode cause : causes) {
      String destination = Console.brief(cause, "destination");
      console()
          .line(
              console().coloured(Console.text(cause, "count") + " dead", "dead")
                  + " at "
                  + Console.text(cause, "source")
                  + "/"
                  + Console.text(cause, "subscription")
                  + ": "
                  + Console.brief(cause, "reason")
                  + (destination.isEmpty() ? "" : " from " + destination));
      field("shape", Console.brief(cause, "shape"));
      field("types", Console.text(cause, "event-types"));
      field("first seen", Console.time(cause, "first-seen"));
      field("last seen", Console.time(cause, "last-seen"));
      field("example", "show " + Console.text(cause, "example"));
      field("these", these(cause));
    }
    if (causes.isEmpty()) {
      console().note("There is no dead letter");
    }
    if (!answer.path("complete").asBoolean(true)) {
      console()
          .note(
              "There are more: only the latest "
                  + answer.path("looked-at").asLong()
                  + " dead letters were looked at");
    }
  }

  /** The filter that finds these, to be pasted; empty where its words would need more care. */
  private static String these(JsonNode cause) {
    String filter =
        "--state dead --source "
            + Console.text(cause, "source")
            + " --subscription "
            + Console.text(cause, "subscription")
            + " --reason "
            + Console.text(cause, "reason");
    return filter.matches("[\\w .$-]+") ? "events " + filter.replace("$", "\\$") : "";
  }

  private void field(String name, String value) {
    if (!value.isEmpty()) {
      console().line(String.format("  %-11s %s", name, value));
    }
  }
}
