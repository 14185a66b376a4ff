package io.gammawebhook.springboot.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.core.env.ConfigurableEnvironment;

/** What the product's own configuration is, and what goes before what. */
class AppDefaultsTest {

  @Test
  void theProfileDemoGoesBeforeTheDefaultsAndTheUserBeforeBoth() {
    ConfigurableEnvironment demo =
        environment("--spring.profiles.active=demo", "--gamma.webhook.data-dir=elsewhere");

    assertThat(demo.getProperty("gamma.webhook.mode")).isEqualTo("dev");
    assertThat(demo.getProperty("gamma.webhook.retry.schedule")).startsWith("1s,2s");
    assertThat(demo.getProperty("server.address")).isEqualTo("127.0.0.1");
    assertThat(demo.getProperty("gamma.webhook.data-dir")).isEqualTo("elsewhere");
    assertThat(demo.getProperty("spring.datasource.url"))
        .startsWith("jdbc:sqlite:elsewhere/destination.db");
  }

  @Test
  void withoutItNothingOfTheDemoIsThere() {
    ConfigurableEnvironment plain = environment("--spring.profiles.active=demonstration");

    assertThat(plain.getProperty("gamma.webhook.mode")).isNull();
    assertThat(plain.getProperty("gamma.webhook.retry.schedule")).isNull();
    assertThat(plain.getProperty("server.address")).isNull();
    assertThat(plain.getProperty("camel.main.name")).isEqualTo("gamma-webhook");
  }

  private static ConfigurableEnvironment environment(String... arguments) {
    return new AppSettings(List.of(arguments)).environment();
  }
}
