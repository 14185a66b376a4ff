package io.gammawebhook.springboot.app.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The audit. */
@Command(
    name = "audit",
    description = {
      "Shows the audit: what happened to the newest events, those first.",
      "With --kind operator or --who what operators did, latest first; with --event one event's."
    },
    footer = {
      "  audit --since 2h",
      "  audit --kind operator --who ann",
      "  audit --kind rejected --source gamma --since 1d"
    })
final class AuditCommand extends OperatorCommand {

  @Option(
      names = "--kind",
      paramLabel = "<kind>",
      description =
          "Entries of this kind, such as rejected or dead; operator for what operators did.")
  private @Nullable String kind;

  @Option(names = "--source", paramLabel = "<name>", description = "Entries of this source.")
  private @Nullable String source;

  @Option(names = "--who", paramLabel = "<name>", description = "What this operator did.")
  private @Nullable String who;

  @Option(
      names = "--event",
      paramLabel = "<reference>",
      description = "Entries of this event or request.")
  private @Nullable String event;

  @Option(
      names = {"--from", "--since"},
      paramLabel = "<time>",
      description =
          "Entries from then on: 2026-11-29T10:00:00Z, 2026-11-29, or an age such as 90m, 2h, 7d.")
  private @Nullable String from;

  @Option(
      names = "--until",
      paramLabel = "<time>",
      description = "Entries before then; written as --from.")
  private @Nullable String until;

  @Option(
      names = "--limit",
      paramLabel = "<n>",
      defaultValue = "50",
      description = "How many entries at most, 1 to 1000. Default: ${DEFAULT-VALUE}.")
  private int limit = 50;

  @Option(
      names = "--after",
      paramLabel = "<entry>",
      description = "Go on after this entry, as the last line of a search before says.")
  private @Nullable String after;

  AuditCommand(Connection connection) {
    super(connection);
  }

  @Override
  int run(Backend backend) {
    Map<String, String> parameters = new LinkedHashMap<>();
    FilterOptions.put(parameters, "kind", kind);
    FilterOptions.put(parameters, "source", source);
    FilterOptions.put(parameters, "who", who);
    FilterOptions.put(parameters, "event", event);
    FilterOptions.put(parameters, "from", from);
    FilterOptions.put(parameters, "to", until);
    FilterOptions.put(parameters, "after", after);
    parameters.put("limit", String.valueOf(limit));
    JsonNode answer = backend.read("audit", parameters).orRefused();
    JsonNode entries = answer.path("entries");
    if (!printedAsJson(answer)) {
      Table table =
          new Table(
              "AT",
              "KIND",
              "SOURCE",
              "EVENT ID",
              "REFERENCE",
              "TOOK",
              "NODE",
              "FROM",
              "REASON",
              "DETAIL");
      for (JsonNode entry : entries) {
        String delivery = Console.text(entry, "delivery");
        String attempt = entry.path("attempt").asInt() > 0 ? " " + entry.path("attempt") : "";
        table.row(
            Console.time(entry, "at"),
            Console.text(entry, "kind") + attempt,
            Console.text(entry, "source"),
            Console.brief(entry, "event-id"),
            delivery.isEmpty() ? Console.text(entry, "reference") : delivery,
            Console.took(entry),
            Console.text(entry, "node"),
            Console.text(entry, "origin"),
            Console.reason(entry),
            Console.brief(entry, "detail"));
      }
      table.print(console());
      String next = Console.text(answer, "next");
      if (!next.isEmpty()) {
        console().note("There may be more: go on with --after " + next);
      }
    }
    if (entries.isEmpty()) {
      console().note("No entry is found");
      return ExitCodes.REFUSED;
    }
    return ExitCodes.DONE;
  }
}
