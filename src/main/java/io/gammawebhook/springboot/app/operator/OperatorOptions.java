package io.gammawebhook.springboot.app.operator;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who orders something, and why: both go into the audit. */
final class OperatorOptions {

  @Option(
      names = "--why",
      order = 60,
      paramLabel = "<reason>",
      description = "The reason, for the audit. It may be missing for a dry run only.")
  private @Nullable String why;

  @Option(
      names = "--who",
      order = 61,
      paramLabel = "<name>",
      description =
          "Who you are, for the audit. Default: --user, or this machine's name of the user.")
  private @Nullable String who;

  /**
   * @throws picocli.CommandLine.ParameterException if the reason is missing
   */
  void check(OperatorCommand command) {
    if (why == null || why.isBlank()) {
      throw command.usage("--why is missing: say for what reason; the audit keeps it");
    }
  }

  void addTo(Map<String, String> parameters, Connection connection) {
    parameters.put("who", who == null ? connection.operator() : who);
    parameters.put("why", why == null ? "dry run" : why);
  }
}
