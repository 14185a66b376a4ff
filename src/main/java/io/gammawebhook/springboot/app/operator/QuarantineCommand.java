package io.gammawebhook.springboot.app.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The requests in quarantine. */
@Command(
    name = "quarantine",
    description = "Shows the requests whose signature was refused and that are kept, oldest first.",
    footer = {"  quarantine", "  quarantine --source shop --limit 20"})
final class QuarantineCommand extends OperatorCommand {

  @Option(names = "--source", paramLabel = "<name>", description = "Those of this source.")
  private @Nullable String source;

  @Option(
      names = "--limit",
      paramLabel = "<n>",
      defaultValue = "50",
      description = "How many at most, 1 to 1000. Default: ${DEFAULT-VALUE}.")
  private int limit = 50;

  @Option(names = "--after", paramLabel = "<reference>", description = "Those after this request.")
  private @Nullable String after;

  QuarantineCommand(Connection connection) {
    super(connection);
  }

  @Override
  int run(Backend backend) {
    Map<String, String> parameters = new LinkedHashMap<>();
    FilterOptions.put(parameters, "source", source);
    FilterOptions.put(parameters, "after", after);
    parameters.put("limit", String.valueOf(limit));
    JsonNode requests = backend.read("quarantine", parameters).orRefused();
    if (printedAsJson(requests)) {
      return ExitCodes.DONE;
    }
    Table table = new Table("RECEIVED", "REQUEST", "SOURCE", "FROM", "BYTES", "REASON", "DETAIL");
    for (JsonNode request : requests) {
      table.row(
          Console.time(request, "received-at"),
          Console.text(request, "request"),
          Console.text(request, "source"),
          Console.text(request, "remote-address"),
          Console.text(request, "bytes"),
          Console.text(request, "reason"),
          Console.brief(request, "detail"));
    }
    table.print(console());
    if (requests.isEmpty()) {
      console().note("There is no request in quarantine");
    }
    return ExitCodes.DONE;
  }
}
