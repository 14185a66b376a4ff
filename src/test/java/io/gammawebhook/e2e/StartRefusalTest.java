package io.gammawebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.builder.RouteBuilder;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Routes that would lose or share events do not start, and the message says what to do. */
@Timeout(120)
class StartRefusalTest {

  @TempDir private Path folder;

  @Configuration(proxyBeanMethods = false)
  static class Shared {
    @Bean
    RouteBuilder routes() {
      return new RouteBuilder() {
        @Override
        public void configure() {
          from("webhook-inbox:gamma?subscription=both").routeId("first").to("log:first");
          from("webhook-inbox:gamma?subscription=both&types=a").routeId("second").to("log:second");
        }
      };
    }
  }

  @Test
  void twoRoutesWithOneSubscriptionRefuseTheStart() {
    assertThat(refusal(Shared.class))
        .contains("'first'", "'second'", "'both'", "Give one of them another subscription");
  }

  @Configuration(proxyBeanMethods = false)
  static class Unknown {
    @Bean
    RouteBuilder routes() {
      return new RouteBuilder() {
        @Override
        public void configure() {
          from("webhook-inbox:gama").routeId("misspelt").to("log:misspelt");
        }
      };
    }
  }

  @Test
  void aSourceThatIsNotConfiguredRefusesTheStart() {
    assertThat(refusal(Unknown.class))
        .contains("webhook-inbox:gama", "[gamma]", "add gamma.webhook.sources.gama");
  }

  @Configuration(proxyBeanMethods = false)
  static class Generated {
    @Bean
    RouteBuilder routes() {
      return new RouteBuilder() {
        @Override
        public void configure() {
          from("webhook-inbox:gamma").to("log:nameless");
        }
      };
    }
  }

  @Test
  void aGeneratedRouteIdWithoutASubscriptionRefusesTheStart() {
    assertThat(refusal(Generated.class))
        .contains("lasting name", "Give the route an id, or the endpoint a subscription");
  }

  private String refusal(Class<?> routes) {
    Throwable refused =
        catchThrowable(
            () -> App.host(folder, Map.of("spring.main.web-application-type", "none"), routes));
    assertThat(refused).isNotNull();
    return Throwables.getStackTrace(refused);
  }
}
