package io.gammawebhook.springboot.app.operator;

import io.gammawebhook.config.InvalidConfigurationException;
import io.gammawebhook.inbox.StoreException;
import io.gammawebhook.springboot.LocalUrl;
import io.gammawebhook.springboot.OperatorStore;
import io.gammawebhook.springboot.PropertyOrigins;
import io.gammawebhook.springboot.StartCheck;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.ConfigurableEnvironment;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which node a command asks, as whom, and how it prints. */
final class Connection {

  private final Supplier<ConfigurableEnvironment> environment;
  private @Nullable Console console;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--url",
      order = 101,
      paramLabel = "<url>",
      description =
          "Address of a node's endpoint. Default: that of the configuration, such as"
              + " http://localhost:8081/actuator/webhooks.")
  private @Nullable URI url;

  @Option(
      names = "--user",
      order = 102,
      paramLabel = "<name>",
      description = "Log in with this name and a password, which is asked for.")
  private @Nullable String user;

  @Option(
      names = "--password-file",
      order = 103,
      paramLabel = "<file>",
      description = "File with the password, instead of asking for it.")
  private @Nullable Path passwordFile;

  @Option(
      names = "--token-file",
      order = 104,
      paramLabel = "<file>",
      description = "File with a bearer token to log in with.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--store",
      order = 110,
      description =
          "Ask the configured store itself, and no node: PostgreSQL at any time, SQLite while no"
              + " node runs.")
  private boolean store;

  @Option(
      names = "--timeout",
      order = 105,
      paramLabel = "<seconds>",
      defaultValue = "60",
      description = "How long to wait for an answer. Default: ${DEFAULT-VALUE}.")
  private int timeout = 60;

  @Option(names = "--json", order = 120, description = "Print JSON, for programs.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      order = 106,
      usageHelp = true,
      description = "Show this help.")
  private boolean help;

  Connection(Supplier<ConfigurableEnvironment> environment) {
    this.environment = environment;
  }

  boolean isJson() {
    return json;
  }

  Console console() {
    if (console == null) {
      console = new Console(spec, new Terminal());
    }
    return console;
  }

  /** Whom the audit is to name by default. */
  String operator() {
    return user == null ? System.getProperty("user.name", "") : user;
  }

  /** The options that lead to the same node again, for a line that can be pasted. */
  String pasted() {
    return (url == null ? "" : " --url " + url)
        + (user == null ? "" : " --user " + user)
        + (passwordFile == null ? "" : " --password-file " + passwordFile)
        + (tokenFile == null ? "" : " --token-file " + tokenFile)
        + (store ? " --store" : "");
  }

  boolean isStore() {
    return store;
  }

  /**
   * @throws ParameterException if the options do not go together, or name what is not there
   */
  Backend open() {
    if (store) {
      if (url != null || user != null || passwordFile != null || tokenFile != null) {
        throw usage("--store goes without --url, --user, --password-file and --token-file");
      }
      return ofStore();
    }
    if (timeout < 1 || timeout > 3600) {
      throw usage("--timeout must be between 1 and 3600, was " + timeout);
    }
    URI endpoint = endpoint();
    String authorization = authorization();
    String host = endpoint.getHost();
    if (authorization != null
        && endpoint.getScheme().equals("http")
        && !host.equals("localhost")
        && !host.equals("[::1]")
        && !host.startsWith("127.")) {
      console().note("warning: the password or token goes to " + host + " unencrypted; use https");
    }
    return new NodeBackend(endpoint, authorization, Duration.ofSeconds(timeout));
  }

  private Backend ofStore() {
    ConfigurableEnvironment read = environment.get();
    try {
      return new StoreBackend(
          OperatorStore.open(StartCheck.readable(read), new PropertyOrigins(read)));
    } catch (InvalidConfigurationException e) {
      throw e;
    } catch (IllegalStateException | StoreException e) {
      throw new CommandFailure(
          ExitCodes.UNREACHABLE,
          e.getMessage()
              + ". --store makes and changes no table, and an embedded store has one process at a"
              + " time: if a node runs, leave --store away");
    }
  }

  private URI endpoint() {
    if (url == null) {
      try {
        return URI.create(LocalUrl.ofEndpoint(environment.get(), "webhooks"));
      } catch (IllegalStateException e) {
        throw usage(e.getMessage() + ": name the node's address with --url");
      }
    }
    String text = url.toString();
    if (url.getHost() == null || !("" + url.getScheme()).matches("https?")) {
      throw usage("--url is '" + text + "', which is no address such as http://localhost:8081");
    }
    if (url.getRawUserInfo() != null || url.getRawQuery() != null || url.getRawFragment() != null) {
      throw usage(
          "--url must have neither a password nor a query: others see the command line; use --user"
              + " and --password-file");
    }
    boolean bare = url.getRawPath().isEmpty() || url.getRawPath().equals("/");
    return URI.create(text.replaceFirst("/+$", "") + (bare ? "/actuator/webhooks" : ""));
  }

  private @Nullable String authorization() {
    if (tokenFile != null) {
      if (user != null || passwordFile != null) {
        throw usage("--token-file goes without --user and --password-file");
      }
      String token = secret("--token-file", tokenFile);
      if (!token.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
        throw usage("--token-file names " + tokenFile + ", which does not hold one token");
      }
      return "Bearer " + token;
    }
    if (user == null) {
      if (passwordFile != null) {
        throw usage("--password-file goes with --user, which is missing");
      }
      return null;
    }
    String password;
    if (passwordFile == null) {
      char[] typed = console().terminal().password("Password of " + user);
      if (typed == null) {
        throw usage("--user needs a password, and there is no terminal to ask: --password-file");
      }
      password = new String(typed);
    } else {
      password = secret("--password-file", passwordFile);
    }
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  private String secret(String option, Path file) {
    String text;
    try {
      text = Files.readString(file).strip();
    } catch (IOException e) {
      String reason = e.getClass().getSimpleName();
      if (e instanceof NoSuchFileException) {
        reason = "there is no such file";
      } else if (e instanceof AccessDeniedException) {
        reason = "this user may not read it";
      }
      throw usage(option + " names " + file + ", which cannot be read: " + reason);
    }
    if (text.isEmpty() || text.chars().anyMatch(c -> c < ' ')) {
      throw usage(option + " names " + file + ", which does not hold one line of text");
    }
    return text;
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
