package io.gammawebhook.springboot.app.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** All that is known of one event. */
@Command(
    name = "show",
    description =
        "Shows one event and what happened to it: received, attempts, outcome; or a request that"
            + " became none.",
    footer = {
      "  show 01a20fb1-6c83-7074-a275-a13807c62a78",
      "  show msg_1 --source gamma",
      "  show msg_1 --body"
    })
final class ShowCommand extends OperatorCommand {

  private static final Pattern REFERENCE =
      Pattern.compile("([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\\.\\d+\\.\\d+)?");

  @Parameters(
      paramLabel = "<event>",
      description = "Our reference, a delivery's id, or the sender's event id.")
  private String event = "";

  @Option(
      names = "--source",
      paramLabel = "<name>",
      description = "With a sender's event id: the source that it is of.")
  private @Nullable String source;

  @Option(
      names = "--body",
      description = "Show the body too; the node allows it by gamma.webhook.admin.show-bodies.")
  private boolean body;

  ShowCommand(Connection connection) {
    super(connection);
  }

  /** The reference in our own reference or in a delivery's id; null for any other text. */
  static @Nullable String reference(String text) {
    var form = REFERENCE.matcher(text);
    return form.matches() ? form.group(1) : null;
  }

  @Override
  int run(Backend backend) {
    String reference = reference(event);
    if (reference != null) {
      Backend.Reply reply = event(backend, reference);
      if (reply.status() != 404) {
        return print(reply.orRefused());
      }
      JsonNode history =
          backend.read("history", new LinkedHashMap<>(Map.of("event", reference))).orRefused();
      if (!history.isEmpty()) {
        if (!printedAsJson(history)) {
          console().line("No event is stored under " + reference + "; the audit says:");
          timeline(history, null);
        }
        return ExitCodes.DONE;
      }
    }
    // A sender's own id may look like a reference of ours.
    Map<String, String> filter = new LinkedHashMap<>();
    filter.put("id", event);
    FilterOptions.put(filter, "source", source);
    JsonNode events = EventsCommand.found(backend, filter, 20, null, console()).path("events");
    if (events.isEmpty()) {
      console()
          .note(
              "There is no event "
                  + Console.clean(event)
                  + ": search with the command events; what was refused is in audit --kind rejected");
      return ExitCodes.REFUSED;
    }
    if (events.size() > 1) {
      EventsCommand.print(events, console());
      console().note("There are several events of this id: name one by its reference");
      return ExitCodes.REFUSED;
    }
    return print(event(backend, events.get(0).path("reference").asText()).orRefused());
  }

  private Backend.Reply event(Backend backend, String reference) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("event", reference);
    if (body) {
      parameters.put("body", "true");
    }
    return backend.read("event", parameters);
  }

  private int print(JsonNode shown) {
    if (printedAsJson(shown)) {
      return ExitCodes.DONE;
    }
    field("Reference", Console.text(shown, "reference"));
    field("Source", Console.text(shown, "source"));
    field("Event id", Console.text(shown, "event-id"));
    field("Type", Console.text(shown, "event-type"));
    field("Order key", Console.text(shown, "ordering-key"));
    field("Received", Console.text(shown, "received-at"));
    field("Content", content(shown));
    field("Trace", Console.text(shown, "trace"));
    JsonNode headers = shown.path("headers");
    headers
        .fieldNames()
        .forEachRemaining(
            name -> field("Header", Console.clean(name) + ": " + Console.text(headers, name)));
    deliveries(shown.path("deliveries"));
    console().line("");
    timeline(shown.path("timeline"), instant(shown.path("received-at").asText("")));
    if (shown.path("body").isTextual()) {
      console().line("");
      shown
          .path("body")
          .asText()
          .lines()
          .forEach(line -> console().line(Console.clean(line.replace("\t", "    "))));
    }
    return ExitCodes.DONE;
  }

  private static String content(JsonNode shown) {
    if (shown.path("body-gone").asBoolean()) {
      return "gone: erased, or older than the retention";
    }
    String type = Console.text(shown, "content-type");
    return Console.text(shown, "bytes") + " bytes" + (type.isEmpty() ? "" : " of " + type);
  }

  private void deliveries(JsonNode deliveries) {
    if (deliveries.isEmpty()) {
      return;
    }
    console().line("");
    Table table =
        new Table(
            "SUBSCRIPTION", "STATE", "ATTEMPTS", "DELIVERY", "DUE", "ENDED", "LAST FAILED AT");
    for (JsonNode delivery : deliveries) {
      table.row(
          Console.text(delivery, "subscription"),
          Console.text(delivery, "state"),
          Console.text(delivery, "attempts"),
          Console.text(delivery, "delivery"),
          Console.time(delivery, "due-at"),
          Console.time(delivery, "ended-at"),
          Console.brief(delivery, "destination"));
    }
    table.print(console());
  }

  /** What happened, in its order. */
  private void timeline(JsonNode entries, @Nullable Instant received) {
    boolean severalNodes =
        entries.findValuesAsText("node").stream().distinct().limit(2).count() > 1;
    Table table =
        new Table(
            "AT", "AFTER", "SUBSCRIPTION", "WHAT", "TOOK", "NODE", "FROM", "REASON", "DETAIL");
    for (JsonNode entry : entries) {
      table.row(
          Console.time(entry, "at"),
          after(received, instant(entry.path("at").asText(""))),
          Console.text(entry, "subscription"),
          Console.text(entry, "kind")
              + (entry.path("attempt").asInt() > 0 ? " " + Console.text(entry, "attempt") : ""),
          Console.took(entry),
          severalNodes ? Console.text(entry, "node") : "",
          Console.text(entry, "origin"),
          Console.reason(entry),
          Console.text(entry, "detail"));
    }
    table.print(console());
  }

  private static String after(@Nullable Instant received, @Nullable Instant at) {
    return received == null || at == null || at.isBefore(received)
        ? ""
        : "+" + Console.duration(Duration.between(received, at).toMillis());
  }

  private static @Nullable Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  private void field(String name, String value) {
    if (!value.isEmpty()) {
      console().line(String.format("%-10s %s", name, value));
    }
  }
}
