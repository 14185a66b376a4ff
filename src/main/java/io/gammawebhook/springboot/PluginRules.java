package io.gammawebhook.springboot;

import io.gammawebhook.config.ConfigurationProblem;
import io.gammawebhook.config.DeliveryOptions;
import io.gammawebhook.config.HealthOptions;
import io.gammawebhook.config.RedactOptions;
import io.gammawebhook.config.StoreChoice;
import io.gammawebhook.config.StoreOptions;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What a readable configuration has to hold besides, all of it looked at before the start. */
final class PluginRules {

  private PluginRules() {}

  /**
   * Everything that breaks a rule.
   *
   * @param origins says where a property's value comes from
   */
  static List<ConfigurationProblem> broken(
      GammaWebhookProperties properties, UnaryOperator<String> origins) {
    DevSecrets devSecrets = new DevSecrets(Path.of(properties.dataDir()), new SecureRandom());
    StoreChoice store = new StoreChoice(store(properties), "node");
    List<Runnable> rules = new ArrayList<>();
    rules.add(() -> new ConfiguredSources(properties, devSecrets, origins).check());
    if (!properties.registrations().isEmpty()) {
      rules.add(
          () ->
              new ConfiguredRegistrations(
                      properties,
                      new ConfiguredSources(properties, devSecrets, origins),
                      new SecretTexts(null),
                      origins)
                  .settings());
    }
    rules.add(store::checkFolder);
    if (!properties.sources().isEmpty()) {
      rules.add(store::check);
    }
    rules.add(store::checkLease);
    rules.addAll(deliveries(properties).rules());
    rules.addAll(redact(properties).rules());
    rules.add(() -> secretRefresh(properties));
    rules.add(() -> checkHosts(properties.admin().hosts()));
    rules.addAll(health(properties).rules());
    rules.addAll(WebhookIngress.options(properties.http()).rules());
    return ConfigurationProblem.broken(rules);
  }

  static StoreOptions store(GammaWebhookProperties properties) {
    GammaWebhookProperties.Inbox inbox = properties.inbox();
    return new StoreOptions(
        properties.mode() == GammaWebhookProperties.Mode.PRODUCTION,
        properties.dataDir(),
        orNone(inbox.jdbcUrl()),
        inbox.username(),
        inbox.password() == null ? null : inbox.password().reveal(),
        orNone(inbox.dataSource()),
        inbox.lease(),
        inbox.node(),
        inbox.retention(),
        inbox.unsubscribedRetention(),
        inbox.dedupRetention(),
        inbox.untimedDedupRetention(),
        inbox.auditRetention(),
        inbox.quarantineRetention(),
        inbox.quarantineRequests(),
        inbox.quarantineSize().toBytes(),
        inbox.schema());
  }

  /** An option that is set to nothing, to take back what another file says, is not set. */
  private static @Nullable String orNone(@Nullable String option) {
    return option == null || option.isBlank() ? null : option;
  }

  static DeliveryOptions deliveries(GammaWebhookProperties properties) {
    GammaWebhookProperties.Retry retry = properties.retry();
    return new DeliveryOptions(
        retry::schedule,
        retry.jitter(),
        retry.maxRetryAfter(),
        properties.dispatch().pollInterval(),
        properties.dispatch().attemptTimeout());
  }

  static RedactOptions redact(GammaWebhookProperties properties) {
    GammaWebhookProperties.Redact redact = properties.redact();
    return new RedactOptions(
        redact.defaults(),
        redact.headers(),
        redact.jsonPaths(),
        redact.patterns(),
        redact.emails());
  }

  static Duration secretRefresh(GammaWebhookProperties properties) {
    Duration refresh = properties.secrets().refresh();
    ConfigurationProblem.must(
        refresh.toMillis() >= 1000 && refresh.compareTo(Duration.ofDays(1)) <= 0,
        "gamma.webhook.secrets.refresh",
        "must be between 1s and 1d, was " + refresh.toMillis() + "ms");
    return refresh;
  }

  private static void checkHosts(List<String> names) {
    ConfigurationProblem.must(
        names.stream().allMatch(ActuatorHosts::isName),
        "gamma.webhook.admin.hosts",
        "must be names without scheme and port, such as ops.example.com, was "
            + String.join(",", names));
  }

  static HealthOptions health(GammaWebhookProperties properties) {
    GammaWebhookProperties.Health health = properties.health();
    return new HealthOptions(
        health.oldestWaiting(),
        health.deadLettersWindow(),
        health.clockSkew(),
        health.shedding(),
        properties.secrets().expiryWarning());
  }
}
