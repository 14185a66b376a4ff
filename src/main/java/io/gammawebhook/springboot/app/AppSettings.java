package io.gammawebhook.springboot.app;

import io.gammawebhook.springboot.GammaWebhookProperties;
import java.util.List;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.properties.bind.Binder;
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

  /** What was read. */
  record Read(GammaWebhookProperties properties, String localUrl) {}

  /** An application needs a source; only its environment is wanted here. */
  static final class NoBeans {}

  Read read() {
    SpringApplication application = new SpringApplication(NoBeans.class);
    AppDefaults.addTo(application);
    application.setWebApplicationType(WebApplicationType.NONE);
    application.setBannerMode(Banner.Mode.OFF);
    application.setLogStartupInfo(false);
    application.setRegisterShutdownHook(false);
    try (ConfigurableApplicationContext context =
        application.run(arguments.toArray(String[]::new))) {
      ConfigurableEnvironment environment = context.getEnvironment();
      return new Read(
          Binder.get(environment)
              .bindOrCreate(GammaWebhookProperties.PREFIX, GammaWebhookProperties.class),
          LocalUrl.of(environment));
    }
  }
}
