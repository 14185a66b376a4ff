package io.gammawebhook.springboot.app.demo;

import io.gammawebhook.admin.WebhookService;
import io.gammawebhook.camel.Receivers;
import io.gammawebhook.camel.WebhookRuntime;
import io.gammawebhook.config.ConfigurationProblem;
import io.gammawebhook.config.InvalidConfigurationException;
import io.gammawebhook.receive.SourceDefinition;
import io.gammawebhook.simulator.GammaSimulator;
import io.gammawebhook.springboot.ConfigurationSection;
import io.gammawebhook.springboot.GammaWebhookProperties;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Profile;
import org.springframework.core.env.Environment;

/** The demo's beans, which the profile {@code demo} of the runnable application brings. */
@Configuration(proxyBeanMethods = false)
@Profile(DemoParts.PROFILE)
@EnableConfigurationProperties(DemoProperties.class)
public class DemoConfiguration {

  @Bean
  static ConfigurationSection demoSection() {
    return new ConfigurationSection("gamma.demo", DemoProperties.class);
  }

  @Bean
  DemoRun demoRun(
      Destination destination,
      GammaSimulator gamma,
      WebhookRuntime runtime,
      ObjectProvider<Receivers> receivers,
      ObjectProvider<WebhookService> service,
      DataSource database,
      GammaWebhookProperties properties,
      DemoProperties demo,
      @Qualifier("pastedCommand") UnaryOperator<String> command,
      Environment environment) {
    if (service.getIfAvailable() == null) {
      throw new InvalidConfigurationException(
          List.of(
              new ConfigurationProblem(
                  "management.endpoints.web.exposure.include",
                  "has no webhooks, which the demo's operator and its printed commands ask",
                  "Leave it away, or add webhooks.")));
    }
    if (!(demo.speed() >= 0.1 && demo.speed() <= 10)) {
      throw new InvalidConfigurationException(
          List.of(
              new ConfigurationProblem(
                  "gamma.demo.speed",
                  "must be between 0.1 and 10, was " + demo.speed(),
                  "Choose a value within that range.")));
    }
    Path dataDir = Path.of(properties.dataDir());
    return new DemoRun(
        destination,
        gamma,
        () -> {
          InstantSource clock = InstantSource.system();
          SourceDefinition source = source(receivers);
          return new Demo(
              new Demo.Scene(
                  gamma,
                  destination,
                  service.getObject(),
                  new Tally(
                      runtime::inbox,
                      database,
                      Path.of(
                          environment.getProperty(
                              "gamma.mail.folder", dataDir.resolve("mail").toString())),
                      destination,
                      gamma,
                      clock.instant()),
                  URI.create(
                      environment.getRequiredProperty(DemoParts.REGISTRATION + ".public-url")),
                  source.scheme(),
                  properties.dataDir(),
                  command),
              new Story(new PrintWriter(System.out, true, Charset.defaultCharset()), clock),
              demo,
              new SecureRandom(),
              System::exit);
        });
  }

  private static SourceDefinition source(ObjectProvider<Receivers> receivers) {
    return receivers.getObject().all().stream()
        .map(receiver -> receiver.definition())
        .filter(definition -> definition.name().equals(Tally.SOURCE))
        .findFirst()
        .orElseThrow();
  }
}
