package io.gammawebhook.springboot.app;

import io.gammawebhook.event.SourceName;
import io.gammawebhook.simulator.Family;
import io.gammawebhook.simulator.GammaSimulator;
import io.gammawebhook.simulator.SimulatedRegistration;
import io.gammawebhook.simulator.Totals;
import io.gammawebhook.springboot.DevSecrets;
import io.gammawebhook.springboot.OwnerOnly;
import io.gammawebhook.verify.SecretEncoding;
import io.gammawebhook.verify.SecretText;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Runs the simulator until it is told to end. It prints no secret and no token. */
@Command(
    name = "simulate",
    mixinStandardHelpOptions = true,
    versionProvider = AppVersion.class,
    sortOptions = false,
    description = {
      "Runs a Gamma to try things against: its registration API, and signed events for whoever is"
          + " registered.",
      "It is a tool for development, keeps all in memory and ends with Ctrl+C."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:it ended as it was told",
      "1:an event was given up, or is still to be sent",
      "2:the command line is wrong, or the port is taken"
    },
    footerHeading = "%nExamples, each after java -jar camel-gamma-webhook-app.jar:%n",
    footer = {
      "  simulate",
      "  simulate --seed 7 --count 500 --rate 100 --duplicates 0.1 --out-of-order 0.1",
      "  simulate --families order,invoice --late 0.05 --late-by 30s --for 10m",
      "  simulate --to http://localhost:8080/webhooks/gamma --burst 1000 --rate 0"
    })
final class SimulateCommand implements Callable<Integer> {

  private static final int FAILED = 1;

  private final AppSettings settings;
  private final InstantSource clock;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--port",
      paramLabel = "<port>",
      defaultValue = "8089",
      description = "Port of the API; 0 for a free one. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--bind",
      paramLabel = "<address>",
      description =
          "Address that the API listens on. Default: loopback, so that only this machine reaches"
              + " it.")
  private @Nullable InetAddress bind;

  @Option(
      names = "--token-file",
      paramLabel = "<file>",
      description =
          "File with the API's bearer token; made if it is missing. Default: simulator.token in the"
              + " secrets of the data folder.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--to",
      paramLabel = "<url>",
      description = "Registers this endpoint at the start, as if it had asked the API.")
  private @Nullable String to;

  @Option(
      names = "--secret-file",
      paramLabel = "<file>",
      description =
          "With --to: the file with the secret to sign with. Default: the one that dev mode made"
              + " for the source gamma.")
  private @Nullable Path secretFile;

  @Option(
      names = "--scheme",
      paramLabel = "<name>",
      defaultValue = "standard-webhooks",
      description = "Signature scheme of the deliveries. Default: ${DEFAULT-VALUE}.")
  private String scheme = "";

  @Option(
      names = "--families",
      paramLabel = "<name>",
      split = ",",
      description =
          "What the events are about, with commas between: customer, employee, invoice, order,"
              + " export. Default: all.")
  private List<String> families = List.of();

  @Option(
      names = "--rate",
      paramLabel = "<n>",
      defaultValue = "1",
      description =
          "Events a second, from the first registration on; 0 for none. Default: ${DEFAULT-VALUE}.")
  private double rate;

  @Option(
      names = "--count",
      paramLabel = "<n>",
      defaultValue = "0",
      description = "Ends when so many events were sent. Default: ${DEFAULT-VALUE}, without end.")
  private long count;

  @Option(
      names = "--burst",
      paramLabel = "<n>",
      defaultValue = "0",
      description =
          "Sends so many events at once with the first registration. Default: ${DEFAULT-VALUE}.")
  private long burst;

  @Option(
      names = "--for",
      paramLabel = "<time>",
      converter = DurationConverter.class,
      description = "Ends after that time, such as 30s or 10m. Default: without end.")
  private @Nullable Duration lasting;

  @Option(
      names = "--seed",
      paramLabel = "<n>",
      description =
          "Makes the events of an earlier run with it once more: the same ids and bodies. Default:"
              + " a new one.")
  private @Nullable Long seed;

  @Option(
      names = "--duplicates",
      paramLabel = "<share>",
      defaultValue = "0",
      description = "Share of the events that are sent twice. Default: ${DEFAULT-VALUE}.")
  private double duplicates;

  @Option(
      names = "--out-of-order",
      paramLabel = "<share>",
      defaultValue = "0",
      description =
          "Share of the events that let up to five others pass. Default: ${DEFAULT-VALUE}.")
  private double outOfOrder;

  @Option(
      names = "--late",
      paramLabel = "<share>",
      defaultValue = "0",
      description = "Share of the events that are late. Default: ${DEFAULT-VALUE}.")
  private double late;

  @Option(
      names = "--late-by",
      paramLabel = "<time>",
      defaultValue = "5s",
      converter = DurationConverter.class,
      description = "How late they are. Default: ${DEFAULT-VALUE}.")
  private Duration lateBy = Duration.ZERO;

  @Option(
      names = "--retry",
      paramLabel = "<time>",
      split = ",",
      defaultValue = "2s,5s,15s,1m,5m",
      converter = DurationConverter.class,
      description =
          "Waits before the further attempts of an event, with commas between."
              + " Default: ${DEFAULT-VALUE}.")
  private List<Duration> retry = List.of();

  @Option(
      names = "--disable-after",
      paramLabel = "<n>",
      defaultValue = "50",
      description =
          "Disables a registration after so many failed attempts in a row; 0 for never. Default:"
              + " ${DEFAULT-VALUE}.")
  private int disableAfter;

  @Option(
      names = "--in-flight",
      paramLabel = "<n>",
      defaultValue = "8",
      description =
          "Deliveries to a registration at a time; 1 keeps their order. Default: ${DEFAULT-VALUE}.")
  private int inFlight;

  @Option(
      names = "--rotation-overlap",
      paramLabel = "<time>",
      defaultValue = "24h",
      converter = DurationConverter.class,
      description = "How long an old secret signs beside the new one. Default: ${DEFAULT-VALUE}.")
  private Duration rotationOverlap = Duration.ZERO;

  @Option(
      names = "--speed",
      paramLabel = "<factor>",
      defaultValue = "1",
      description =
          "Makes all waiting shorter, such as 60 for a minute in a second. Default:"
              + " ${DEFAULT-VALUE}.")
  private double speed;

  SimulateCommand(AppSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    if (count > 0 && rate == 0) {
      throw new ParameterException(
          spec.commandLine(), "--count is of the events that --rate sends: give a rate above 0");
    }
    PrintWriter out = spec.commandLine().getOut();
    AppSettings.Read read = settings.read();
    Path file =
        tokenFile == null
            ? Path.of(read.properties().dataDir(), "secrets", "simulator.token")
            : tokenFile;
    try (GammaSimulator gamma = simulator(token(file)).start()) {
      out.println("Gamma's API is at " + at(gamma) + ", the seed is " + gamma.seed() + ".");
      if (to == null) {
        howToRegister(out, gamma, file, read.localUrl());
      } else {
        gamma.register(to, List.of(), secret(read.properties().dataDir()));
      }
      out.flush();
      return run(gamma, out);
    } catch (IllegalArgumentException | UncheckedIOException e) {
      throw new ParameterException(spec.commandLine(), message(e), e);
    }
  }

  /** Where it really listens; a warning where others than this machine may reach it. */
  private String at(GammaSimulator gamma) {
    if (bind == null || bind.isLoopbackAddress()) {
      return gamma.apiUrl().toString();
    }
    PrintWriter err = spec.commandLine().getErr();
    err.println(
        "warning: --bind is "
            + bind.getHostAddress()
            + ": everyone who reaches it and has the token can make this machine send requests to"
            + " any address");
    err.flush();
    return bind.isAnyLocalAddress()
        ? "port "
            + gamma.apiUrl().getPort()
            + " of all addresses of this machine ("
            + bind.getHostAddress()
            + "), from here "
            + gamma.apiUrl()
        : gamma.apiUrl().toString();
  }

  private static String message(Exception fault) {
    return fault.getMessage() == null ? fault.getClass().getSimpleName() : fault.getMessage();
  }

  private GammaSimulator simulator(SecretText token) {
    GammaSimulator.Builder builder =
        GammaSimulator.builder(clock)
            .port(port)
            .token(token)
            .scheme(scheme)
            .families(families())
            .rate(rate)
            .total(count)
            .seed(seed == null ? new SecureRandom().nextInt(1_000_000) : seed)
            .duplicates(duplicates)
            .outOfOrder(outOfOrder)
            .late(late, lateBy)
            .retrySchedule(retry.toArray(Duration[]::new))
            .disableAfter(disableAfter)
            .inFlight(inFlight)
            .rotationOverlap(rotationOverlap)
            .speed(speed);
    return (bind == null ? builder : builder.address(bind)).build();
  }

  private Set<Family> families() {
    Set<Family> chosen = EnumSet.noneOf(Family.class);
    for (String name : families) {
      try {
        chosen.add(Family.valueOf(name.strip().toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "--families names '" + name + "'; there are " + List.of(Family.values()), e);
      }
    }
    return chosen.isEmpty() ? EnumSet.allOf(Family.class) : chosen;
  }

  private Integer run(GammaSimulator gamma, PrintWriter out) {
    long end = lasting == null ? Long.MAX_VALUE : System.nanoTime() + lasting.toNanos();
    Map<String, String> known = new HashMap<>();
    boolean bursting = burst > 0;
    String before = "";
    boolean ended = false;
    while (!ended && !Thread.currentThread().isInterrupted()) {
      long left = lasting == null ? Long.MAX_VALUE : end - System.nanoTime();
      Duration second = Duration.ofNanos(Math.max(0, Math.min(left, 1_000_000_000L)));
      if (bursting && gamma.awaitRegistration(second)) {
        gamma.burst(burst);
        bursting = false;
      }
      // With no end to the events it is never idle, and this waits for a second.
      boolean done = awaitEnd(gamma, second);
      changes(gamma, known, out);
      String line = line(gamma.totals());
      if (!line.equals(before)) {
        out.println(line);
        before = line;
      }
      out.flush();
      ended = done || lasting != null && end - System.nanoTime() <= 0;
    }
    Totals totals = gamma.totals();
    boolean complete = count == 0 || totals.waiting() == 0;
    return totals.givenUp() == 0 && complete ? 0 : FAILED;
  }

  /** Whether all that was ordered is done, within that time; the time passes otherwise. */
  private boolean awaitEnd(GammaSimulator gamma, Duration second) {
    if (count > 0) {
      return gamma.awaitIdle(second) && gamma.totals().events() >= count + burst;
    }
    gamma.awaitClosed(second);
    return false;
  }

  private void howToRegister(PrintWriter out, GammaSimulator gamma, Path file, String ours) {
    out.println(
        """
        Register an endpoint there; the server does it by itself with

        gamma.webhook:
          registrations:
            gamma:
              api: gamma
              api-url: %s
              credentials: file:%s
              public-url: %s/webhooks/gamma
        """
            .formatted(gamma.apiUrl(), file.toAbsolutePath(), ours));
    if (rate > 0) {
      out.println("Events are sent as soon as there is one.");
    }
  }

  /** Registrations that came, went, or changed their state. */
  private static void changes(GammaSimulator gamma, Map<String, String> known, PrintWriter out) {
    Map<String, String> now = new HashMap<>();
    for (SimulatedRegistration each : gamma.registrations()) {
      String state =
          each.enabled()
              ? "enabled"
              : each.disabledReason() == null ? "disabled" : "disabled: " + each.disabledReason();
      String line = each.url() + " " + each.events() + " is " + state;
      now.put(each.id(), line);
      if (!line.equals(known.get(each.id()))) {
        out.println("Registration " + each.id() + " " + line);
      }
    }
    for (String id : known.keySet()) {
      if (!now.containsKey(id)) {
        out.println("Registration " + id + " was deleted");
      }
    }
    known.clear();
    known.putAll(now);
  }

  private static String line(Totals totals) {
    return "events %d  sent %d  delivered %d  duplicates %d  failed %d  given up %d  waiting %d  to nobody %d"
        .formatted(
            totals.events(),
            totals.attempts(),
            totals.delivered(),
            totals.duplicates(),
            totals.failed(),
            totals.givenUp(),
            totals.waiting(),
            totals.unwanted());
  }

  /** What the file holds; a new one, which the owner alone may read, if there is none. */
  private static SecretText token(Path file) {
    try {
      if (!Files.exists(file)) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null && !Files.isDirectory(folder)) {
          Files.createDirectories(folder, OwnerOnly.folder(folder));
        }
        Files.createFile(file, OwnerOnly.file(file));
        Files.writeString(file, "gamma_" + SecretEncoding.UTF8.generate(new SecureRandom()) + "\n");
      }
      return SecretText.valueOf(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException("The token's file " + file + " cannot be used", e);
    }
  }

  private SecretText secret(String dataDir) {
    if (secretFile == null) {
      DevSecrets made = new DevSecrets(Path.of(dataDir), new SecureRandom());
      SourceName source = new SourceName(SendCommand.DEFAULT_SOURCE);
      return made.find(source)
          .orElseThrow(
              () ->
                  new IllegalArgumentException(
                      "There is no secret to sign with: start the server in dev mode first, which"
                          + " makes "
                          + made.file(source).toAbsolutePath()
                          + ", or name a file that holds it with --secret-file"));
    }
    try {
      return SecretText.valueOf(Files.readString(secretFile));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "--secret-file names " + secretFile + ", which cannot be read", e);
    }
  }

  /** Times such as {@code 500ms}, {@code 30s}, {@code 10m}, {@code 24h}. */
  static final class DurationConverter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      try {
        return DurationStyle.SIMPLE.parse(text.strip());
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("'" + text + "' is no time such as 30s or 10m");
      }
    }
  }
}
