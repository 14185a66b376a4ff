package io.gammawebhook.springboot.app;

import io.gammawebhook.springboot.GammaWebhookProperties;
import io.gammawebhook.springboot.LocalUrl;
import io.gammawebhook.springboot.PropertyOrigins;
import io.gammawebhook.springboot.StartCheck;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;

/** The server's configuration, read without starting the server. */
final class AppSettings {

  private final List<String> arguments;

  /**
   * @param arguments properties of the command line, as {@code --name=value}
   */
  AppSettings(List<String> arguments) {
    this.arguments = List.copyOf(arguments);
  }

  /**
   * What was read.
   *
   * @param origins says where a property's value comes from
   */
  record Read(GammaWebhookProperties properties, String localUrl, PropertyOrigins origins) {}

  /** An application needs a source; only its environment is wanted here. */
  static final class NoBeans {}

  /**
   * @throws io.gammawebhook.config.InvalidConfigurationException if a name under {@code
   *     gamma.webhook} is no property, or a value cannot be read
   */
  Read read() {
    ConfigurableEnvironment environment = environment();
    return new Read(
        StartCheck.readable(environment),
        LocalUrl.of(environment),
        new PropertyOrigins(environment));
  }

  /**
   * The server's environment.
   *
   * @param more further properties, which go before all others
   */
  ConfigurableEnvironment environment(String... more) {
    SpringApplication application = new SpringApplication(NoBeans.class);
    AppDefaults.addTo(application);
    application.setWebApplicationType(WebApplicationType.NONE);
    application.setBannerMode(Banner.Mode.OFF);
    application.setLogStartupInfo(false);
    application.setRegisterShutdownHook(false);
    try (ConfigurableApplicationContext context =
        application.run(
            Stream.concat(arguments.stream(), Stream.of(more)).toArray(String[]::new))) {
      return context.getEnvironment();
    }
  }
}
