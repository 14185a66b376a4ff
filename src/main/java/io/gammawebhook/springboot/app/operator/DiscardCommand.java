package io.gammawebhook.springboot.app.operator;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Settles dead letters without a replay. */
@Command(
    name = "discard",
    description = {
      "Settles a dead letter without a replay, or all that a filter finds.",
      "With --request it throws a request in quarantine away."
    },
    footer = {
      "  discard 01a20fb1-6c83-7074-a275-a13807c62a78.1.0 --why 'done by hand'",
      "  discard --reason http-410 --subscription orders --why 'the shop is closed'",
      "  discard --request 01a20fb1-6c83-7074-a275-a13807c62a78 --why 'forged'"
    })
final class DiscardCommand extends OrderOnMany {

  @Parameters(arity = "0..1", paramLabel = "<delivery>", description = "A dead delivery's id.")
  private @Nullable String delivery;

  @Option(
      names = "--request",
      paramLabel = "<reference>",
      description = "A request in quarantine, as the command quarantine shows it.")
  private @Nullable String request;

  DiscardCommand(Connection connection) {
    super(connection, "discard");
  }

  @Override
  @Nullable Map<String, String> one() {
    if (delivery == null && request == null) {
      return null;
    }
    Map<String, String> named = new LinkedHashMap<>();
    FilterOptions.put(named, "delivery", delivery);
    FilterOptions.put(named, "request", request);
    return named;
  }

  @Override
  Map<String, String> filter() {
    Map<String, String> filter = super.filter();
    filter.put("state", "dead");
    return filter;
  }

  @Override
  void check() {
    if (delivery != null && request != null) {
      throw usage("Name a delivery, or --request: not both");
    }
    if (!super.filter().getOrDefault("state", "dead").equals("dead")) {
      throw usage("Only what is dead can be discarded: --state can be dead alone");
    }
    super.check();
  }
}
