package io.gammawebhook.springboot.app.operator;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which events are meant: all that are given must fit. */
final class FilterOptions {

  /** For completion. */
  static final class States implements Iterable<String> {
    @Override
    public java.util.Iterator<String> iterator() {
      return List.of("waiting", "leased", "delivered", "dead", "discarded", "unsubscribed")
          .iterator();
    }
  }

  @Option(
      names = "--source",
      order = 10,
      paramLabel = "<name>",
      description = "Events of this source.")
  private @Nullable String source;

  @Option(
      names = "--type",
      order = 11,
      paramLabel = "<glob>",
      description = "Events of this type, such as 'order.*'.")
  private @Nullable String type;

  @Option(
      names = "--state",
      order = 12,
      paramLabel = "<state>",
      completionCandidates = States.class,
      description = "Events with a delivery in this state: ${COMPLETION-CANDIDATES}.")
  private @Nullable String state;

  @Option(
      names = "--subscription",
      order = 13,
      paramLabel = "<name>",
      description = "Events with a delivery to this subscription.")
  private @Nullable String subscription;

  @Option(
      names = {"--from", "--since"},
      order = 14,
      paramLabel = "<time>",
      description =
          "Received from then on: 2026-11-29T10:00:00Z, 2026-11-29, or an age such as 90m, 2h, 7d.")
  private @Nullable String from;

  @Option(
      names = "--until",
      order = 15,
      paramLabel = "<time>",
      description = "Received before then; written as --from.")
  private @Nullable String until;

  @Option(names = "--id", order = 16, paramLabel = "<id>", description = "The sender's event id.")
  private @Nullable String id;

  @Option(
      names = "--match",
      order = 17,
      paramLabel = "<jsonpath>",
      description = "The body has it, such as '$$[?(@.customer.email == \"a@b.c\")]'.")
  private @Nullable String match;

  @Option(
      names = "--reason",
      order = 18,
      paramLabel = "<glob>",
      description = "A delivery failed for this reason, such as 'http-5*' or '*ConnectException'.")
  private @Nullable String reason;

  @Option(
      names = "--destination",
      order = 19,
      paramLabel = "<glob>",
      description = "A delivery failed at this destination.")
  private @Nullable String destination;

  /** As the service takes them. */
  Map<String, String> parameters() {
    Map<String, String> parameters = new LinkedHashMap<>();
    put(parameters, "source", source);
    put(parameters, "type", type);
    put(parameters, "state", state);
    put(parameters, "subscription", subscription);
    put(parameters, "from", from);
    put(parameters, "to", until);
    put(parameters, "id", id);
    put(parameters, "match", match);
    put(parameters, "reason", reason);
    put(parameters, "destination", destination);
    return parameters;
  }

  static void put(Map<String, String> parameters, String name, @Nullable String value) {
    if (value != null) {
      parameters.put(name, value);
    }
  }
}
