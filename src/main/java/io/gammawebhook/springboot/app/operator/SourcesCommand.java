package io.gammawebhook.springboot.app.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;

/** The sources. */
@Command(
    name = "sources",
    description = "Shows the sources: path, scheme, which secrets count, requests in quarantine.",
    footer = {"  sources", "  sources --json"})
final class SourcesCommand extends OperatorCommand {

  SourcesCommand(Connection connection) {
    super(connection);
  }

  @Override
  void check() {
    if (connection().isStore()) {
      throw usage("The sources are a node's: leave --store away");
    }
  }

  @Override
  int run(Backend backend) {
    JsonNode sources = backend.read("sources", new LinkedHashMap<>()).orRefused();
    if (printedAsJson(sources)) {
      return ExitCodes.DONE;
    }
    Table table = new Table("SOURCE", "PATH", "SCHEME", "SUBSCRIPTIONS", "QUARANTINED", "SECRETS");
    for (JsonNode source : sources) {
      table.row(
          Console.text(source, "source"),
          Console.text(source, "path"),
          Console.text(source, "scheme"),
          Console.text(source, "subscriptions"),
          Console.text(source, "quarantined"),
          StreamSupport.stream(source.path("secrets").spliterator(), false)
              .map(SourcesCommand::secret)
              .collect(Collectors.joining(", ")));
    }
    table.print(console());
    if (sources.isEmpty()) {
      console().note("There is no source");
    }
    return ExitCodes.DONE;
  }

  private static String secret(JsonNode secret) {
    String end = Console.time(secret, "not-after");
    return Console.text(secret, "name")
        + " "
        + Console.text(secret, "state")
        + (end.isEmpty() ? "" : " until " + end);
  }
}
