package io.gammawebhook.springboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.env.MockEnvironment;

/** The address that the log names is one that can be called. */
class LocalUrlTest {

  @ParameterizedTest
  @ValueSource(strings = {"bundle", "key-store", "certificate"})
  void itIsHttpsWhereverSpringBootTakesTls(String option) {
    MockEnvironment environment = new MockEnvironment();
    environment.setProperty("server.ssl." + option, "x");
    environment.setProperty("server.port", "8443");
    assertThat(LocalUrl.of(environment)).isEqualTo("https://localhost:8443");
    environment.setProperty("server.ssl.enabled", "false");
    assertThat(LocalUrl.of(environment)).isEqualTo("http://localhost:8443");
  }

  @Test
  void itIsHttpWithoutThem() {
    assertThat(LocalUrl.of(new MockEnvironment())).isEqualTo("http://localhost:8080");
  }

  @Test
  void anEndpointIsOnTheServersPortOrOneOfItsOwn() {
    MockEnvironment environment = new MockEnvironment();
    assertThat(LocalUrl.ofEndpoint(environment, "webhooks"))
        .isEqualTo("http://localhost:8080/actuator/webhooks");

    environment.setProperty("server.servlet.context-path", "/shop");
    environment.setProperty("server.ssl.bundle", "x");
    environment.setProperty("server.address", "::1");
    environment.setProperty("management.endpoints.web.base-path", "/");
    assertThat(LocalUrl.ofEndpoint(environment, "webhooks"))
        .isEqualTo("https://[::1]:8080/shop/webhooks");

    environment.setProperty("management.server.port", "8081");
    environment.setProperty("management.server.address", "0.0.0.0");
    environment.setProperty("management.server.base-path", "/ops/");
    environment.setProperty("management.endpoints.web.base-path", "/actuator");
    environment.setProperty("management.endpoints.web.path-mapping.webhooks", "hooks");
    assertThat(LocalUrl.ofEndpoint(environment, "webhooks"))
        .isEqualTo("http://localhost:8081/ops/actuator/hooks");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1"})
  void anEndpointWithoutAPortOfItsOwnHasNoAddress(String port) {
    MockEnvironment environment = new MockEnvironment();
    environment.setProperty("management.server.port", port);
    assertThatThrownBy(() -> LocalUrl.ofEndpoint(environment, "webhooks"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("management.server.port is " + port);
  }
}
