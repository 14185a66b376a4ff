package io.gammawebhook.springboot.app.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Our entries at the APIs of senders. */
@Command(
    name = "registrations",
    description = {
      "Shows the registrations at the APIs of senders, and puts them right.",
      "list shows how each stands, as the nodes saw it last; diff looks at the API and says what"
          + " differs; apply makes the entry what is configured; rotate gives it another secret,"
          + " with an overlap, or with --now, if one has leaked, without; remove deletes it at the"
          + " API, until apply, and ends its secrets; test lets the API send an"
          + " event to it.",
      "What changes something shows first what it will do, and asks."
    },
    footer = {
      "  registrations",
      "  registrations diff gamma",
      "  registrations apply gamma --dry-run",
      "  registrations apply gamma --why 'the address is new'",
      "  registrations rotate gamma --yes --why 'every quarter'",
      "  registrations rotate gamma --now --why 'it was in a log'",
      "  registrations remove gamma --why 'the integration ends'"
    })
final class RegistrationsCommand extends OperatorCommand {

  private static final String LIST = "list";
  private static final String DIFF = "diff";
  private static final String TEST = "test";
  private static final List<String> ORDERS = List.of(LIST, DIFF, "apply", "rotate", "remove", TEST);
  private static final Set<String> CHANGES = Set.of("apply", "rotate", "remove");

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "<order>",
      description = "list, diff, apply, rotate, remove or test. Default: list.")
  private @Nullable String order;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "<name>",
      description = "Which one; gamma.webhook.registrations has the names.")
  private @Nullable String name;

  @Option(
      names = "--dry-run",
      order = 50,
      description = "Only show what apply, rotate or remove would do.")
  private boolean dryRun;

  @Option(
      names = "--now",
      order = 51,
      description =
          "With rotate: all secrets of before end as soon as the API has the new one. For one that"
              + " has leaked.")
  private boolean now;

  @Option(
      names = {"-y", "--yes"},
      order = 52,
      description = "Do it without asking; test never asks.")
  private boolean yes;

  @Mixin private OperatorOptions operator = new OperatorOptions();

  RegistrationsCommand(Connection connection) {
    super(connection);
  }

  private String order() {
    return order == null ? LIST : order.toLowerCase(Locale.ROOT);
  }

  @Override
  void check() {
    if (!ORDERS.contains(order())) {
      throw usage("'" + order + "' is none of " + String.join(", ", ORDERS));
    }
    if (name == null && !order().equals(LIST)) {
      throw usage("Name the registration, as in registrations " + order() + " gamma");
    }
    boolean changes = CHANGES.contains(order());
    if (dryRun && !changes) {
      throw usage("--dry-run goes with apply, rotate and remove");
    }
    if (yes && !changes && !order().equals(TEST)) {
      throw usage("--yes goes with apply, rotate and remove");
    }
    if (now && !order().equals("rotate")) {
      throw usage("--now goes with rotate");
    }
    if ((changes && !dryRun) || order().equals(TEST)) {
      operator.check(this);
    }
    if (changes && !dryRun && !yes && connection().isJson()) {
      throw usage("--json goes with --dry-run or --yes");
    }
    if (changes && !dryRun && !yes && !console().terminal().isInteractive()) {
      throw usage(
          "There is no terminal to ask whether it is to be done: look with --dry-run, then say"
              + " --yes");
    }
  }

  @Override
  int run(Backend backend) {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (name != null) {
      parameters.put("registration", name);
    }
    if (now) {
      parameters.put("now", "true");
    }
    return switch (order()) {
      case LIST -> list(backend.read("registrations", parameters).orRefused());
      case DIFF -> diff(backend.read(DIFF, parameters).orRefused());
      case TEST -> test(backend, parameters);
      default -> change(backend, parameters);
    };
  }

  private int list(JsonNode registrations) {
    if (printedAsJson(registrations)) {
      return ExitCodes.DONE;
    }
    Table table =
        new Table("REGISTRATION", "SOURCE", "API", "STATE", "CHECKED", "SECRETS", "SENTENCE");
    for (JsonNode registration : registrations) {
      table.row(
          Console.text(registration, "registration"),
          Console.text(registration, "source"),
          Console.text(registration, "api"),
          Console.text(registration, "state"),
          Console.time(registration, "checked-at"),
          StreamSupport.stream(registration.path("secrets").spliterator(), false)
              .map(secret -> Console.text(secret, "version") + " " + Console.text(secret, "state"))
              .collect(Collectors.joining(", ")),
          Console.text(registration, "sentence"));
    }
    table.print(console());
    for (JsonNode registration : registrations) {
      String cure = Console.text(registration, "cure");
      if (!cure.isEmpty()) {
        console().note(Console.text(registration, "registration") + ": " + cure);
      }
    }
    if (registrations.isEmpty()) {
      console().note("There is no registration");
    }
    return ExitCodes.DONE;
  }

  /** As the command diff of every system: 1 where something differs. */
  private int diff(JsonNode plan) {
    if (!printedAsJson(plan)) {
      print(plan);
    }
    return Console.text(plan, "action").equals("nothing") ? ExitCodes.DONE : ExitCodes.REFUSED;
  }

  private int test(Backend backend, Map<String, String> parameters) {
    operator.addTo(parameters, connection());
    return ended(backend.order(TEST, parameters).orRefused());
  }

  private int change(Backend backend, Map<String, String> parameters) {
    if (dryRun || !yes) {
      Map<String, String> dry = new LinkedHashMap<>(parameters);
      dry.put("dry", "true");
      operator.addTo(dry, connection());
      JsonNode found = backend.order(order(), dry).orRefused();
      JsonNode plan = found.path("plan");
      if (printedAsJson(found)) {
        return ExitCodes.DONE;
      }
      print(plan);
      if (dryRun || Console.text(plan, "action").equals("nothing")) {
        return ExitCodes.DONE;
      }
      if (!console().terminal().confirms("Shall it be done, by the order " + order() + "?")) {
        console().note("Nothing was changed");
        return ExitCodes.REFUSED;
      }
    }
    operator.addTo(parameters, connection());
    return ended(backend.order(order(), parameters).orRefused());
  }

  private int ended(JsonNode result) {
    if (!printedAsJson(result)) {
      console().line(Console.text(result, "sentence"));
      String cure = Console.text(result, "cure");
      if (!cure.isEmpty()) {
        console().note(cure);
      }
    }
    return ExitCodes.DONE;
  }

  private void print(JsonNode plan) {
    console()
        .line(
            Console.text(plan, "registration")
                + ": "
                + Console.text(plan, "action")
                + ". "
                + Console.text(plan, "sentence"));
    Table table = new Table("FIELD", "CONFIGURED", "AT THE API");
    for (JsonNode difference : plan.path("differences")) {
      table.row(
          Console.text(difference, "field"),
          Console.brief(difference, "ours"),
          Console.brief(difference, "theirs"));
    }
    if (!plan.path("differences").isEmpty()) {
      table.print(console());
    }
    String cure = Console.text(plan, "cure");
    if (!cure.isEmpty()) {
      console().note(cure);
    }
  }
}
