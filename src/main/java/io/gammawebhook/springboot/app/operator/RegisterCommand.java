package io.gammawebhook.springboot.app.operator;

import io.gammawebhook.event.SourceName;
import io.gammawebhook.registration.Difference;
import io.gammawebhook.registration.Plan;
import io.gammawebhook.registration.RegistrationSettings;
import io.gammawebhook.registration.Result;
import io.gammawebhook.registration.SingleRegistration;
import io.gammawebhook.registration.api.Account;
import io.gammawebhook.registration.api.ApiCatalogue;
import io.gammawebhook.registration.api.ApiDescription;
import io.gammawebhook.registration.api.ApiOutcome;
import io.gammawebhook.registration.api.HttpRegistrationApi;
import io.gammawebhook.registration.api.Wanted;
import io.gammawebhook.springboot.Spelling;
import io.gammawebhook.verify.InvalidSecretException;
import io.gammawebhook.verify.SchemeCatalogue;
import io.gammawebhook.verify.SecretText;
import io.gammawebhook.verify.SignatureScheme;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Registers an endpoint at a sender's API, without a server and without a store. */
@Command(
    name = "register",
    mixinStandardHelpOptions = true,
    description = {
      "Registers an endpoint at a sender's API once: looks at the entries there, makes one or puts"
          + " it right, keeps the signing secret in a file, and prints the configuration to paste.",
      "It needs neither a server nor a store nor a configuration. An application that is configured"
          + " with the same name takes the entry over and looks after it."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:the entry is as wanted",
      "1:the API refused it, or a person has to decide; the reason is printed",
      "2:the command line is wrong",
      "3:the API cannot be reached"
    },
    footer = {
      "  register --api-url https://api.gamma.example/v1 --dry-run \\",
      "      --credentials-file token.txt --events 'invoice.*,order.*' \\",
      "      --public-url https://hooks.example.com/webhooks/gamma",
      "  register --api github --parameter owner=acme --parameter repo=shop --yes \\",
      "      --credentials-file token.txt --events push \\",
      "      --public-url https://hooks.example.com/webhooks/github"
    })
final class RegisterCommand implements Callable<Integer> {

  private static final String FILE = "file:";
  private static final URI NOWHERE = URI.create("https://api.invalid");
  private static final SecretText UNKNOWN = SecretText.valueOf("unknown");
  private static final String MARKER = "none";
  private static final SourceName SOURCE = new SourceName("source");

  private final SecureRandom random = new SecureRandom();
  private final List<String> faults = new ArrayList<>();
  private @Nullable Console console;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--api",
      order = 1,
      paramLabel = "<api>",
      defaultValue = "gamma",
      description =
          "Whose it is: gamma, github, stripe, svix, or file: and the path of a description."
              + " Default: ${DEFAULT-VALUE}.")
  private String api = "gamma";

  @Option(
      names = "--api-url",
      order = 2,
      paramLabel = "<url>",
      description = "Base address of the API. Default: that of the description, if it has one.")
  private @Nullable URI apiUrl;

  @Option(
      names = "--credentials-file",
      order = 3,
      paramLabel = "<file>",
      required = true,
      description = "File with what the API wants to see of us, such as a token.")
  private Path credentialsFile = Path.of("");

  @Option(
      names = "--public-url",
      order = 4,
      paramLabel = "<url>",
      required = true,
      description = "Where the API is to send events to.")
  private String publicUrl = "";

  @Option(
      names = "--events",
      order = 5,
      paramLabel = "<types>",
      split = ",",
      description = "Types of the events wanted, with commas between them. Default: all.")
  private List<String> events = new ArrayList<>();

  @Option(
      names = "--parameter",
      order = 6,
      paramLabel = "<name>=<value>",
      description = "What the API needs besides, such as owner=acme; may be repeated.")
  private Map<String, String> parameters = new LinkedHashMap<>();

  @Option(
      names = "--description",
      order = 7,
      paramLabel = "<text>",
      description = "What people see of it at the API.")
  private @Nullable String description;

  @Option(
      names = "--name",
      order = 8,
      paramLabel = "<name>",
      description = "Name of the registration and of its source. Default: that of the API.")
  private @Nullable String name;

  @Option(
      names = "--scheme",
      order = 9,
      paramLabel = "<scheme>",
      description =
          "Signature scheme of the source, which says how a secret looks. Default: the API's.")
  private @Nullable String scheme;

  @Option(
      names = "--secret-file",
      order = 10,
      paramLabel = "<file>",
      description =
          "Where the signing secret is kept, for its owner alone. One that is there is what a new"
              + " entry signs with, and is never overwritten. Default: the name with .secret, in"
              + " this folder.")
  private @Nullable Path secretFile;

  @Option(
      names = "--timeout",
      order = 11,
      paramLabel = "<seconds>",
      defaultValue = "10",
      description = "How long to wait for each answer. Default: ${DEFAULT-VALUE}.")
  private int timeout = 10;

  @Option(names = "--dry-run", order = 12, description = "Only show what would be done.")
  private boolean dryRun;

  @Option(
      names = {"-y", "--yes"},
      order = 13,
      description = "Do it without asking.")
  private boolean yes;

  private Console console() {
    if (console == null) {
      console = new Console(spec, new Terminal());
    }
    return console;
  }

  @Override
  public Integer call() {
    @Nullable ApiDescription described = description();
    @Nullable SignatureScheme signed = scheme(described);
    @Nullable RegistrationSettings settings = settings(described);
    if (!dryRun && !yes && !console().terminal().isInteractive()) {
      faults.add(
          "There is no terminal to ask whether it is to be done: look with --dry-run, then say"
              + " --yes");
    }
    if (!faults.isEmpty() || signed == null || settings == null) {
      throw usage(String.join("\n", faults));
    }
    return register(settings, signed);
  }

  private int register(RegistrationSettings settings, SignatureScheme signed) {
    SingleRegistration single =
        new SingleRegistration(
            settings,
            new HttpRegistrationApi(settings.api(), settings.account(), InstantSource.system()),
            random,
            this::cure);
    Result look = single.look();
    if (!look.isGood() || look.plan().asks()) {
      return refused(look);
    }
    print(look.plan());
    if (dryRun) {
      return ExitCodes.DONE;
    }
    boolean nothing = look.plan().action() == Plan.Action.NOTHING;
    if (!nothing && !yes && !console().terminal().confirms("Shall it be done?")) {
      console().note("Nothing was changed");
      return ExitCodes.REFUSED;
    }
    SecretFile file =
        new SecretFile(
            secretFile == null ? Path.of(settings.name() + ".secret") : secretFile, random);
    boolean creates = look.plan().action() == Plan.Action.CREATE;
    @Nullable SecretText secret = creates ? secret(file, settings.api(), signed) : null;
    SingleRegistration.Done done = single.carryOut(secret);
    if (!done.result().isGood()) {
      return refused(done.result());
    }
    if (!nothing) {
      console().line(Console.clean(done.result().sentence()));
    }
    if (done.secret() == null) {
      untold(file);
      paste(settings, signed, file.isThere() ? file.named() : null);
      return ExitCodes.DONE;
    }
    Path kept = keep(file, secret, done.secret());
    boolean sound = isSound(done.secret(), signed, kept);
    paste(settings, signed, kept);
    return sound && file.named().equals(kept) ? ExitCodes.DONE : ExitCodes.REFUSED;
  }

  /** What to do about a refusal; nobody tries again but who calls this command. */
  private String cure(ApiOutcome.Kind kind) {
    return switch (kind) {
      case CREDENTIALS ->
          "Put a token that may list and change webhooks into "
              + credentialsFile
              + ", or name another file with --credentials-file";
      case NOT_FOUND ->
          "Correct --api-url"
              + (parameters.isEmpty() ? "" : " or --parameter")
              + ": nothing is there";
      case CONFLICT ->
          "Look for an entry of this address there, also of other accounts; delete it, or give"
              + " another --public-url";
      case INVALID -> "Correct what it names: --public-url, --events, --description or --parameter";
      case LIMITED -> "Wait a little, and call register again";
      case UNAVAILABLE -> "Check --api-url and the network, and call register again";
      case UNREADABLE ->
          "Check --api-url; if the API has changed, give a description of your own with --api"
              + " file: and its path";
      case REDIRECTED -> "Give where it is as --api-url; credentials are not sent along";
    };
  }

  private int refused(Result result) {
    console().note(Console.clean(result.sentence()));
    if (result.cure() != null) {
      console().note(Console.clean(result.cure()));
    }
    return result.outcome() == Result.Outcome.UNREACHABLE
        ? ExitCodes.UNREACHABLE
        : ExitCodes.REFUSED;
  }

  private void print(Plan plan) {
    console().line(Console.clean(plan.sentence()));
    Table table = new Table("FIELD", "WANTED", "AT THE API");
    for (Difference difference : plan.differences()) {
      table.row(
          difference.field(), Console.clean(difference.ours()), Console.clean(difference.theirs()));
    }
    if (!plan.differences().isEmpty()) {
      table.print(console());
    }
    if (plan.action() == Plan.Action.CREATE) {
      console().line("One would be made for " + Console.clean(publicUrl));
    }
  }

  /** Null if there is none: that is a fault. */
  private @Nullable ApiDescription description() {
    ApiCatalogue catalogue = new ApiCatalogue();
    try {
      if (api.startsWith(FILE)) {
        Path file = Path.of(api.substring(FILE.length()));
        return catalogue.fromYaml(
            file.toString(), name == null ? "own" : name, Files.readString(file));
      }
      if (catalogue.names().contains(api)) {
        return catalogue.named(api);
      }
      faults.add(
          "--api is '"
              + Console.clean(api)
              + "', which is none: use one of "
              + catalogue.names()
              + ", or file: and a path"
              + Spelling.nearest(api, catalogue.names())
                  .map(meant -> ". Did you mean " + meant + "?")
                  .orElse(""));
    } catch (IOException | InvalidPathException e) {
      faults.add("--api names a file that cannot be read: " + e.getClass().getSimpleName());
    } catch (IllegalArgumentException e) {
      faults.add("--api is wrong: " + e.getMessage());
    }
    return null;
  }

  /** Null if there is none: that is a fault, unless it would be that of an API that is one. */
  private @Nullable SignatureScheme scheme(@Nullable ApiDescription description) {
    SchemeCatalogue catalogue = new SchemeCatalogue();
    String wanted = scheme;
    if (wanted == null) {
      if (description == null) {
        return null;
      }
      wanted = description.scheme();
    }
    if (wanted != null && catalogue.names().contains(wanted)) {
      return catalogue.byName(wanted);
    }
    faults.add(
        (wanted == null
                ? "The API names no signature scheme: give one with --scheme"
                : "--scheme is '" + Console.clean(wanted) + "', which is none")
            + "; there are "
            + catalogue.names());
    return null;
  }

  /** Something stands in for what is wrong, so that the rest is looked at too. */
  private @Nullable RegistrationSettings settings(@Nullable ApiDescription description) {
    String own = name == null ? description == null ? "own" : description.name() : name;
    Account account = account(description);
    Wanted wanted =
        sound(() -> new Wanted(url(), events, true, this.description, MARKER))
            .orElseGet(() -> new Wanted(NOWHERE.toString(), List.of("any"), true, null, MARKER));
    if (description == null) {
      return null;
    }
    for (ApiDescription.Fault fault : description.faults(account, wanted)) {
      faults.add(option(fault.option()) + " " + fault.what());
    }
    return sound(
            () ->
                new RegistrationSettings(
                    own,
                    SOURCE,
                    description,
                    account,
                    "the file " + credentialsFile,
                    new Wanted(
                        wanted.url(),
                        wanted.events(),
                        true,
                        wanted.description(),
                        RegistrationSettings.markerOf(own)),
                    RegistrationSettings.SecretMode.SOURCE,
                    RegistrationSettings.CHECK_INTERVAL,
                    RegistrationSettings.OLD_SECRET_UNUSED_FOR,
                    RegistrationSettings.OnDisabled.ENABLE,
                    RegistrationSettings.MOST_ENABLES_PER_DAY,
                    RegistrationSettings.Mode.APPLY))
        .orElse(null);
  }

  /** Each part is looked at by itself, so that none hides another. */
  private Account account(@Nullable ApiDescription description) {
    URI base = apiUrl;
    if (base == null && description != null) {
      base = description.baseUrl();
      if (base == null) {
        faults.add(
            "--api-url is missing: the API '" + description.name() + "' has no address of its own");
      }
    }
    Account standIn = new Account(NOWHERE, UNKNOWN, parameters, Duration.ofSeconds(10));
    URI where = base == null ? NOWHERE : base;
    SecretText who = credentials();
    return new Account(
        sound(() -> new Account(where, UNKNOWN, parameters, standIn.timeout()))
            .orElse(standIn)
            .baseUrl(),
        sound(() -> new Account(NOWHERE, who, parameters, standIn.timeout()))
            .orElse(standIn)
            .credentials(),
        parameters,
        sound(() -> new Account(NOWHERE, UNKNOWN, parameters, Duration.ofSeconds(timeout)))
            .orElse(standIn)
            .timeout());
  }

  /** What is made; empty if a part of it is wrong, which is a fault then. */
  private <T> Optional<T> sound(Supplier<T> made) {
    try {
      return Optional.of(made.get());
    } catch (IllegalArgumentException e) {
      // A message begins with the option's name.
      String message = String.valueOf(e.getMessage());
      faults.add("--" + (message.startsWith("url ") ? "public-" : "") + message);
      return Optional.empty();
    }
  }

  /** Of an option of the configuration, that of this command. */
  private static String option(String configured) {
    return configured.startsWith("parameters.")
        ? "--parameter " + configured.substring("parameters.".length())
        : "--" + configured;
  }

  private String url() {
    @Nullable URI url = null;
    try {
      url = URI.create(publicUrl.strip());
    } catch (IllegalArgumentException e) {
      // It is said below.
    }
    if (url == null
        || url.getHost() == null
        || !("" + url.getScheme()).matches("https?")
        || url.getRawUserInfo() != null
        || url.getRawQuery() != null
        || url.getRawFragment() != null) {
      faults.add(
          "--public-url must be an address such as https://hooks.example.com/webhooks/gamma, was '"
              + Console.clean(publicUrl)
              + "'");
      return NOWHERE.toString();
    }
    if (url.getScheme().equals("http")) {
      console().note("warning: events would come to " + url.getHost() + " unencrypted; use https");
    }
    return url.toString();
  }

  private SecretText credentials() {
    try {
      return SecretText.valueOf(Files.readString(credentialsFile).strip());
    } catch (IOException e) {
      faults.add(
          "--credentials-file names " + credentialsFile + ", which cannot be read: " + reason(e));
      return UNKNOWN;
    }
  }

  /** What a new entry signs with, kept before anybody is told; null where the API makes it. */
  private @Nullable SecretText secret(
      SecretFile file, ApiDescription description, SignatureScheme signed) {
    if (!description.secretGiven()) {
      if (file.isThere()) {
        throw usage(
            "The secret file "
                + file.named()
                + " is there already, and "
                + description.title()
                + " makes a new secret: name another with --secret-file");
      }
      return null;
    }
    try {
      SecretText secret = file.findOrMake(signed.secretEncoding());
      signed.parseSecret(secret.reveal());
      return secret;
    } catch (InvalidSecretException e) {
      throw usage("The secret in " + file.named() + " " + e.getMessage());
    } catch (IOException e) {
      throw usage("The secret file " + file.named() + " cannot be read or made: " + reason(e));
    }
  }

  private void untold(SecretFile file) {
    console()
        .note(
            "The entry's secret stays what it is, and the API does not tell it: "
                + (file.isThere()
                    ? file.named() + " is here from an earlier call, and is taken for it"
                    : "use the one that you have, or make another at the API"));
  }

  /** Where the secret is that the API signs with; null if it could be kept nowhere. */
  private @Nullable Path keep(SecretFile file, @Nullable SecretText given, SecretText told) {
    if (given != null && !given.equals(told)) {
      console().line("The API signs with a secret of its own, not with the one that it was given");
    }
    boolean before = file.isThere();
    try {
      Path kept = file.keep(told);
      if (!kept.equals(file.named())) {
        console()
            .note(
                before
                    ? "The secret file "
                        + file.named()
                        + " holds another secret than the entry, and stays as it is:"
                        + " verify with the file that is named below"
                    : "The secret could not be kept in "
                        + file.named()
                        + ": move the file that is named below to where it is to stay");
      }
      console().line("The signing secret is in " + kept + ", readable by its owner alone");
      return kept;
    } catch (IOException e) {
      console()
          .note(
              "The secret could not be kept in "
                  + file.named()
                  + " ("
                  + reason(e)
                  + "): make another at the API, or delete the entry and register again");
      return null;
    }
  }

  /** Whether deliveries could be verified with it. */
  private boolean isSound(SecretText told, SignatureScheme signed, @Nullable Path kept) {
    if (!signed.isSigned()) {
      return true;
    }
    try {
      signed.parseSecret(told.reveal());
      return true;
    } catch (InvalidSecretException e) {
      console()
          .note(
              "The API's secret is none of the scheme "
                  + signed.name()
                  + ": it "
                  + e.getMessage()
                  + (kept == null ? "" : "; it is kept in " + kept + " all the same")
                  + ". Give the scheme by which the API signs with --scheme");
      return false;
    }
  }

  private static String reason(IOException e) {
    return e.getClass().getSimpleName();
  }

  private void paste(
      RegistrationSettings settings, SignatureScheme signed, @Nullable Path secretFile) {
    console().line("");
    console().line("# Paste into the configuration:");
    console().line("gamma.webhook:");
    console().line("  sources:");
    console().line("    " + settings.name() + ":");
    URI url = URI.create(settings.wanted().url());
    console().line("      path: " + yaml(url.getRawPath().isEmpty() ? "/" : url.getRawPath()));
    console().line("      scheme: " + signed.name());
    if (signed.needsPublicUrl()) {
      console().line("      public-url: " + yaml(settings.wanted().url()));
    }
    console()
        .line(
            "      secrets: ["
                + yaml(
                    secretFile == null
                        ? "file:<file with the entry's secret>"
                        : FILE + secretFile.toAbsolutePath().normalize())
                + "]");
    console().line("  # So that the application looks after the entry; may be left out:");
    console().line("  registrations:");
    console().line("    " + settings.name() + ":");
    console().line("      api: " + yaml(api));
    if (apiUrl != null) {
      console().line("      api-url: " + yaml(settings.account().baseUrl().toString()));
    }
    console()
        .line("      credentials: " + yaml(FILE + credentialsFile.toAbsolutePath().normalize()));
    if (!parameters.isEmpty()) {
      console().line("      parameters:");
      parameters.forEach(
          (parameter, value) -> console().line("        " + parameter + ": " + yaml(value)));
    }
    console().line("      public-url: " + yaml(settings.wanted().url()));
    if (!events.isEmpty()) {
      console()
          .line(
              "      events: ["
                  + events.stream().map(RegisterCommand::yaml).collect(Collectors.joining(", "))
                  + "]");
    }
    if (settings.wanted().description() != null) {
      console().line("      description: " + yaml(settings.wanted().description()));
    }
    if (!settings.api().secretGiven()) {
      // It makes and tells its secret once, and this file has it.
      console().line("      mode: check");
    }
  }

  private static String yaml(@Nullable String text) {
    return "\""
        + Console.clean(String.valueOf(text)).replace("\\", "\\\\").replace("\"", "\\\"")
        + "\"";
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
