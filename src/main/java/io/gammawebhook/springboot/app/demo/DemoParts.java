package io.gammawebhook.springboot.app.demo;

import io.gammawebhook.config.ConfigurationProblem;
import io.gammawebhook.config.InvalidConfigurationException;
import io.gammawebhook.simulator.GammaSimulator;
import io.gammawebhook.springboot.OwnerOnly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.boot.DefaultPropertiesPropertySource;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.EnvironmentPostProcessorApplicationListener;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ApplicationListener;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.core.env.PropertySource;

/**
 * What the demo has beside the product, made before the product starts, which has to know their
 * addresses: the simulated Gamma and the HTTP destination. Without the profile {@code demo} it does
 * nothing.
 */
public final class DemoParts
    implements ApplicationListener<ApplicationEnvironmentPreparedEvent>,
        ApplicationContextInitializer<GenericApplicationContext>,
        Ordered {

  /** The profile's name. */
  public static final String PROFILE = "demo";

  /** The log, in the data folder: the console is for the story. */
  static final String LOG = "demo.log";

  /** The registration that the demo makes. */
  static final String REGISTRATION = "gamma.webhook.registrations.gamma";

  private static final String SOURCE = "gamma.webhook.sources.gamma";
  private static final String SCHEME = "standard-webhooks";

  /** The demo would write into what these name. */
  private static final List<String> OTHERS =
      List.of(
          "gamma.http.url",
          "gamma.mail.host",
          "spring.datasource.url",
          "gamma.webhook.inbox.jdbc-url",
          "gamma.webhook.inbox.data-source");

  /** Whether the demo is wanted. */
  public static boolean isWanted(Environment environment) {
    return environment.acceptsProfiles(Profiles.of(PROFILE));
  }

  /** After the product's defaults, and before the logging is set up. */
  @Override
  public int getOrder() {
    return EnvironmentPostProcessorApplicationListener.DEFAULT_ORDER + 2;
  }

  @Override
  public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
    ConfigurableEnvironment environment = event.getEnvironment();
    if (!isWanted(environment)) {
      return;
    }
    Path folder = Path.of(environment.getProperty("gamma.webhook.data-dir", "data"));
    try {
      Files.createDirectories(folder, OwnerOnly.folder(folder));
      defaults(environment, Map.of("logging.file.name", folder.resolve(LOG).toString()));
    } catch (IOException e) {
      // Said in all clearness by those who need the folder more; the log goes to the console.
      return;
    }
  }

  @Override
  public void initialize(GenericApplicationContext context) {
    ConfigurableEnvironment environment = context.getEnvironment();
    if (!isWanted(environment)) {
      return;
    }
    check(environment);
    Destination destination = destination();
    context.registerBean(Destination.class, () -> destination);
    GammaSimulator gamma =
        GammaSimulator.builder(InstantSource.system())
            .retrySchedule(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4))
            .build();
    Daemons.within("demo-gamma-start", gamma::start);
    context.registerBean(GammaSimulator.class, () -> gamma);
    Map<String, Object> found = new LinkedHashMap<>();
    found.put("gamma.http.url", destination.url().toString());
    found.put(REGISTRATION + ".api", "gamma");
    found.put(REGISTRATION + ".api-url", gamma.apiUrl().toString());
    found.put(REGISTRATION + ".credentials", gamma.token().reveal());
    found.put(REGISTRATION + ".secret", "managed");
    found.put(
        REGISTRATION + ".public-url",
        "http://127.0.0.1:"
            + environment.getProperty("server.port", "8080")
            + environment.getProperty("server.servlet.context-path", "")
            + environment.getProperty(SOURCE + ".path"));
    defaults(environment, found);
  }

  private static void check(ConfigurableEnvironment environment) {
    List<ConfigurationProblem> problems = new ArrayList<>();
    PropertySource<?> own =
        environment.getPropertySources().get(DefaultPropertiesPropertySource.NAME);
    for (String name : OTHERS) {
      Object byDefault = own == null ? null : own.getProperty(name);
      String here =
          byDefault == null ? null : environment.resolvePlaceholders(byDefault.toString());
      String given = environment.getProperty(name);
      if (given != null && !given.isBlank() && !Objects.equals(given, here)) {
        problems.add(
            new ConfigurationProblem(
                name,
                "is set, and the profile " + PROFILE + " would send made-up events there",
                "Start the demo where this is not set: it brings its own. Or leave the profile out."));
      }
    }
    if (Binder.get(environment)
        .bind("gamma.webhook.registrations", Bindable.mapOf(String.class, Object.class))
        .isBound()) {
      problems.add(
          new ConfigurationProblem(
              "gamma.webhook.registrations",
              "is set, and the profile " + PROFILE + " would register itself there",
              "Start the demo where it is not set: it brings its own. Or leave the profile out."));
    }
    if (!SCHEME.equals(environment.getProperty(SOURCE + ".scheme"))) {
      problems.add(
          new ConfigurationProblem(
              SOURCE,
              "is not there, or of another scheme than "
                  + SCHEME
                  + ", which the simulated Gamma signs by",
              "Start the demo where no sources are configured, or leave the profile out."));
    }
    if ("0".equals(environment.getProperty("server.port"))) {
      problems.add(
          new ConfigurationProblem(
              "server.port",
              "is 0, any port that is free, but the demo registers its address before it is open",
              "Name a port, such as --server.port=8081."));
    }
    if (!problems.isEmpty()) {
      throw new InvalidConfigurationException(problems);
    }
  }

  private static Destination destination() {
    try {
      return new Destination();
    } catch (IOException e) {
      throw new UncheckedIOException("The demo gets no port on the loopback address", e);
    }
  }

  private static void defaults(ConfigurableEnvironment environment, Map<String, Object> more) {
    DefaultPropertiesPropertySource.addOrMerge(more, environment.getPropertySources());
  }
}
