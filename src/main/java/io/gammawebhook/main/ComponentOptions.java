package io.gammawebhook.main;

import io.gammawebhook.camel.WebhookInboxComponent;
import io.gammawebhook.config.ConfigurationProblem;
import io.gammawebhook.config.HttpOptions;
import io.gammawebhook.config.InvalidConfigurationException;
import io.gammawebhook.config.StoreChoice;
import io.gammawebhook.config.StoreOptions;
import io.gammawebhook.dispatch.RetryPolicy;
import io.gammawebhook.dispatch.WorkerSettings;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The options of the component, looked at as those of {@code gamma.webhook} are. */
final class ComponentOptions {

  /** The name before every option, in a properties file of Camel Main. */
  static final String PREFIX = "camel.component.webhook-inbox.";

  /** The rooms name an option as Spring Boot's users write it. */
  private static final Pattern SPRING_NAME =
      Pattern.compile(
          "gamma\\.webhook\\.(?:(?:inbox|dispatch|http)\\.)?(?:(retry|waiting-line)\\.)?([a-z-]+)");

  private final WebhookInboxComponent component;

  ComponentOptions(WebhookInboxComponent component) {
    this.component = component;
  }

  /**
   * Looks at everything that can be seen without opening anything.
   *
   * @throws InvalidConfigurationException with all that is wrong, named as for Spring Boot
   */
  void check() {
    StoreChoice store = store();
    List<Runnable> rules = new ArrayList<>();
    rules.add(this::isStrict);
    rules.add(store::checkFolder);
    rules.add(store::check);
    rules.add(store::checkLease);
    rules.add(this::retryPolicy);
    rules.add(this::pollInterval);
    rules.add(this::attemptTimeout);
    rules.addAll(http().rules());
    List<ConfigurationProblem> problems = new ArrayList<>();
    for (Runnable rule : rules) {
      try {
        rule.run();
      } catch (InvalidConfigurationException e) {
        e.problems().stream().filter(found -> !problems.contains(found)).forEach(problems::add);
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidConfigurationException(problems);
    }
  }

  /** Anything but {@code dev} is strict; what is neither is refused. */
  boolean isStrict() {
    String mode = component.getMode();
    must(
        mode.equals("production") || mode.equals("dev"),
        "mode",
        "must be production or dev, was '" + mode + "'");
    return !mode.equals("dev");
  }

  StoreChoice store() {
    return new StoreChoice(
        new StoreOptions(
            !component.getMode().equals("dev"),
            component.getDataDir(),
            component.getJdbcUrl(),
            component.getUsername(),
            component.getPassword(),
            component.getDataSource(),
            component.getLease(),
            component.getNode(),
            component.getRetention(),
            component.getUnsubscribedRetention(),
            component.getDedupRetention(),
            component.getUntimedDedupRetention(),
            component.getAuditRetention(),
            component.getQuarantineRetention(),
            component.getQuarantineRequests(),
            component.getQuarantineBytes(),
            component.getSchema()),
        // <pid>@<host>, which tells the nodes of a cluster apart.
        ManagementFactory.getRuntimeMXBean().getName());
  }

  HttpOptions http() {
    return new HttpOptions(
        component.getReadTimeout(),
        component.getAnswerTimeout(),
        component.getShutdownDrain(),
        list(component.getTrustedProxies()),
        component.getWaitingLineRequests(),
        component.getWaitingLineBytes(),
        option -> "gamma.webhook.http." + option);
  }

  RetryPolicy retryPolicy() {
    double jitter = component.getRetryJitter();
    must(jitter >= 0 && jitter <= 1, "retry.jitter", "must be between 0 and 1, was " + jitter);
    return ConfigurationProblem.checked(
        "gamma.webhook.retry.schedule",
        () ->
            new RetryPolicy(
                RetryPolicy.parseSchedule(component.getRetrySchedule()),
                jitter,
                component.getRetryMaxRetryAfter()));
  }

  Duration pollInterval() {
    Duration interval = component.getPollInterval();
    must(
        interval.toMillis() >= 10,
        "dispatch.poll-interval",
        "must be at least 10ms, was " + interval.toMillis() + "ms");
    return interval;
  }

  Duration attemptTimeout() {
    Duration timeout = component.getAttemptTimeout();
    must(
        WorkerSettings.isAttemptTimeout(timeout),
        "dispatch.attempt-timeout",
        "must be between 1s and 1d, was " + timeout.toMillis() + "ms");
    return timeout;
  }

  private static List<String> list(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
  }

  private static void must(boolean holds, String option, String rule) {
    if (!holds) {
      throw new InvalidConfigurationException(
          List.of(
              new ConfigurationProblem(
                  "gamma.webhook." + option, rule, "Choose a value within that range.")));
    }
  }

  /** The same faults, with the names that the options have here. */
  InvalidConfigurationException named(InvalidConfigurationException fault) {
    return new InvalidConfigurationException(
        fault.problems().stream()
            .map(
                problem ->
                    new ConfigurationProblem(
                        named(problem.property()), named(problem.fault()), named(problem.cure())))
            .toList(),
        fault.getCause());
  }

  /** A text with the names that the options have here. */
  static String named(String text) {
    Matcher name = SPRING_NAME.matcher(text);
    return name.replaceAll(
        found ->
            found.group(2).equals("inbox")
                ? PREFIX.substring(0, PREFIX.length() - 1)
                : PREFIX + (found.group(1) == null ? "" : found.group(1) + "-") + found.group(2));
  }
}
