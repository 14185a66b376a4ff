package io.gammawebhook.springboot.app.demo;

import static io.gammawebhook.springboot.app.demo.DemoParts.REGISTRATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gammawebhook.config.InvalidConfigurationException;
import io.gammawebhook.simulator.GammaSimulator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.DefaultPropertiesPropertySource;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** When the demo makes its parts, and when it does not. */
class DemoPartsTest {

  private static final String SOURCE = "gamma.webhook.sources.gamma";

  private final AnnotationConfigApplicationContext context =
      new AnnotationConfigApplicationContext();

  @BeforeEach
  void theSourceThatTheProductStartsWith() {
    property("source", SOURCE + ".path", "/webhooks/gamma");
    property("scheme", SOURCE + ".scheme", "standard-webhooks");
  }

  @Test
  void withoutTheProfileThereIsNothingOfIt() {
    new DemoParts().initialize(context);

    assertThat(context.getBeanDefinitionNames()).noneMatch(name -> name.contains("demo"));
    assertThat(context.getEnvironment().containsProperty("gamma.http.url")).isFalse();
  }

  @Test
  void itsPartsHaveAddressesOfThisMachineOnlyAndKeepNoFailedStartAlive() {
    context.getEnvironment().setActiveProfiles("demo");
    Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());

    new DemoParts().initialize(context);
    context.refresh();
    context.getBean(Destination.class).start();

    assertThat(context.getEnvironment().getProperty("gamma.http.url"))
        .matches("http://127\\.0\\.0\\.1:\\d+/orders");
    assertThat(context.getBean(GammaSimulator.class).apiUrl().toString())
        .matches("http://127\\.0\\.0\\.1:\\d+/v1")
        .isEqualTo(context.getEnvironment().getProperty(REGISTRATION + ".api-url"));
    assertThat(context.getEnvironment().getProperty(REGISTRATION + ".public-url"))
        .isEqualTo("http://127.0.0.1:8080/webhooks/gamma");
    Set<Thread> begun = new HashSet<>(Thread.getAllStackTraces().keySet());
    begun.removeAll(before);
    assertThat(begun).isNotEmpty().allMatch(Thread::isDaemon);
    context.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gamma.http.url",
        "gamma.mail.host",
        "spring.datasource.url",
        "gamma.webhook.inbox.jdbc-url",
        "gamma.webhook.inbox.data-source",
        "gamma.webhook.registrations.shop.api-url"
      })
  void itSendsNothingIntoSystemsOfTheUser(String property) {
    context.getEnvironment().setActiveProfiles("demo");
    property("given", property, "theirs");
    property(DefaultPropertiesPropertySource.NAME, "spring.datasource.url", "ours");

    assertThatThrownBy(() -> new DemoParts().initialize(context))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining(property.replace(".shop.api-url", ""));
  }

  @Test
  void aSourceThatIsSignedOtherwiseIsRefused() {
    context.getEnvironment().setActiveProfiles("demo");
    context
        .getEnvironment()
        .getPropertySources()
        .addFirst(new MapPropertySource("given", Map.of(SOURCE + ".scheme", "github")));

    assertThatThrownBy(() -> new DemoParts().initialize(context))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining(SOURCE);
  }

  @Test
  void aPortThatNobodyKnowsBeforeItIsOpenIsRefused() {
    context.getEnvironment().setActiveProfiles("demo");
    property("given", "server.port", "0");

    assertThatThrownBy(() -> new DemoParts().initialize(context))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("server.port");
  }

  private void property(String source, String name, String value) {
    context
        .getEnvironment()
        .getPropertySources()
        .addLast(new MapPropertySource(source, new HashMap<>(Map.of(name, value))));
  }
}
