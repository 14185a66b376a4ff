package io.gammawebhook.admin.health;

import io.gammawebhook.inbox.InboxStatus;
import io.gammawebhook.inbox.StoreException;
import io.gammawebhook.receive.Receiver;
import io.gammawebhook.registration.RegistrationStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.spi.annotations.DevConsole;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.console.AbstractDevConsole;
import org.jspecify.annotations.Nullable;

/**
 * Camel's dev console {@code webhook}: sources, subscriptions with their states and counts, and
 * warnings. It shows no body, header or secret.
 */
@DevConsole(
    name = "webhook",
    displayName = "Webhook Inbox",
    description = "Sources, subscriptions and warnings of the webhook inbox")
public final class WebhookDevConsole extends AbstractDevConsole {

  public WebhookDevConsole() {
    super(
        "gamma",
        "webhook",
        "Webhook Inbox",
        "Sources, subscriptions and warnings of the webhook inbox");
  }

  @Override
  protected Map<String, Object> doCallJson(Map<String, Object> options) {
    Map<String, Object> shown = new LinkedHashMap<>();
    InboxHealth health = CamelContextHelper.findSingleByType(getCamelContext(), InboxHealth.class);
    if (health == null || !health.isUsed()) {
      shown.put("used", false);
      return shown;
    }
    Readiness readiness = health.readiness();
    shown.put("used", true);
    shown.put("ready", readiness.isUp());
    if (!readiness.isUp()) {
      shown.put("sentence", readiness.sentence());
      shown.put("cure", readiness.cure());
    }
    Instant now = health.clock().instant();
    shown.put(
        "sources", health.receivers().stream().map(receiver -> source(receiver, now)).toList());
    InboxStatus status = status(health);
    if (status != null) {
      shown.put(
          "subscriptions",
          status.subscriptions().stream().map(each -> subscription(health, each)).toList());
      shown.put(
          "dead-letters",
          status.subscriptions().stream().mapToLong(InboxStatus.SubscriptionStatus::dead).sum());
      shown.put("unsubscribed-events", status.unsubscribedEvents());
    }
    List<RegistrationStatus> registrations = registrations(health);
    if (!registrations.isEmpty()) {
      shown.put(
          "registrations", registrations.stream().map(WebhookDevConsole::registration).toList());
    }
    shown.put("warnings", health.warnings().stream().map(HealthWarning::shown).toList());
    return shown;
  }

  private static @Nullable InboxStatus status(InboxHealth health) {
    try {
      return health.status();
    } catch (StoreException e) {
      // The readiness and the warnings say so.
      return null;
    }
  }

  private static List<RegistrationStatus> registrations(InboxHealth health) {
    try {
      return health.registrations();
    } catch (StoreException e) {
      return List.of();
    }
  }

  private static Map<String, Object> registration(RegistrationStatus status) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("registration", status.name());
    shown.put("source", status.source().value());
    shown.put("api", status.api());
    shown.put("state", status.state().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    return shown;
  }

  private static Map<String, Object> source(Receiver receiver, Instant now) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("source", receiver.definition().name().value());
    shown.put("path", receiver.definition().path());
    shown.put("scheme", receiver.definition().scheme().name());
    shown.put(
        "live-secrets",
        receiver.keyring().secrets().stream().filter(secret -> secret.isLive(now)).count());
    return shown;
  }

  private static Map<String, Object> subscription(
      InboxHealth health, InboxStatus.SubscriptionStatus status) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("source", status.subscription().source().value());
    shown.put("subscription", status.subscription().name().value());
    shown.put("state", status.state().text());
    shown.put("route", health.runtime().consumes(status.subscription()));
    shown.put("waiting", status.waiting());
    shown.put("leased", status.leased());
    shown.put("dead", status.dead());
    shown.put("oldest-waiting-ms", status.oldestWaitingMillis());
    return shown;
  }

  /** The same, a line a thing. */
  @Override
  protected String doCallText(Map<String, Object> options) {
    List<String> lines = new ArrayList<>();
    doCallJson(options)
        .forEach(
            (name, value) -> {
              if (value instanceof List<?> list) {
                lines.add(name + (list.isEmpty() ? ": none" : ":"));
                list.forEach(each -> lines.add("    " + line(each)));
              } else {
                lines.add(name + ": " + value);
              }
            });
    return String.join("\n", lines) + "\n";
  }

  private static String line(Object each) {
    return each instanceof Map<?, ?> map
        ? map.entrySet().stream()
            .map(field -> field.getKey() + ": " + told(field))
            .collect(Collectors.joining(", "))
        : String.valueOf(each);
  }

  private static Object told(Map.Entry<?, ?> field) {
    return "oldest-waiting-ms".equals(field.getKey()) && field.getValue() instanceof Long millis
        ? millis + " (" + InboxHealth.text(Duration.ofMillis(millis)) + ")"
        : field.getValue();
  }
}
