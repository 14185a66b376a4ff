package io.gammawebhook.springboot.app.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lets requests of the quarantine become events. */
@Command(
    name = "release",
    description =
        "Verifies requests in quarantine once more; those that are valid now become events.",
    footer = {
      "  release --source shop --dry-run",
      "  release --source shop --why 'the secret was wrong'",
      "  release 01a20fb1-6c83-7074-a275-a13807c62a78 --why 'the secret was wrong'"
    })
final class ReleaseCommand extends OperatorCommand {

  @Parameters(
      arity = "0..1",
      paramLabel = "<request>",
      description = "One request's reference, as quarantine shows it.")
  private @Nullable String request;

  @Option(names = "--source", paramLabel = "<name>", description = "All of this source.")
  private @Nullable String source;

  @Option(names = "--dry-run", description = "Only say how many would become events.")
  private boolean dryRun;

  @Mixin private OperatorOptions operator = new OperatorOptions();

  ReleaseCommand(Connection connection) {
    super(connection);
  }

  @Override
  void check() {
    if (connection().isStore()) {
      throw usage("A node verifies, with its secrets: leave --store away");
    }
    if ((request == null) == (source == null)) {
      throw usage("Name one request, or all of a source with --source");
    }
    if (!dryRun) {
      operator.check(this);
    }
  }

  /** A text, or numbers by their names. */
  private static String note(JsonNode value) {
    if (!value.isObject()) {
      return value.asText();
    }
    return value.isEmpty()
        ? "none"
        : value.properties().stream()
            .map(each -> each.getValue().asText() + " " + each.getKey())
            .collect(Collectors.joining(", "));
  }

  @Override
  int run(Backend backend) {
    ArrayNode answers = JsonNodeFactory.instance.arrayNode();
    Map<String, Long> counts = new TreeMap<>();
    Map<String, String> notes = new TreeMap<>();
    String next = "";
    try (Progress progress = new Progress(console())) {
      do {
        Map<String, String> parameters = new LinkedHashMap<>();
        FilterOptions.put(parameters, "request", request);
        FilterOptions.put(parameters, "source", source);
        if (!next.isEmpty()) {
          parameters.put("after", next);
        }
        operator.addTo(parameters, connection());
        JsonNode answer = backend.order(dryRun ? "reverify" : "release", parameters).orRefused();
        answers.add(answer);
        next = "";
        for (var field : answer.properties()) {
          if (field.getKey().equals("go-on-after")) {
            next = field.getValue().asText();
          } else if (field.getValue().isNumber()) {
            counts.merge(Console.clean(field.getKey()), field.getValue().asLong(), Long::sum);
          } else {
            notes.putIfAbsent(Console.clean(field.getKey()), Console.clean(note(field.getValue())));
          }
        }
        if (answer.has("stopped-because")) {
          break;
        }
        progress.at(0, 0, counts.toString());
      } while (!next.isEmpty());
    }
    if (connection().isJson()) {
      console().json(answers.size() == 1 ? answers.get(0) : answers);
    } else {
      counts.forEach((name, count) -> console().line(name + ": " + count));
      notes.forEach((name, text) -> console().line(name + ": " + text));
    }
    long released = counts.getOrDefault("released", 0L) + counts.getOrDefault("duplicates", 0L);
    return released + counts.getOrDefault("would-be-released", 0L) > 0
            && !notes.containsKey("stopped-because")
        ? ExitCodes.DONE
        : ExitCodes.REFUSED;
  }
}
