package io.gammawebhook.camel;

import io.gammawebhook.audit.Redaction;
import io.gammawebhook.dispatch.Dispatcher;
import io.gammawebhook.dispatch.RetryPolicy;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.Inbox;
import io.gammawebhook.inbox.InboxStatus.SubscriptionStatus;
import io.gammawebhook.inbox.Intake;
import io.gammawebhook.inbox.Subscription;
import io.gammawebhook.inbox.SubscriptionState;
import io.gammawebhook.measure.Measure;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedStartupListener;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the routes of one Camel context share: the inbox, opened at its first use, and the
 * dispatcher. Bound in the Camel registry and stopped with the context, after its routes. Safe for
 * use by many threads.
 */
public final class WebhookRuntime extends ServiceSupport implements ExtendedStartupListener {

  private static final Logger LOG = LoggerFactory.getLogger(WebhookRuntime.class);

  private final Supplier<? extends Inbox> opener;
  private final RandomGenerator random;
  private final Redaction redaction;
  private final RetryPolicy retryPolicy;
  private final Duration pollInterval;
  private final Duration attemptTimeout;
  private final Set<SourceName> configuredSources;
  private final Measure measure;
  private final Map<String, String> consumers = new ConcurrentHashMap<>();
  private volatile @Nullable Inbox inbox;
  private @Nullable Dispatcher dispatcher;

  /** One that nobody measures. */
  public WebhookRuntime(
      Supplier<? extends Inbox> opener,
      Set<SourceName> configuredSources,
      RetryPolicy retryPolicy,
      Duration pollInterval,
      Duration attemptTimeout,
      RandomGenerator random,
      Redaction redaction) {
    this(
        opener,
        configuredSources,
        retryPolicy,
        pollInterval,
        attemptTimeout,
        random,
        redaction,
        Measure.NONE);
  }

  /**
   * @param opener opens the inbox; called at most once between start and stop, and not at all if
   *     nothing needs the inbox
   * @param configuredSources the sources that routes may name without bringing their own ingress
   * @param retryPolicy for subscriptions that say nothing else
   * @param pollInterval how often the store is asked for work that this node does not know of
   * @param attemptTimeout how long an attempt may take, where its endpoint says nothing else
   * @param random for the jitter of retries; safe for use by many threads
   * @param redaction what nobody has to see of what is shown, logged or written into the audit
   * @param measure is told what the workers do
   */
  public WebhookRuntime(
      Supplier<? extends Inbox> opener,
      Set<SourceName> configuredSources,
      RetryPolicy retryPolicy,
      Duration pollInterval,
      Duration attemptTimeout,
      RandomGenerator random,
      Redaction redaction,
      Measure measure) {
    this.opener = opener;
    this.configuredSources = Set.copyOf(configuredSources);
    this.retryPolicy = retryPolicy;
    this.pollInterval = pollInterval;
    this.attemptTimeout = attemptTimeout;
    this.random = random;
    this.redaction = redaction;
    this.measure = measure;
  }

  /**
   * The runtime of the endpoint's context.
   *
   * @throws RefusedRouteException if there is none, since the plug-in is switched off
   */
  static WebhookRuntime of(WebhookInboxEndpoint endpoint) {
    WebhookRuntime found =
        CamelContextHelper.findSingleByType(endpoint.getCamelContext(), WebhookRuntime.class);
    if (found == null) {
      throw new RefusedRouteException(
          "A route begins with webhook-inbox:"
              + endpoint.getSource()
              + ", or with a Kamelet that does, but the plug-in is switched off here"
              + " (gamma.webhook.enabled is false, or the Camel registry holds no "
              + WebhookRuntime.class.getSimpleName()
              + ")",
          "Remove gamma.webhook.enabled: false, or let the route go with the plug-in: give it"
              + " precondition: \"{{gamma.webhook.enabled:true}}\".");
    }
    return found;
  }

  /** The inbox, opened if need be. */
  public synchronized Inbox inbox() {
    Inbox opened = inbox;
    if (opened == null) {
      opened = opener.get();
      inbox = opened;
    }
    return opened;
  }

  /** The inbox if it is open; answers at once, also while it is being opened or closed. */
  public @Nullable Inbox opened() {
    return inbox;
  }

  /** The inbox, if anything has opened it. */
  public synchronized @Nullable Inbox openInbox() {
    return inbox;
  }

  /** Is told what this node does. */
  public Measure measure() {
    return measure;
  }

  /**
   * The side of the inbox that receives, without opening it: receivers are made early, and a host's
   * own migrations of the same database come before ours.
   */
  public Intake intake() {
    return new LateIntake(this::inbox);
  }

  synchronized Dispatcher dispatcher() {
    if (dispatcher == null) {
      dispatcher = new Dispatcher(inbox(), random, measure);
    }
    return dispatcher;
  }

  /** What is applied to everything that operators see, and to the audit. */
  public Redaction redaction() {
    return redaction;
  }

  /** What goes for subscriptions that say nothing else. */
  public RetryPolicy retryPolicy() {
    return retryPolicy;
  }

  Duration pollInterval() {
    return pollInterval;
  }

  Duration attemptTimeout() {
    return attemptTimeout;
  }

  boolean isConfigured(SourceName source) {
    return configuredSources.contains(source);
  }

  Set<SourceName> configuredSources() {
    return configuredSources;
  }

  /**
   * Notes who consumes a subscription on this node, since two routes with one subscription would
   * each get only some of its events.
   *
   * @throws RefusedRouteException if another route has it
   */
  void claimSubscription(SourceName source, String subscription, String routeId) {
    String before = consumers.putIfAbsent(key(source, subscription), routeId);
    if (before != null && !before.equals(routeId)) {
      throw new RefusedRouteException(
          "The routes '"
              + before
              + "' and '"
              + routeId
              + "' both consume the subscription '"
              + subscription
              + "' of source '"
              + source
              + "', so each would get only some of its events",
          "Give one of them another subscription.");
    }
  }

  void releaseSubscription(SourceName source, String subscription) {
    consumers.remove(key(source, subscription));
  }

  @Override
  public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
    // Consumers start after this; see onCamelContextFullyStarted.
  }

  /**
   * Warns of subscriptions that no route of this node consumes, whose deliveries pile up until one
   * does, and of routes whose subscription is paused or retired. Called when all routes have
   * started.
   */
  @Override
  public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
    Inbox opened = inbox;
    if (opened == null) {
      return;
    }
    for (SubscriptionStatus status : opened.status().subscriptions()) {
      warn(status);
    }
  }

  /** Whether a route of this node consumes the subscription. */
  public boolean consumes(Subscription subscription) {
    return consumers.containsKey(key(subscription.source(), subscription.name().value()));
  }

  private void warn(SubscriptionStatus status) {
    Subscription subscription = status.subscription();
    boolean consumed = consumes(subscription);
    if (consumed && status.state() != SubscriptionState.ACTIVE) {
      LOG.warn(
          "The subscription '{}' of source '{}' is {}, so its route on this node gets nothing:"
              + " resume it by POST /actuator/webhooks/resume",
          subscription.name(),
          subscription.source(),
          status.state().text());
    } else if (!consumed && status.state() != SubscriptionState.RETIRED) {
      LOG.warn(
          "No route on this node consumes the subscription '{}' of source '{}' ({} deliveries"
              + " wait): its events are kept until a route of that name starts here or on another"
              + " node; if it is gone for good, retire it by POST /actuator/webhooks/retire",
          subscription.name(),
          subscription.source(),
          status.waiting());
    }
  }

  /** Whether a route of this node consumes a subscription. */
  public boolean consumes(SourceName source, SubscriptionName subscription) {
    return consumers.containsKey(key(source, subscription.value()));
  }

  private static String key(SourceName source, String subscription) {
    return source + "/" + subscription;
  }

  @Override
  protected synchronized void doStop() {
    if (dispatcher != null) {
      Objects.requireNonNull(dispatcher).close();
      dispatcher = null;
    }
    Inbox opened = inbox;
    if (opened != null) {
      // Whoever looks from now on finds none, and not one that is being closed.
      inbox = null;
      opened.close();
    }
  }
}
