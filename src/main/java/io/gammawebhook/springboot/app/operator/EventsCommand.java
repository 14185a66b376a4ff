package io.gammawebhook.springboot.app.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Searches the events. */
@Command(
    name = "events",
    description = "Searches events, newest first.",
    footer = {
      "  events --since 2h",
      "  events --source gamma --type 'order.*' --state dead",
      "  events --id msg_1",
      "  events --since 7d --match '$$[?(@.customer.email == \"a@b.c\")]' --json"
    })
final class EventsCommand extends OperatorCommand {

  private static final int PAGE = 1000;

  @Mixin private FilterOptions filter = new FilterOptions();

  @Option(
      names = "--limit",
      paramLabel = "<n>",
      defaultValue = "50",
      description = "How many events at most. Default: ${DEFAULT-VALUE}.")
  private int limit = 50;

  @Option(
      names = "--after",
      paramLabel = "<reference>",
      description = "Go on after this event, as the last line of a search before says.")
  private @Nullable String after;

  EventsCommand(Connection connection) {
    super(connection);
  }

  @Override
  void check() {
    if (limit < 1 || limit > 100_000) {
      throw usage("--limit must be between 1 and 100000, was " + limit);
    }
  }

  @Override
  int run(Backend backend) {
    JsonNode found = found(backend, filter.parameters(), limit, after, console());
    if (!printedAsJson(found)) {
      print(found.path("events"), console());
      String next = Console.text(found, "next");
      if (!next.isEmpty()) {
        console().note("There may be more: go on with --after " + next);
      }
    }
    if (found.path("events").isEmpty()) {
      console().note("No event is found");
      return ExitCodes.REFUSED;
    }
    return ExitCodes.DONE;
  }

  /** So many events at most, of as many pages as it takes, as one answer. */
  static JsonNode found(
      Backend backend,
      Map<String, String> filter,
      int limit,
      @Nullable String after,
      Console console) {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    ArrayNode events = all.putArray("events");
    long lookedAt = 0;
    String next = after == null ? "" : after;
    try (Progress progress = new Progress(console)) {
      do {
        filter.put("limit", String.valueOf(Math.min(PAGE, limit - events.size())));
        if (!next.isEmpty()) {
          filter.put("after", next);
        }
        JsonNode page = backend.read("events", filter).orRefused();
        page.path("events").forEach(events::add);
        lookedAt += page.path("looked-at").asLong();
        next = page.path("next").asText("");
        progress.at(0, 0, lookedAt + " events looked at, " + events.size() + " found");
      } while (!next.isEmpty() && events.size() < limit);
    }
    all.put("looked-at", lookedAt);
    if (!next.isEmpty()) {
      all.put("next", next);
    }
    return all;
  }

  static void print(JsonNode events, Console console) {
    Table table =
        new Table("RECEIVED", "REFERENCE", "SOURCE", "TYPE", "EVENT ID", "STATE", "DELIVERIES");
    for (JsonNode event : events) {
      StringBuilder deliveries = new StringBuilder();
      for (JsonNode delivery : event.path("deliveries")) {
        deliveries
            .append(deliveries.isEmpty() ? "" : ", ")
            .append(Console.text(delivery, "subscription"))
            .append(' ')
            .append(Console.text(delivery, "state"));
        String reason = Console.reason(delivery);
        if (!reason.isEmpty()) {
          deliveries.append(" (").append(reason).append(')');
        }
      }
      table.row(
          Console.time(event, "received-at"),
          Console.text(event, "reference"),
          Console.text(event, "source"),
          Console.brief(event, "event-type"),
          Console.brief(event, "event-id"),
          Console.text(event, "state"),
          deliveries.toString());
    }
    table.print(console);
  }
}
