package io.gammawebhook.springboot.app;

import static io.gammawebhook.testing.GeneratedPage.code;
import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.testing.GeneratedPage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code docs/cli.md} says of each command what its help says. */
class CommandPageTest {

  /** In the order of a night, and not of the alphabet. */
  private static final Map<String, List<String>> GROUPS = new LinkedHashMap<>();

  static {
    GROUPS.put("Find", List.of("events", "show", "dead-letters", "audit"));
    GROUPS.put("Send again, settle, erase", List.of("replay", "retry", "discard", "erase"));
    GROUPS.put("Orders on many events", List.of("operations", "cancel"));
    GROUPS.put("Subscriptions", List.of("subscriptions", "pause", "resume", "retire"));
    GROUPS.put("Sources and quarantine", List.of("sources", "quarantine", "release"));
    GROUPS.put("Registrations", List.of("registrations", "register"));
    GROUPS.put("Try and check", List.of("send", "simulate", "check", "schema"));
    GROUPS.put("The shell", List.of("completion"));
  }

  private static final Set<String> FILTER =
      Set.of(
          "--source",
          "--type",
          "--state",
          "--subscription",
          "--from",
          "--until",
          "--id",
          "--match",
          "--reason",
          "--destination");

  private final GeneratedPage page =
      new GeneratedPage(
          "cli",
          "The command line",
          "Made of the commands' help by CommandPageTest; -Dtest=CommandPageTest -Dcli.write=true"
              + " writes it anew.");

  private final Map<String, CommandSpec> commands = new LinkedHashMap<>();

  @Test
  void thePageSaysOfEachCommandWhatItsHelpSays() throws Exception {
    CommandLine.line(new AppSettings(List.of()))
        .getSubcommands()
        .forEach((name, line) -> commands.put(name, line.getCommandSpec()));
    Set<String> documented =
        GROUPS.values().stream()
            .flatMap(List::stream)
            .collect(Collectors.toCollection(TreeSet::new));
    documented.add("help");
    assertThat(documented).isEqualTo(new TreeSet<>(commands.keySet()));

    intro();
    GROUPS.forEach(
        (group, names) -> {
          page.paragraph("## " + group);
          names.forEach(this::command);
        });
    page.check();
  }

  private void intro() {
    CommandSpec replay = command(commands, "replay");
    page.paragraph(
            "The runnable application is also the tool that it is operated with. A first argument"
                + " that is no option is a command:")
        .paragraph(
            "```sh",
            "java -jar camel-gamma-webhook-app.jar events --since 2h",
            "java -jar camel-gamma-webhook-app.jar events --help",
            "```")
        .paragraph(
            "The commands read the same [configuration](configuration.md) as the server, also as"
                + " properties on their line (`--gamma.webhook.data-dir=…`), and find the node of"
                + " this machine by it: `management.server.port`, `management.server.address`,",
            "the base paths and TLS. `--url` names another. The node answers if"
                + " `management.endpoints.web.exposure.include` names `webhooks`"
                + " ([operations.md](operations.md#the-endpoint-webhooks)); its own security decides"
                + " who may do what.")
        .paragraph(
            "Results go to standard output, all else to standard error. Tables fit the terminal;"
                + " where the output is no terminal, no line is broken and nothing is coloured"
                + " (`NO_COLOR` is heeded). Times are UTC. `--json` prints what the",
            "node answered, complete. Senders choose event ids, types and headers: what a terminal"
                + " would obey is shown as `?`, and is an escape in JSON.");
    page.paragraph("## Exit codes").table("code", "");
    replay.usageMessage().exitCodeList().forEach((code, text) -> page.cells(code, text));
    page.paragraph("## Options of all that ask a node").table("option", "");
    options(replay, true).stream().filter(this::isCommon).forEach(this::row);
    page.paragraph("## Filter")
        .paragraph("Of `events`, `replay`, `discard` and `erase`; all that are given must fit:")
        .table("option", "");
    options(replay, true).stream()
        .filter(option -> FILTER.contains(option.names()[0]))
        .forEach(this::row);
  }

  private void command(String name) {
    CommandSpec spec = command(commands, name);
    page.paragraph("### " + name).paragraph(String.join(" ", spec.usageMessage().description()));
    List<String> examples = new ArrayList<>(List.of("", "```sh"));
    Arrays.stream(spec.usageMessage().footer())
        .map(String::strip)
        .takeWhile(line -> !line.isEmpty())
        .map(line -> line.replace("java -jar camel-gamma-webhook-app.jar ", "").replace("$$", "$"))
        .forEach(examples::add);
    examples.add("```");
    page.add(examples.toArray(String[]::new));
    List<ArgSpec> own = new ArrayList<>(spec.positionalParameters());
    boolean filtered = spec.optionsMap().containsKey("--match");
    own.addAll(
        options(spec, false).stream()
            .filter(option -> !(filtered && FILTER.contains(option.names()[0])))
            .toList());
    if (!own.isEmpty()) {
      page.table(filtered ? "beside the filter" : "option", "");
      own.forEach(this::row);
    }
  }

  private static CommandSpec command(Map<String, CommandSpec> commands, String name) {
    return Objects.requireNonNull(commands.get(name), name);
  }

  private List<OptionSpec> options(CommandSpec spec, boolean common) {
    return spec.options().stream()
        .filter(option -> !option.usageHelp() && !option.versionHelp())
        .filter(
            option -> common || !spec.optionsMap().containsKey("--timeout") || !isCommon(option))
        .sorted((a, b) -> Integer.compare(a.order(), b.order()))
        .toList();
  }

  private boolean isCommon(OptionSpec option) {
    return option.order() > 100;
  }

  private void row(ArgSpec arg) {
    String names =
        arg instanceof OptionSpec option
            ? Arrays.stream(option.names())
                    .map(GeneratedPage::code)
                    .collect(Collectors.joining(", "))
                + (option.arity().max() == 0 ? "" : " " + code(option.paramLabel()))
            : code(((PositionalParamSpec) arg).paramLabel());
    page.cells(names, String.join(" ", arg.description()));
  }
}
