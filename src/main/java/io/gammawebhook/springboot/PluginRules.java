package io.gammawebhook.springboot;

import io.gammawebhook.config.ConfigurationProblem;
import io.gammawebhook.config.InvalidConfigurationException;
import io.gammawebhook.config.StoreChoice;
import io.gammawebhook.config.StoreOptions;
import io.gammawebhook.dispatch.RetryPolicy;
import io.gammawebhook.dispatch.WorkerSettings;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

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
    rules.add(store::checkFolder);
    if (!properties.sources().isEmpty()) {
      rules.add(store::check);
    }
    rules.add(store::checkLease);
    rules.add(() -> retryPolicy(properties));
    rules.add(() -> pollInterval(properties));
    rules.add(() -> attemptTimeout(properties));
    rules.add(() -> secretRefresh(properties));
    rules.add(() -> expiryWarning(properties));
    rules.addAll(WebhookIngress.options(properties.http()).rules());
    List<ConfigurationProblem> problems = new ArrayList<>();
    for (Runnable rule : rules) {
      try {
        rule.run();
      } catch (InvalidConfigurationException e) {
        problems.addAll(e.problems());
      }
    }
    return problems;
  }

  static StoreOptions store(GammaWebhookProperties properties) {
    GammaWebhookProperties.Inbox inbox = properties.inbox();
    return new StoreOptions(
        properties.mode() == GammaWebhookProperties.Mode.PRODUCTION,
        properties.dataDir(),
        inbox.jdbcUrl(),
        inbox.username(),
        inbox.password() == null ? null : inbox.password().reveal(),
        inbox.dataSource(),
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

  static RetryPolicy retryPolicy(GammaWebhookProperties properties) {
    GammaWebhookProperties.Retry retry = properties.retry();
    must(
        retry.jitter() >= 0 && retry.jitter() <= 1,
        "retry.jitter",
        "must be between 0 and 1, was " + retry.jitter());
    return ConfigurationProblem.checked(
        "gamma.webhook.retry.schedule",
        () -> new RetryPolicy(retry.schedule(), retry.jitter(), retry.maxRetryAfter()));
  }

  static Duration pollInterval(GammaWebhookProperties properties) {
    Duration pollInterval = properties.dispatch().pollInterval();
    must(
        pollInterval.toMillis() >= 10,
        "dispatch.poll-interval",
        "must be at least 10ms, was " + pollInterval.toMillis() + "ms");
    return pollInterval;
  }

  static Duration attemptTimeout(GammaWebhookProperties properties) {
    Duration attemptTimeout = properties.dispatch().attemptTimeout();
    must(
        WorkerSettings.isAttemptTimeout(attemptTimeout),
        "dispatch.attempt-timeout",
        "must be between 1s and 1d, was " + attemptTimeout.toMillis() + "ms");
    return attemptTimeout;
  }

  static Duration secretRefresh(GammaWebhookProperties properties) {
    Duration refresh = properties.secrets().refresh();
    must(
        refresh.toMillis() >= 1000 && refresh.compareTo(Duration.ofDays(1)) <= 0,
        "secrets.refresh",
        "must be between 1s and 1d, was " + refresh.toMillis() + "ms");
    return refresh;
  }

  static Duration expiryWarning(GammaWebhookProperties properties) {
    Duration warning = properties.secrets().expiryWarning();
    must(
        !warning.isNegative() && warning.compareTo(Duration.ofDays(3650)) <= 0,
        "secrets.expiry-warning",
        "must be between 0s and 3650d, was " + warning.toMillis() + "ms");
    return warning;
  }

  private static void must(boolean holds, String option, String rule) {
    if (!holds) {
      throw new InvalidConfigurationException(
          List.of(
              new ConfigurationProblem(
                  GammaWebhookProperties.PREFIX + "." + option,
                  rule,
                  "Choose a value within that range.")));
    }
  }
}
