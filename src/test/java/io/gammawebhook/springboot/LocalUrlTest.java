package io.gammawebhook.springboot;

import static org.assertj.core.api.Assertions.assertThat;

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
}
