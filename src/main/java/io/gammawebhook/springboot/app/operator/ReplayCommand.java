package io.gammawebhook.springboot.app.operator;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes deliveries go again. */
@Command(
    name = "replay",
    description = {
      "Makes a delivery go again, an event, or all events that a filter finds.",
      "A filter's events are counted first, and you are asked. The effect of what was delivered"
          + " before happens again only with --again."
    },
    footer = {
      "  replay 01a20fb1-6c83-7074-a275-a13807c62a78.1.0 --why 'ledger is back'",
      "  replay 01a20fb1-6c83-7074-a275-a13807c62a78 --to orders --why 'new route'",
      "  replay --state dead --reason 'http-5*' --since 1d --dry-run",
      "  replay --state dead --since 1d --rate 20 --why 'ledger is back'"
    })
final class ReplayCommand extends OrderOnMany {

  @Parameters(
      arity = "0..1",
      paramLabel = "<delivery or reference>",
      description = "A delivery's id, or an event's reference.")
  private @Nullable String one;

  @Option(
      names = "--to",
      paramLabel = "<subscription>",
      description = "Only to this subscription, also if the event has no delivery to it.")
  private @Nullable String to;

  @Option(names = "--again", description = "Also what was delivered.")
  private boolean again;

  @Option(
      names = "--rate",
      paramLabel = "<n>",
      description = "With a filter: how many events a second, 1 to 10000. Default: 100.")
  private @Nullable Integer rate;

  ReplayCommand(Connection connection) {
    super(connection, "replay");
  }

  @Override
  @Nullable Map<String, String> one() {
    if (one == null) {
      return null;
    }
    Map<String, String> named = new LinkedHashMap<>();
    named.put(one.equals(ShowCommand.reference(one)) ? "event" : "delivery", one);
    return named;
  }

  @Override
  void addTo(Map<String, String> parameters) {
    FilterOptions.put(parameters, "target", to);
    if (again) {
      parameters.put("again", "true");
    }
    FilterOptions.put(parameters, "rate", rate == null ? null : rate.toString());
  }

  @Override
  void check() {
    if (one != null && rate != null) {
      throw usage("--rate goes with a filter");
    }
    super.check();
  }
}
