package io.gammawebhook.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

/** A web application with Camel, but without camel-platform-http-starter. */
class MissingHttpServerTest {

  private static final String SECRET =
      "gamma.webhook.sources.shop.secrets=whsec_YSBzZWNyZXQgb2YgdGhlIHRlc3QsIDMyIGJ5dGVzISE=";

  private final WebApplicationContextRunner host =
      new WebApplicationContextRunner()
          .withClassLoader(
              new FilteredClassLoader("org.apache.camel.component.platform.http.springboot"))
          .withBean(CamelContext.class, DefaultCamelContext::new)
          .withConfiguration(AutoConfigurations.of(GammaWebhookAutoConfiguration.class))
          .withPropertyValues("gamma.webhook.mode=dev");

  @Test
  void aConfiguredSourceFailsTheStartAndNamesTheDependency() {
    host.withPropertyValues(SECRET)
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .hasMessageContaining("gamma.webhook.sources are configured")
                    .hasMessageContaining("camel-platform-http-starter"));
  }

  @Test
  void aNodeThatOnlyDeliversStarts() {
    host.run(context -> assertThat(context).hasNotFailed().hasSingleBean(CamelContext.class));
    host.withPropertyValues(SECRET, "gamma.webhook.ingress.enabled=false")
        .run(context -> assertThat(context).hasNotFailed());
  }
}
