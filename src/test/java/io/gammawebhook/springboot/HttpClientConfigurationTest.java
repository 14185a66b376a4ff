package io.gammawebhook.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.camel.BoundedHttpClient;
import org.apache.camel.CamelContext;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** The bean that the route to-http names, in a host with camel-http and in one without. */
class HttpClientConfigurationTest {

  private final ApplicationContextRunner host =
      new ApplicationContextRunner()
          .withBean(CamelContext.class, DefaultCamelContext::new)
          .withUserConfiguration(HttpClientConfiguration.class);

  @Test
  void whereCamelHttpIsTheClientIsThere() {
    host.run(
        context ->
            assertThat(context.getBean(BoundedHttpClient.BEAN))
                .isInstanceOf(BoundedHttpClient.class));
  }

  @Test
  void aHostWithoutCamelHttpStartsWithoutIt() {
    host.withClassLoader(new FilteredClassLoader(HttpClientConfigurer.class))
        .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(BoundedHttpClient.BEAN));
  }
}
