package io.gammawebhook.springboot.app;

import io.gammawebhook.event.RawBody;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.receive.SourceDefinition;
import io.gammawebhook.simulator.SampleEvents;
import io.gammawebhook.springboot.ConfiguredSources;
import io.gammawebhook.springboot.DevSecrets;
import io.gammawebhook.springboot.GammaWebhookProperties;
import io.gammawebhook.springboot.GammaWebhookProperties.Mode;
import io.gammawebhook.springboot.SecretProperties;
import io.gammawebhook.springboot.SourceProperties;
import io.gammawebhook.verify.LiveSecret;
import io.gammawebhook.verify.SecretText;
import io.gammawebhook.verify.Signer;
import io.gammawebhook.verify.SigningSecret;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Sends signed sample events, as the source's sender would. It never prints the secret. */
@Command(
    name = "send",
    mixinStandardHelpOptions = true,
    versionProvider = AppVersion.class,
    sortOptions = false,
    description =
        "Sends signed sample events to a source, with the secret of the server's own configuration.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:every event was answered with 2xx",
      "1:an event was answered with something else",
      "2:the command line or the configuration is wrong",
      "3:nobody answers at the address"
    },
    footerHeading = "%nExamples, each after java -jar camel-gamma-webhook-app.jar:%n",
    footer = {
      "  send",
      "  send --type customer.created",
      "  send --body order.json --id msg_1 --count 2",
      "  send --body - < event.json",
      "  send --secret-file secret.txt --url https://host/webhooks/gamma",
      "",
      "Properties of the server may follow:",
      "  --gamma.webhook.data-dir=/var/lib/gamma",
      "  --gamma.webhook.sources.gamma.scheme=gamma-hub"
    })
final class SendCommand implements Callable<Integer> {

  static final String DEFAULT_SOURCE = "gamma";

  private static final int REFUSED = 1;
  private static final int UNREACHABLE = 3;
  private static final int MAX_SHOWN = 2000;

  private final AppSettings settings;
  private final SecureRandom random = new SecureRandom();
  private final SampleEvents samples = new SampleEvents(random);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--source",
      paramLabel = "<name>",
      defaultValue = DEFAULT_SOURCE,
      description = "Source to send to. Default: ${DEFAULT-VALUE}.")
  private String source = DEFAULT_SOURCE;

  @Option(
      names = "--url",
      paramLabel = "<url>",
      description = "Address. Default: the source's path on this machine.")
  private @Nullable URI url;

  @Option(
      names = "--type",
      paramLabel = "<type>",
      defaultValue = "invoice.paid",
      description = "Type of the sample event. Default: ${DEFAULT-VALUE}.")
  private String type = "invoice.paid";

  @Option(
      names = "--id",
      paramLabel = "<id>",
      description = "Event id. Default: a new one each. With --count: the same each time.")
  private @Nullable String id;

  @Option(
      names = "--body",
      paramLabel = "<file>",
      description = "File with the body to send instead of a sample, or - for standard input.")
  private @Nullable String body;

  @Option(
      names = "--count",
      paramLabel = "<n>",
      defaultValue = "1",
      description = "How many events to send, one after the other. Default: ${DEFAULT-VALUE}.")
  private int count = 1;

  @Option(
      names = "--secret-file",
      paramLabel = "<file>",
      description = "File with the signing secret. Default: the configured one, or dev mode's.")
  private @Nullable Path secretFile;

  SendCommand(AppSettings settings) {
    this.settings = settings;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (count < 1) {
      throw usage("--count must be at least 1, was " + count);
    }
    AppSettings.Read read = settings.read();
    SourceDefinition definition = definition(read);
    URI target = url == null ? URI.create(read.localUrl() + definition.path()) : url;
    @Nullable SigningSecret secret = secret(definition);
    String impossible = Signer.whyNot(definition.scheme());
    if (impossible != null) {
      throw usage(impossible + ": let the sender send a test event");
    }
    Signer signer = new Signer(definition.scheme(), secret, definition.publicUrl());
    byte @Nullable [] given = body == null ? null : readBody(body);
    if (given == null && id != null) {
      // The same event again has the same body: a sender's retry, not another event.
      given = samples.of(definition.eventFields(), id, type, Instant.now());
    }
    HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    int exit = 0;
    for (int i = 0; i < count; i++) {
      String eventId = id == null ? "msg_" + hex() : id;
      exit = Math.max(exit, send(client, target, definition, signer, eventId, given));
      if (exit == UNREACHABLE) {
        break;
      }
    }
    return exit;
  }

  private int send(
      HttpClient client,
      URI target,
      SourceDefinition definition,
      Signer signer,
      String eventId,
      byte @Nullable [] given)
      throws InterruptedException {
    Instant now = Instant.now();
    byte[] bytes = given == null ? samples.of(definition.eventFields(), eventId, type, now) : given;
    HttpRequest.Builder request =
        HttpRequest.newBuilder(target)
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(bytes));
    Map<String, String> headers = definition.eventFields().headers(eventId, type);
    headers.putAll(signer.sign(eventId, now, RawBody.of(bytes)));
    headers.forEach(request::header);
    PrintWriter out = spec.commandLine().getOut();
    try {
      HttpResponse<String> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      String text = answer.body();
      out.println(
          answer.statusCode()
              + " "
              + (text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text));
      out.flush();
      return answer.statusCode() / 100 == 2 ? 0 : REFUSED;
    } catch (SSLException e) {
      spec.commandLine()
          .getErr()
          .println(
              "No TLS connection to "
                  + target
                  + " ("
                  + e.getMessage()
                  + "): if its certificate is one of your own, name a trust store that holds it, as"
                  + " java -Djavax.net.ssl.trustStore=<file> -jar …");
      return UNREACHABLE;
    } catch (IOException e) {
      spec.commandLine()
          .getErr()
          .println(
              "Nobody answers at "
                  + target
                  + " ("
                  + e.getClass().getSimpleName()
                  + "): start the server, or name it with --url");
      return UNREACHABLE;
    }
  }

  /** The first that counts now; null where nothing is signed. */
  private @Nullable SigningSecret secret(SourceDefinition definition) {
    Instant now = Instant.now();
    return definition.secrets().stream()
        .filter(secret -> secret.isLive(now))
        .findFirst()
        .map(LiveSecret::secret)
        .orElseGet(
            () -> {
              if (definition.secrets().isEmpty()) {
                return null;
              }
              throw usage("No secret of source '" + source + "' counts now");
            });
  }

  /** The source's definition with the secret to sign with, whatever mode the server is in. */
  private SourceDefinition definition(AppSettings.Read read) {
    GammaWebhookProperties properties = read.properties();
    SourceProperties configured = properties.sources().get(source);
    if (configured == null) {
      throw usage(
          "There is no source '"
              + source
              + "' in the configuration; configured: "
              + properties.sources().keySet()
              + ". What a route defines itself, such as a source Kamelet, is not known here: configure"
              + " a source of that scheme and secret for the test, and name the address with --url");
    }
    DevSecrets made = new DevSecrets(Path.of(properties.dataDir()), random);
    SourceProperties complete = configured;
    UnaryOperator<String> origins = read.origins();
    if (secretFile != null) {
      complete = configured.withSecret(SecretText.valueOf(secretText(secretFile)));
      origins = property -> "--secret-file " + secretFile;
    } else if (configured.secrets().stream().allMatch(SecretProperties::isEmpty)
        && !configured.scheme().isUnsigned()) {
      SecretText found =
          made.find(new SourceName(source))
              .orElseThrow(() -> usage(noSecret(read, made.file(new SourceName(source)))));
      complete = configured.withSecret(found);
      origins = property -> "the file " + made.file(new SourceName(source));
    }
    return new ConfiguredSources(properties.only(source, complete, Mode.DEV), made, origins)
        .definitions()
        .get(0);
  }

  private String noSecret(AppSettings.Read read, Path file) {
    String cause = "There is no secret to sign with: ";
    Optional<String> registration = read.properties().registrationOfSecret(source);
    if (registration.isPresent()) {
      return cause
          + "that of source '"
          + source
          + "' is sealed in the store by its registration. Let the API send an event with the command"
          + " registrations test "
          + registration.get()
          + ", or name a file that holds the secret with --secret-file";
    }
    String origin = read.origins().apply("gamma.webhook.sources." + source + ".secrets[0]");
    String same =
        origin.startsWith("${")
            ? "set " + origin.substring(2, origin.length() - 1) + " to the server's"
            : "set gamma.webhook.sources." + source + ".secrets as for the server";
    String other = ", or name a file that holds it with --secret-file";
    return read.properties().mode() == Mode.DEV
        ? cause
            + "start the server in dev mode first, which makes "
            + file.toAbsolutePath()
            + "; or "
            + same
            + other
        : cause + same + other;
  }

  private byte[] readBody(String from) throws IOException {
    if (from.equals("-")) {
      return System.in.readAllBytes();
    }
    try {
      return Files.readAllBytes(Path.of(from));
    } catch (IOException | InvalidPathException e) {
      throw unreadable("--body", from, e);
    }
  }

  private String secretText(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw unreadable("--secret-file", file.toString(), e);
    }
  }

  private ParameterException unreadable(String option, String file, Exception fault) {
    String reason = fault.getClass().getSimpleName();
    if (fault instanceof NoSuchFileException) {
      reason = "there is no such file";
    } else if (fault instanceof AccessDeniedException) {
      reason = "this user may not read it";
    }
    return usage(option + " names " + file + ", which cannot be read: " + reason);
  }

  private String hex() {
    byte[] bytes = new byte[12];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
