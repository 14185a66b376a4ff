package io.gammawebhook.main;

import io.gammawebhook.camel.WebhookInboxComponent;
import io.gammawebhook.config.ConfigurationProblem;
import io.gammawebhook.config.DeliveryOptions;
import io.gammawebhook.config.HealthOptions;
import io.gammawebhook.config.HttpOptions;
import io.gammawebhook.config.InvalidConfigurationException;
import io.gammawebhook.config.RedactOptions;
import io.gammawebhook.config.StoreChoice;
import io.gammawebhook.config.StoreOptions;
import io.gammawebhook.dispatch.RetryPolicy;
import java.lang.management.ManagementFactory;
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
          "gamma\\.webhook\\.(?:(?:inbox|dispatch|http)\\.)?(?:(retry|waiting-line|redact|health)\\.)?([a-z-]+)");

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
    rules.addAll(deliveries().rules());
    rules.addAll(http().rules());
    rules.addAll(redact().rules());
    rules.addAll(health().rules());
    List<ConfigurationProblem> problems = ConfigurationProblem.broken(rules);
    if (!problems.isEmpty()) {
      throw new InvalidConfigurationException(problems);
    }
  }

  /** Anything but {@code dev} is strict; what is neither is refused. */
  boolean isStrict() {
    String mode = component.getMode();
    ConfigurationProblem.must(
        mode.equals("production") || mode.equals("dev"),
        "gamma.webhook.mode",
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

  DeliveryOptions deliveries() {
    return new DeliveryOptions(
        () -> RetryPolicy.parseSchedule(component.getRetrySchedule()),
        component.getRetryJitter(),
        component.getRetryMaxRetryAfter(),
        component.getPollInterval(),
        component.getAttemptTimeout());
  }

  RedactOptions redact() {
    return new RedactOptions(
        component.isRedactDefaults(),
        list(component.getRedactHeaders()),
        list(component.getRedactJsonPaths(), ";"),
        list(component.getRedactPatterns(), "\n"),
        component.isRedactEmails());
  }

  HealthOptions health() {
    return new HealthOptions(
        component.getHealthOldestWaiting(),
        component.getHealthDeadLettersWindow(),
        component.getHealthClockSkew(),
        component.getHealthShedding(),
        HealthOptions.DEFAULT.expiryWarning());
  }

  private static List<String> list(String text) {
    return list(text, ",");
  }

  private static List<String> list(String text, String separator) {
    return Arrays.stream(text.split(separator, -1))
        .map(String::strip)
        .filter(part -> !part.isEmpty())
        .toList();
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
