package io.gammawebhook.springboot;

import io.gammawebhook.admin.health.InboxHealth;
import io.gammawebhook.audit.Redaction;
import io.gammawebhook.camel.WebhookClock;
import io.gammawebhook.camel.WebhookIdempotentRepository;
import io.gammawebhook.camel.WebhookRuntime;
import io.gammawebhook.config.StoreChoice;
import io.gammawebhook.inbox.Inbox;
import io.gammawebhook.inbox.InboxSettings;
import io.gammawebhook.inbox.StoreException;
import io.gammawebhook.measure.Measure;
import io.gammawebhook.receive.SourceDefinition;
import io.gammawebhook.store.JdbcInbox;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.spring.boot.CamelAutoConfiguration;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/**
 * Lets a Camel application on Spring Boot receive webhooks, by its configuration alone. It brings
 * no bean that changes the application: no {@code DataSource}, transaction manager, executor,
 * migration or JSON mapper; and nothing is opened, neither a path nor a store, unless a source is
 * configured or a route asks for one.
 */
@AutoConfiguration(after = CamelAutoConfiguration.class)
@ConditionalOnBean(CamelContext.class)
@ConditionalOnBooleanProperty(name = "gamma.webhook.enabled", matchIfMissing = true)
@EnableConfigurationProperties(GammaWebhookProperties.class)
@Import({
  IngressConfiguration.class,
  RegistrationConfiguration.class,
  MissingHttpServer.class,
  HttpClientConfiguration.class,
  ActuatorConfiguration.class,
  HealthConfiguration.class,
  MetricsConfiguration.class,
  TomcatConfiguration.class
})
public class GammaWebhookAutoConfiguration {

  /** Static, since it comes before all other beans. */
  @Bean
  static StartCheck gammaWebhookStartCheck(Environment environment) {
    return new StartCheck(environment);
  }

  @Bean
  static ConfigurationSection gammaWebhookSection() {
    return section();
  }

  /** The plug-in's part of the configuration. */
  public static ConfigurationSection section() {
    return new ConfigurationSection(GammaWebhookProperties.PREFIX, GammaWebhookProperties.class);
  }

  @Bean
  WebhookSources webhookSources(GammaWebhookProperties properties, Environment environment) {
    return new WebhookSources(
        new ConfiguredSources(
                properties,
                new DevSecrets(Path.of(properties.dataDir()), new SecureRandom()),
                new PropertyOrigins(environment))
            .definitions());
  }

  /** Where a source's own scheme reads a signature or a secret is redacted too. */
  @Bean
  Redaction webhookRedaction(GammaWebhookProperties properties, WebhookSources sources) {
    Redaction redaction = PluginRules.redact(properties).redaction();
    return properties.redact().defaults()
        ? redaction.plus(SignatureRedaction.of(sources.definitions()))
        : redaction;
  }

  @Bean
  WebhookRuntime webhookRuntime(
      GammaWebhookProperties properties,
      WebhookSources sources,
      Redaction redaction,
      BeanFactory beans,
      ObjectProvider<Measure> measures,
      ObjectProvider<WebhookClock> clocks) {
    InstantSource clock = clock(clocks);
    Measure measure = measures.getIfAvailable(() -> Measure.NONE);
    SecureRandom random = new SecureRandom();
    // <pid>@<host>, which tells the nodes of a cluster apart.
    StoreChoice store =
        new StoreChoice(
            PluginRules.store(properties), ManagementFactory.getRuntimeMXBean().getName());
    return new WebhookRuntime(
        () -> open(store, store.settings(name -> dataSource(beans, name)), clock, random, measure),
        sources.definitions().stream().map(SourceDefinition::name).collect(Collectors.toSet()),
        PluginRules.deliveries(properties).retryPolicy(),
        PluginRules.deliveries(properties).checkedPollInterval(),
        PluginRules.deliveries(properties).checkedAttemptTimeout(),
        random,
        redaction,
        measure);
  }

  /** What every face of the health shows; also without Actuator, for Camel's dev console. */
  @Bean
  InboxHealth webhookInboxHealth(
      GammaWebhookProperties properties,
      WebhookRuntime runtime,
      ObjectProvider<InboxHealth.Ingress> ingress,
      ObjectProvider<WebhookClock> clocks,
      WebhookRegistrations registrations) {
    return new InboxHealth(
        runtime,
        ingress.getIfAvailable(),
        registrations::registrations,
        PluginRules.health(properties),
        clock(clocks));
  }

  /** The machine's, unless a test brings one that it moves. */
  static InstantSource clock(ObjectProvider<WebhookClock> clocks) {
    return clocks.getIfAvailable(() -> WebhookClock.SYSTEM).time();
  }

  private static @Nullable DataSource dataSource(BeanFactory beans, String name) {
    return beans.containsBean(name) ? beans.getBean(name, DataSource.class) : null;
  }

  private static Inbox open(
      StoreChoice store,
      InboxSettings settings,
      InstantSource clock,
      RandomGenerator random,
      Measure measure) {
    store.warnIfNew(UnaryOperator.identity());
    try {
      return JdbcInbox.open(settings, clock, random, measure);
    } catch (IllegalStateException | StoreException e) {
      throw store.unusable(e);
    }
  }

  /** No default candidate: a host's own repository stays the one that is injected by type. */
  @Bean(name = WebhookIdempotentRepository.BEAN, defaultCandidate = false)
  WebhookIdempotentRepository webhookIdempotentRepository(WebhookRuntime runtime) {
    return WebhookIdempotentRepository.withDefaults(runtime);
  }

  /** The runtime stops with Camel, after the routes: what they have in hand is finished first. */
  @Bean
  CamelContextConfiguration webhookRuntimeWithCamel(WebhookRuntime runtime) {
    return new CamelContextConfiguration() {
      @Override
      public void beforeApplicationStart(CamelContext camel) {
        try {
          camel.addService(runtime, true, true);
          camel.addStartupListener(runtime);
        } catch (Exception e) {
          throw new IllegalStateException("The webhook runtime cannot be started", e);
        }
      }

      @Override
      public void afterApplicationStart(CamelContext camel) {
        // Nothing is left to do.
      }
    };
  }

  /** The configured sources; of this name because a {@code List} would be collected from beans. */
  record WebhookSources(List<SourceDefinition> definitions) {}
}
