package io.gammawebhook.main;

import io.gammawebhook.admin.health.CamelHealthChecks;
import io.gammawebhook.admin.health.InboxHealth;
import io.gammawebhook.camel.CamelCheck;
import io.gammawebhook.camel.RefusedRouteException;
import io.gammawebhook.camel.WebhookClock;
import io.gammawebhook.camel.WebhookHost;
import io.gammawebhook.camel.WebhookIdempotentRepository;
import io.gammawebhook.camel.WebhookInboxComponent;
import io.gammawebhook.camel.WebhookRuntime;
import io.gammawebhook.config.InvalidConfigurationException;
import io.gammawebhook.config.StoreChoice;
import io.gammawebhook.inbox.Inbox;
import io.gammawebhook.inbox.StoreException;
import io.gammawebhook.measure.Measure;
import io.gammawebhook.store.JdbcInbox;
import java.security.SecureRandom;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;

/**
 * A host without Spring: what routes share is made from the options of the component, at its first
 * use. Paths are opened on the HTTP server of Camel Main.
 */
public final class StandaloneHost implements WebhookHost {

  private static final String SPRING_PREFIX = "gamma.webhook.";

  @Override
  public void await(CamelContext context) throws Exception {
    if (hasPlatformHttp(context)) {
      StandaloneIngress.await(context);
    }
  }

  @Override
  public void provide(CamelContext context, WebhookInboxComponent component) {
    CamelCheck.run();
    refuseSpringProperties(context);
    ComponentOptions options = new ComponentOptions(component);
    try {
      options.check();
      SecureRandom random = new SecureRandom();
      StandaloneMetrics metrics = hasMicrometer(context) ? new StandaloneMetrics() : null;
      Measure measure = metrics == null ? Measure.NONE : metrics.measure();
      WebhookRuntime runtime =
          new WebhookRuntime(
              () -> open(context, options, random, measure),
              Set.of(),
              options.deliveries().retryPolicy(),
              options.deliveries().checkedPollInterval(),
              options.deliveries().checkedAttemptTimeout(),
              random,
              options.redact().redaction(),
              measure);
      Registry registry = context.getRegistry();
      registry.bind("webhookRuntime", WebhookRuntime.class, runtime);
      registry.bind(
          WebhookIdempotentRepository.BEAN, WebhookIdempotentRepository.withDefaults(runtime));
      context.addService(runtime, true, true);
      context.addStartupListener(runtime);
      InboxHealth.@Nullable Ingress ingress =
          hasPlatformHttp(context) ? StandaloneIngress.add(context, options, runtime) : null;
      InboxHealth health =
          new InboxHealth(runtime, ingress, options.health(), WebhookClock.of(context));
      registry.bind("webhookInboxHealth", InboxHealth.class, health);
      CamelHealthChecks.register(context, health);
      if (metrics != null) {
        metrics.begin(context, runtime);
      }
    } catch (InvalidConfigurationException e) {
      throw options.named(e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("The webhook plug-in cannot be started", e);
    }
  }

  /** Without it this application may deliver, and a route that opens a path says what it needs. */
  private static boolean hasPlatformHttp(CamelContext context) {
    return context
            .getClassResolver()
            .resolveClass("org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter")
        != null;
  }

  private static boolean hasMicrometer(CamelContext context) {
    return context.getClassResolver().resolveClass("io.micrometer.core.instrument.MeterRegistry")
        != null;
  }

  private static Inbox open(
      CamelContext context, ComponentOptions options, RandomGenerator random, Measure measure) {
    StoreChoice store = options.store();
    try {
      store.warnIfNew(ComponentOptions::named);
      return JdbcInbox.open(
          store.settings(name -> context.getRegistry().lookupByNameAndType(name, DataSource.class)),
          WebhookClock.of(context),
          random,
          measure);
    } catch (InvalidConfigurationException e) {
      throw options.named(e);
    } catch (IllegalStateException | StoreException e) {
      throw options.named(store.unusable(e));
    }
  }

  /** What looks configured, and is not, would be a store or a source that nobody has. */
  private static void refuseSpringProperties(CamelContext context) {
    Set<String> names =
        new TreeSet<>(
            context
                .getPropertiesComponent()
                .loadProperties(name -> name.startsWith(SPRING_PREFIX))
                .stringPropertyNames());
    System.getProperties().stringPropertyNames().stream()
        .filter(name -> name.startsWith(SPRING_PREFIX))
        .forEach(names::add);
    if (!names.isEmpty()) {
      throw new RefusedRouteException(
          "The properties " + names + " have no effect in an application without Spring Boot",
          "Give the store and the limits as options of the component, such as "
              + ComponentOptions.PREFIX
              + "data-dir, and a source as options of gamma-webhook-source or webhook-inbox: path,"
              + " scheme and secrets.");
    }
  }
}
