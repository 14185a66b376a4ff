package io.gammawebhook.springboot;

import io.gammawebhook.config.ConfigurationProblem;
import io.gammawebhook.config.InvalidConfigurationException;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.registration.RegistrationSettings;
import io.gammawebhook.registration.SecretSeal;
import io.gammawebhook.registration.api.Account;
import io.gammawebhook.registration.api.ApiCatalogue;
import io.gammawebhook.registration.api.ApiDescription;
import io.gammawebhook.registration.api.InvalidApiException;
import io.gammawebhook.registration.api.Wanted;
import io.gammawebhook.springboot.GammaWebhookProperties.Mode;
import io.gammawebhook.verify.SecretText;
import io.gammawebhook.verify.SignatureScheme;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Makes registrations of the configuration, and gathers everything that is wrong with them, so that
 * an engineer sees all of it at the first start.
 */
final class ConfiguredRegistrations {

  private static final String FILE = "file:";
  private static final String MAP = GammaWebhookProperties.PREFIX + ".registrations.";
  private static final String KEY = GammaWebhookProperties.PREFIX + ".secret-key";
  private static final URI NOWHERE = URI.create("https://api.invalid");
  private static final SecretText UNKNOWN = SecretText.valueOf("unknown");
  private static final Duration LONGEST_ANSWER = Duration.ofMinutes(2);

  private static final String API_URL_CURE =
      "Set it to the base address of the API, such as https://api.example.com/v1.";

  /** What is right, by the option. */
  private static final Map<String, String> CURES =
      Map.of(
          "api-url",
          API_URL_CURE,
          "credentials",
          "Set it to the token that the API gave you, alone; or file: and the path of a file with"
              + " it.",
          "events",
          "Give the name of each event in the API's words, or leave events out.",
          "description",
          "Shorten it.");

  private static final String KEY_CURE =
      "Set the environment variable GAMMA_WEBHOOK_SECRET_KEY to what `openssl rand -base64 32`"
          + " prints, and gamma.webhook.secret-key: ${GAMMA_WEBHOOK_SECRET_KEY}; the same on all"
          + " nodes.";

  private final GammaWebhookProperties properties;
  private final ConfiguredSources sources;
  private final SecretTexts secrets;
  private final UnaryOperator<String> origins;
  private final ApiCatalogue catalogue = new ApiCatalogue();
  private final SecureRandom random = new SecureRandom();

  /**
   * @param sources those of the same configuration
   * @param secrets reads credentials; where it cannot, since Camel is not there, they are not
   *     looked at
   * @param origins says where a property's value comes from, for messages; empty if unknown
   */
  ConfiguredRegistrations(
      GammaWebhookProperties properties,
      ConfiguredSources sources,
      SecretTexts secrets,
      UnaryOperator<String> origins) {
    this.properties = properties;
    this.sources = sources;
    this.secrets = secrets;
    this.origins = origins;
  }

  /**
   * All registrations, by name. Those that are switched off are there too.
   *
   * @throws InvalidConfigurationException if anything is wrong with any of them
   */
  List<RegistrationSettings> settings() {
    List<ConfigurationProblem> problems = new ArrayList<>();
    List<RegistrationSettings> all = new ArrayList<>();
    Map<String, String> targets = new HashMap<>();
    new TreeMap<>(properties.registrations())
        .forEach(
            (name, registration) -> {
              One one = new One(name, registration);
              @Nullable RegistrationSettings made = one.settings();
              problems.addAll(one.problems);
              if (made != null) {
                all.add(made);
                String target = target(made);
                String other = targets.putIfAbsent(target, name);
                if (other != null) {
                  problems.add(
                      new ConfigurationProblem(
                          MAP + name + ".public-url",
                          "is "
                              + made.wanted().url()
                              + ", which the registration '"
                              + other
                              + "' has at the same API too: the two would undo each other",
                          "Give one of them another address, or remove it."));
                }
              }
            });
    problems.addAll(wrongKey());
    if (!problems.isEmpty()) {
      throw new InvalidConfigurationException(problems);
    }
    return List.copyOf(all);
  }

  /** What tells one entry from another: two of the same are one. */
  private static String target(RegistrationSettings settings) {
    return settings.account().baseUrl()
        + " "
        + new TreeMap<>(settings.account().parameters())
        + " "
        + settings.wanted().url();
  }

  /**
   * An account with the credentials as they are now.
   *
   * @throws InvalidConfigurationException if they cannot be read
   * @throws IllegalArgumentException if they are none
   */
  Account account(RegistrationSettings settings) {
    @Nullable RegistrationProperties registration = properties.registrations().get(settings.name());
    @Nullable SecretText credentials = registration == null ? null : registration.credentials();
    if (credentials == null) {
      return settings.account();
    }
    String property = MAP + settings.name() + ".credentials";
    if (!secrets.canRead(credentials)) {
      throw new InvalidConfigurationException(
          List.of(
              new ConfigurationProblem(
                  property,
                  "is " + credentials.reveal() + ", which only a node can resolve",
                  "Ask a node: leave --store away.")));
    }
    return new Account(
        settings.account().baseUrl(),
        secrets.text(property, credentials),
        settings.account().parameters(),
        settings.account().timeout());
  }

  /** Whether the secret of any registration is kept in the store. */
  boolean anyManaged() {
    return properties.registrations().entrySet().stream()
        .anyMatch(
            each ->
                each.getValue()
                    .isManaged(properties.sources().get(each.getValue().sourceOr(each.getKey()))));
  }

  /**
   * The key that is configured; null where none is, or where it is not known yet.
   *
   * @throws InvalidConfigurationException if it is none
   */
  @Nullable SecretSeal seal() {
    @Nullable SecretText key = properties.secretKey();
    if (key == null || key.isEmpty() || !secrets.canRead(key)) {
      return null;
    }
    SecretTexts.checkResolved(KEY, key);
    SecretText text = secrets.text(KEY, key);
    return ConfigurationProblem.checked(
        KEY,
        () -> {
          try {
            return SecretSeal.of(text, random);
          } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                GammaWebhookProperties.PREFIX + "." + e.getMessage(), e);
          }
        });
  }

  /** What to say where a key is needed and cannot be read here. */
  InvalidConfigurationException unreadableKey() {
    return new InvalidConfigurationException(
        List.of(
            new ConfigurationProblem(
                KEY,
                "is in a vault, which only a node can read",
                "Ask a node: leave --store away.")));
  }

  private List<ConfigurationProblem> wrongKey() {
    try {
      @Nullable SecretText key = properties.secretKey();
      boolean given = key != null && !key.isEmpty();
      seal();
      if (!given && anyManaged() && properties.mode() == Mode.PRODUCTION) {
        return List.of(
            new ConfigurationProblem(
                KEY,
                "is missing, by which the managed secret of a registration is sealed in the store",
                KEY_CURE));
      }
      return List.of();
    } catch (InvalidConfigurationException e) {
      return e.problems();
    }
  }

  /** One registration, with all that is wrong with it. */
  private final class One {
    private final String name;
    private final RegistrationProperties registration;
    private final List<ConfigurationProblem> problems = new ArrayList<>();

    One(String name, RegistrationProperties registration) {
      this.name = name;
      this.registration = registration;
    }

    /** Null if it cannot be made. */
    @Nullable RegistrationSettings settings() {
      String source = registration.sourceOr(name);
      @Nullable SourceProperties properties =
          ConfiguredRegistrations.this.properties.sources().get(source);
      if (properties == null) {
        noSource(source);
      }
      @Nullable ApiDescription api = api();
      Account account = account(api);
      Wanted wanted = wanted(source, properties);
      if (api != null) {
        for (ApiDescription.Fault fault : api.faults(account, wanted)) {
          add(fault.option(), fault.what(), cure(api, fault));
        }
        if (properties != null) {
          checkSecret(source, properties, api);
          checkScheme(source, properties, api);
        }
      }
      @Nullable RegistrationSettings made = made(source, api, account, wanted, properties);
      return problems.isEmpty() ? made : null;
    }

    private String cure(ApiDescription api, ApiDescription.Fault fault) {
      for (ApiDescription.Parameter parameter : api.parameters()) {
        if (fault.option().equals("parameters." + parameter.name())) {
          return "Set it to "
              + parameter.description()
              + (parameter.pattern() == null
                  ? "."
                  : ", in the form of the regular expression " + parameter.pattern() + ".");
        }
      }
      return fault.option().equals("events")
          ? "List the events that are wanted, in the API's words, such as events: [order.paid]."
          : "Delete it, or name what it takes instead.";
    }

    private @Nullable RegistrationSettings made(
        String source,
        @Nullable ApiDescription api,
        Account account,
        Wanted wanted,
        @Nullable SourceProperties properties) {
      try {
        return new RegistrationSettings(
            name,
            new SourceName(properties == null ? "source" : source),
            api == null ? catalogue.named(catalogue.names().get(0)) : api,
            account,
            credentialsPlace(),
            wanted,
            registration.isManaged(properties)
                ? RegistrationSettings.SecretMode.MANAGED
                : RegistrationSettings.SecretMode.SOURCE,
            registration.checkInterval(),
            registration.oldSecretUnusedFor(),
            RegistrationSettings.OnDisabled.valueOf(registration.onDisabled().name()),
            registration.mostEnablesPerDay(),
            RegistrationSettings.Mode.valueOf(registration.mode().name()));
      } catch (IllegalArgumentException e) {
        addOfMessage(e, Map.of("name", ""));
        return null;
      }
    }

    private void noSource(String source) {
      TreeSet<String> names = new TreeSet<>(properties.sources().keySet());
      String meant =
          Spelling.nearest(source, names).map(near -> "Did you mean " + near + "? ").orElse("");
      add(
          "source",
          (registration.source() == null ? "is missing, and " : "is '" + source + "', but ")
              + "there is no source '"
              + source
              + "'"
              + place("source"),
          meant
              + "Name one of "
              + names
              + ", or add gamma.webhook.sources."
              + source
              + ". A source that a route defines itself cannot be registered.");
    }

    private @Nullable ApiDescription api() {
      String api = registration.api();
      try {
        if (api.startsWith(FILE)) {
          String file = api.substring(FILE.length());
          return catalogue.fromYaml(file, name, Files.readString(Path.of(file)));
        }
        if (catalogue.names().contains(api)) {
          return catalogue.named(api);
        }
        add(
            "api",
            "is '" + api + "', which is no API" + place("api"),
            Spelling.nearest(api, catalogue.names())
                    .map(meant -> "Did you mean " + meant + "? ")
                    .orElse("")
                + "Use one of "
                + catalogue.names()
                + ", or 'file:' and the path of a description of your own.");
      } catch (InvalidApiException e) {
        for (String fault : e.faults()) {
          add(
              "api",
              "is wrong: " + fault,
              "Correct it; docs/apis.md has the parts of a description.");
        }
      } catch (IOException | InvalidPathException e) {
        add(
            "api",
            "names the file "
                + api.substring(FILE.length())
                + ", which cannot be read ("
                + e.getClass().getSimpleName()
                + ")"
                + place("api"),
            "Make the file readable for this process, or name another.");
      }
      return null;
    }

    /** What is wrong with it is said; something stands in for that, so that the rest is checked. */
    private Account account(@Nullable ApiDescription api) {
      SecretText credentials = credentials();
      URI base = base(api);
      Map<String, String> parameters =
          registration.parameters() == null ? Map.of() : registration.parameters();
      Duration standard = Duration.ofSeconds(10);
      Duration timeout = registration.timeout();
      boolean inTime = timeout.toMillis() >= 1000 && timeout.compareTo(LONGEST_ANSWER) <= 0;
      if (!inTime) {
        add(
            "timeout",
            "must be between 1s and 2m, was " + timeout.toMillis() + "ms",
            "Choose a value within that range.");
      }
      // Each part by itself, so that none hides another.
      boolean sound =
          isSound(base, UNKNOWN, parameters) & isSound(NOWHERE, credentials, parameters);
      return sound
          ? new Account(base, credentials, parameters, inTime ? timeout : standard)
          : new Account(NOWHERE, UNKNOWN, parameters, standard);
    }

    private boolean isSound(URI base, SecretText credentials, Map<String, String> parameters) {
      try {
        new Account(base, credentials, parameters, Duration.ofSeconds(10));
        return true;
      } catch (IllegalArgumentException e) {
        addOfMessage(e, Map.of());
        return false;
      }
    }

    private SecretText credentials() {
      SecretText given = registration.credentials();
      String property = MAP + name + ".credentials";
      if (given == null || given.isEmpty()) {
        if (registration.mode() != RegistrationProperties.Mode.OFF) {
          String origin = origins.apply(property);
          add(
              "credentials",
              origin.startsWith("${")
                  ? "is empty: it comes from " + origin + ", which is"
                  : "is missing",
              "Set it to the token that the API gave you, for example credentials:"
                  + " ${GAMMA_API_TOKEN} with that environment variable set; or file: and a path.");
        }
        return UNKNOWN;
      }
      try {
        SecretTexts.checkResolved(property, given);
        return secrets.canRead(given) ? secrets.text(property, given) : UNKNOWN;
      } catch (InvalidConfigurationException e) {
        problems.addAll(e.problems());
        return UNKNOWN;
      }
    }

    /** Where a new token is put for the next look; null where it needs a restart. */
    private @Nullable String credentialsPlace() {
      SecretText given = registration.credentials();
      if (given == null || !SecretTexts.mayChange(given)) {
        return null;
      }
      // What is for Camel may have a token as its default, so it is not shown.
      String place =
          SecretTexts.isFile(given) ? "file " + SecretTexts.file(given) : "vault or property";
      return "the " + place + " that " + MAP + name + ".credentials names";
    }

    private URI base(@Nullable ApiDescription api) {
      String given = registration.apiUrl();
      if (given == null || given.isBlank()) {
        @Nullable URI standard = api == null ? NOWHERE : api.baseUrl();
        if (standard == null) {
          add(
              "api-url",
              "is missing, and the API '" + registration.api() + "' has no address of its own",
              API_URL_CURE);
          return NOWHERE;
        }
        return standard;
      }
      try {
        return new URI(given.strip());
      } catch (URISyntaxException e) {
        add("api-url", "is '" + given + "', which is no address" + place("api-url"), API_URL_CURE);
        return NOWHERE;
      }
    }

    private Wanted wanted(String source, @Nullable SourceProperties properties) {
      String url = url(source, properties);
      try {
        return new Wanted(
            url,
            registration.events(),
            true,
            registration.description(),
            RegistrationSettings.markerOf(name));
      } catch (IllegalArgumentException e) {
        addOfMessage(e, Map.of("url", "public-url", "marker", ""));
        return new Wanted(NOWHERE.toString(), List.of(), true, null, "none");
      }
    }

    private String url(String source, @Nullable SourceProperties properties) {
      @Nullable String given = registration.publicUrl();
      String option = "public-url";
      if (given == null && properties != null) {
        given = properties.publicUrl();
      }
      String path =
          properties == null || properties.path() == null
              ? "/webhooks/" + source
              : properties.path();
      String cure =
          "Set it to the source's address as the internet knows it, such as"
              + " https://hooks.example.com"
              + path
              + ".";
      if (given == null || given.isBlank()) {
        add(option, "is missing, and so is that of the source", cure);
        return NOWHERE.toString();
      }
      try {
        URI url = new URI(given.strip());
        String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        boolean plain = scheme.equals("http");
        if (url.getHost() == null
            || !(plain || scheme.equals("https"))
            || url.getRawUserInfo() != null
            || url.getRawQuery() != null
            || url.getRawFragment() != null) {
          add(
              option,
              "is '" + given + "', which is no address without a name, a query or a #",
              cure);
        } else if (plain && ConfiguredRegistrations.this.properties.mode() == Mode.PRODUCTION) {
          add(
              option,
              "is '" + given + "', where anybody on the way could read the events",
              "Let it begin with https://; plain http is for gamma.webhook.mode: dev.");
        }
        return given.strip();
      } catch (URISyntaxException e) {
        add(option, "is '" + given + "', which is no address" + place(option), cure);
        return NOWHERE.toString();
      }
    }

    private void checkSecret(String source, SourceProperties properties, ApiDescription api) {
      boolean managed = registration.isManaged(properties);
      boolean told =
          api.tells(ApiDescription.Telling.CREATE)
              || api.tells(ApiDescription.Telling.READ)
              || api.tells(ApiDescription.Telling.ROTATE);
      if (managed && !api.secretGiven() && !told) {
        add(
            "secret",
            "is 'managed', but the API '"
                + api.name()
                + "' neither takes a secret nor tells the one that it has made",
            "Set gamma.webhook.sources."
                + source
                + ".secrets to the one that the API's pages show, and secret: source.");
      }
      if (!managed) {
        if (properties.secrets().stream().allMatch(SecretProperties::isEmpty)) {
          add(
              "secret",
              "is 'source', but the source '" + source + "' has no secret",
              "Set gamma.webhook.sources." + source + ".secrets, or secret: managed.");
        } else if (!api.secretGiven() && registration.mode() == RegistrationProperties.Mode.APPLY) {
          add(
              "secret",
              "is 'source', but the API '"
                  + api.name()
                  + "' makes the secrets itself: what it would sign a new entry with is none of"
                  + " the source's",
              "Set secret: managed, so that its secret is taken from it; or mode: check, and copy"
                  + " its secret by hand.");
        }
      }
    }

    private void checkScheme(String source, SourceProperties properties, ApiDescription api) {
      SignatureScheme scheme;
      try {
        scheme = sources.schemeOf(source);
      } catch (InvalidConfigurationException e) {
        // What is wrong with the source is said of the source.
        return;
      }
      String property = "gamma.webhook.sources." + source + ".scheme";
      if (registration.isManaged(properties)
          && (!scheme.isSigned() || scheme.namesKeys() || scheme.secretEncoding().isPublic())) {
        add(
            "secret",
            "is 'managed', but the scheme '"
                + scheme.name()
                + "' of the source "
                + (scheme.isSigned()
                    ? "has keys that nobody but the sender can make"
                    : "signs nothing"),
            scheme.isSigned()
                ? "Set gamma.webhook.sources." + source + ".secrets to them, and secret: source."
                : "Set secret: source, or the scheme that the sender signs with.");
      }
      @Nullable String signed = api.scheme();
      boolean own = properties.scheme().isDefinition() || properties.scheme().file() != null;
      if (signed != null
          && !own
          && !this.properties().schemes().containsKey(scheme.name())
          && !scheme.name().equals(signed)
          // Such as gamma-hub: another way of the same sender to sign.
          && !scheme.name().startsWith(api.name() + "-")) {
        add(
            "api",
            "is '"
                + api.name()
                + "', whose events are signed by scheme "
                + signed
                + ", but "
                + property
                + " is "
                + scheme.name(),
            "Set " + property + ": " + signed + ", or name another source.");
      }
    }

    private GammaWebhookProperties properties() {
      return ConfiguredRegistrations.this.properties;
    }

    /** Of a message that begins with an option's name. */
    private void addOfMessage(IllegalArgumentException e, Map<String, String> names) {
      String message = String.valueOf(e.getMessage());
      int space = message.indexOf(' ');
      String option = space < 0 ? "" : message.substring(0, space);
      add(
          names.getOrDefault(option, option),
          space < 0 ? message : message.substring(space + 1),
          CURES.getOrDefault(option, "Choose a value within these bounds."));
    }

    private void add(String option, String fault, String cure) {
      ConfigurationProblem problem =
          new ConfigurationProblem(
              MAP + name + (option.isEmpty() ? "" : "." + option), fault, cure);
      if (problems.stream().noneMatch(said -> said.property().equals(problem.property()))) {
        problems.add(problem);
      }
    }

    private String place(String option) {
      String place = origins.apply(MAP + name + "." + option);
      return place.isEmpty() ? "" : " (" + place + ")";
    }
  }
}
