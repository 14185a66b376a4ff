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
import io.gammawebhook.registration.api.HttpRegistrationApi;
import io.gammawebhook.registration.api.Wanted;
import io.gammawebhook.springboot.OwnerOnly;
import io.gammawebhook.springboot.Spelling;
import io.gammawebhook.verify.InvalidSecretException;
import io.gammawebhook.verify.SchemeCatalogue;
import io.gammawebhook.verify.SecretText;
import io.gammawebhook.verify.SignatureScheme;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
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
import java.util.concurrent.Callable;
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

  private final SecureRandom random = new SecureRandom();
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
              + " entry signs with. Default: the name with .secret, in this folder.")
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
    ApiDescription description = description();
    SignatureScheme signed = scheme(description);
    RegistrationSettings settings = settings(description);
    if (!dryRun && !yes && !console().terminal().isInteractive()) {
      throw usage(
          "There is no terminal to ask whether it is to be done: look with --dry-run, then say"
              + " --yes");
    }
    SingleRegistration single =
        new SingleRegistration(
            settings,
            new HttpRegistrationApi(description, settings.account(), InstantSource.system()),
            random);
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
    Path file = secretFile == null ? Path.of(settings.name() + ".secret") : secretFile;
    boolean creates = look.plan().action() == Plan.Action.CREATE;
    @Nullable SecretText secret = creates ? secret(file, description, signed) : null;
    SingleRegistration.Done done = single.carryOut(secret);
    if (!done.result().isGood()) {
      return refused(done.result());
    }
    console().line(done.result().sentence());
    boolean known = keep(file, secret, done.secret());
    paste(settings, signed, known ? file : null);
    return ExitCodes.DONE;
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

  private ApiDescription description() {
    ApiCatalogue catalogue = new ApiCatalogue();
    try {
      if (api.startsWith(FILE)) {
        Path file = Path.of(api.substring(FILE.length()));
        return catalogue.fromYaml(
            file.toString(), name == null ? "own" : name, Files.readString(file));
      }
      if (!catalogue.names().contains(api)) {
        throw usage(
            "--api is '"
                + Console.clean(api)
                + "', which is none: use one of "
                + catalogue.names()
                + ", or file: and a path"
                + Spelling.nearest(api, catalogue.names())
                    .map(meant -> ". Did you mean " + meant + "?")
                    .orElse(""));
      }
      return catalogue.named(api);
    } catch (IOException | InvalidPathException e) {
      throw usage("--api names a file that cannot be read: " + e.getClass().getSimpleName());
    } catch (IllegalArgumentException e) {
      throw usage("--api is wrong: " + e.getMessage());
    }
  }

  private SignatureScheme scheme(ApiDescription description) {
    SchemeCatalogue catalogue = new SchemeCatalogue();
    String wanted = scheme == null ? description.scheme() : scheme;
    if (wanted == null || !catalogue.names().contains(wanted)) {
      throw usage(
          (wanted == null
                  ? "The API names no signature scheme: give one with --scheme"
                  : "--scheme is '" + Console.clean(wanted) + "', which is none")
              + "; there are "
              + catalogue.names());
    }
    return catalogue.byName(wanted);
  }

  private RegistrationSettings settings(ApiDescription description) {
    URI base = apiUrl == null ? description.baseUrl() : apiUrl;
    if (base == null) {
      throw usage(
          "--api-url is missing: the API '" + description.name() + "' has no address of its own");
    }
    String own = name == null ? description.name() : name;
    try {
      Account account =
          new Account(
              base, SecretText.valueOf(credentials()), parameters, Duration.ofSeconds(timeout));
      Wanted wanted =
          new Wanted(url(), events, true, this.description, RegistrationSettings.markerOf(own));
      List<ApiDescription.Fault> faults = description.faults(account, wanted);
      if (!faults.isEmpty()) {
        throw usage(
            faults.stream()
                .map(fault -> option(fault.option()) + " " + fault.what())
                .collect(Collectors.joining("\n")));
      }
      return new RegistrationSettings(
          own,
          new SourceName(own),
          description,
          account,
          "the file " + credentialsFile,
          wanted,
          RegistrationSettings.SecretMode.SOURCE,
          RegistrationSettings.CHECK_INTERVAL,
          RegistrationSettings.OLD_SECRET_UNUSED_FOR,
          RegistrationSettings.OnDisabled.ENABLE,
          RegistrationSettings.MOST_ENABLES_PER_DAY,
          RegistrationSettings.Mode.APPLY);
    } catch (IllegalArgumentException e) {
      // A message begins with the option's name.
      throw usage("--" + e.getMessage());
    }
  }

  /** Of an option of the configuration, that of this command. */
  private static String option(String configured) {
    return configured.startsWith("parameters.")
        ? "--parameter " + configured.substring("parameters.".length())
        : "--" + configured;
  }

  private String url() {
    URI url;
    try {
      url = URI.create(publicUrl.strip());
    } catch (IllegalArgumentException e) {
      throw usage("--public-url is '" + Console.clean(publicUrl) + "', which is no address");
    }
    if (url.getHost() == null
        || !("" + url.getScheme()).matches("https?")
        || url.getRawUserInfo() != null
        || url.getRawQuery() != null
        || url.getRawFragment() != null) {
      throw usage(
          "--public-url must be an address such as https://hooks.example.com/webhooks/gamma, was '"
              + Console.clean(publicUrl)
              + "'");
    }
    if (url.getScheme().equals("http")) {
      console().note("warning: events would come to " + url.getHost() + " unencrypted; use https");
    }
    return url.toString();
  }

  private String credentials() {
    try {
      return Files.readString(credentialsFile).strip();
    } catch (IOException e) {
      throw usage(
          "--credentials-file names "
              + credentialsFile
              + ", which cannot be read: "
              + e.getClass().getSimpleName());
    }
  }

  /** What a new entry signs with, kept before anybody is told; null where the API makes it. */
  private @Nullable SecretText secret(
      Path file, ApiDescription description, SignatureScheme signed) {
    boolean there = Files.exists(file);
    if (!description.secretGiven()) {
      if (there) {
        throw usage(
            "The secret file "
                + file
                + " is there already, and "
                + description.title()
                + " makes a new secret: name another with --secret-file");
      }
      return null;
    }
    try {
      if (there) {
        SecretText secret = SecretText.valueOf(Files.readString(file));
        signed.parseSecret(secret.reveal());
        return secret;
      }
      SecretText made = SecretText.valueOf(signed.secretEncoding().generate(random));
      write(file, made);
      return made;
    } catch (InvalidSecretException e) {
      throw usage("The secret in " + file + " " + e.getMessage());
    } catch (IOException e) {
      throw usage("The secret file " + file + " cannot be read or made: " + reason(e));
    }
  }

  /** Whether the file holds what the API signs with. */
  private boolean keep(Path file, @Nullable SecretText given, @Nullable SecretText told) {
    if (told == null) {
      console()
          .note(
              "The entry's secret stays what it is, and the API does not tell it: use the one that"
                  + " you have, or make another at the API");
      return false;
    }
    if (!told.equals(given)) {
      try {
        write(file, told);
      } catch (FileAlreadyExistsException e) {
        return isIn(file, told);
      } catch (IOException e) {
        console()
            .note(
                "The secret could not be kept in "
                    + file
                    + " ("
                    + reason(e)
                    + "): make another at the API, or delete the entry and register again");
        return false;
      }
    }
    console().line("The signing secret is in " + file + ", readable by its owner alone");
    return true;
  }

  private boolean isIn(Path file, SecretText told) {
    try {
      if (SecretText.valueOf(Files.readString(file)).equals(told)) {
        return true;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    console()
        .note(
            "The secret file "
                + file
                + " holds another secret than the entry: name another file with --secret-file");
    return false;
  }

  private static void write(Path file, SecretText secret) throws IOException {
    // It must not be there: no other secret is overwritten.
    Files.createFile(file, OwnerOnly.file(file));
    Files.writeString(file, secret.reveal() + System.lineSeparator());
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
