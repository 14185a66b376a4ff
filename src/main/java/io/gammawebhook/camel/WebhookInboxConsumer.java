package io.gammawebhook.camel;

import io.gammawebhook.dispatch.RetryPolicy;
import io.gammawebhook.dispatch.Worker;
import io.gammawebhook.dispatch.WorkerSettings;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.inbox.Subscription;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.Suspendable;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Delivers the events of one subscription to its route. Stopping it takes nothing new, gives back
 * what has not started, and waits for what has, as Camel's graceful shutdown does for any route.
 */
public class WebhookInboxConsumer extends DefaultConsumer implements Suspendable, ShutdownAware {

  private final WebhookInboxEndpoint endpoint;
  private final WebhookRuntime runtime;
  private @Nullable SourceName source;
  private @Nullable String subscriptionName;
  private @Nullable OwnIngress ownIngress;
  private @Nullable ExecutorService executor;
  private @Nullable Worker worker;

  WebhookInboxConsumer(WebhookInboxEndpoint endpoint, Processor processor) {
    super(endpoint, processor);
    this.endpoint = endpoint;
    this.runtime = WebhookRuntime.of(endpoint);
  }

  /**
   * What a consumer takes, of which there is one each on a node.
   *
   * @param path the path that it opens itself; null if its source is configured
   */
  public record Place(SourceName source, SubscriptionName subscription, @Nullable String path) {}

  /** All that is needed for a start, found to be right. */
  private record Plan(
      SourceName source,
      SubscriptionName subscription,
      @Nullable OwnIngress ingress,
      WorkerSettings settings,
      FailureClassifier failures) {}

  /**
   * Looks at all that can be wrong with the endpoint's options and its place in a route, and
   * changes nothing: neither is the inbox opened nor anything registered.
   *
   * @throws RefusedRouteException if a start would be refused
   */
  public Place check() {
    Plan plan = plan(RoutePlace.of(endpoint, getRoute()));
    return new Place(plan.source(), plan.subscription(), endpoint.getPath());
  }

  private Plan plan(RoutePlace place) {
    try {
      SourceName name = new SourceName(endpoint.getSource());
      @Nullable OwnIngress ingress = ingress(name, place);
      return new Plan(
          name,
          subscriptionName(place),
          ingress,
          new WorkerSettings(
              endpoint.getConcurrency(), retryPolicy(), runtime.pollInterval(), attemptTimeout()),
          new FailureClassifier(
              WebhookInboxEndpoint.list(endpoint.getPermanentExceptions()), runtime.redaction()));
    } catch (IllegalArgumentException e) {
      throw new RefusedRouteException(
          "The " + place + " is wrong: " + e.getMessage(), "Correct it and start again.");
    }
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    RoutePlace place = RoutePlace.of(endpoint, getRoute());
    // All that can be wrong comes first: a start that is refused leaves no subscription behind.
    Plan plan = plan(place);
    try {
      startAs(plan);
    } catch (IllegalArgumentException e) {
      throw new RefusedRouteException(
          "The " + place + " is wrong: " + e.getMessage(), "Correct it and start again.");
    }
  }

  private void startAs(Plan plan) throws Exception {
    SourceName name = plan.source();
    SubscriptionName subscriber = plan.subscription();
    runtime.claimSubscription(name, subscriber.value(), getRoute().getRouteId());
    source = name;
    subscriptionName = subscriber.value();
    // The subscription is there before its source's door opens.
    Subscription subscription =
        runtime.inbox().register(name, subscriber, WebhookInboxEndpoint.list(endpoint.getTypes()));
    @Nullable OwnIngress ingress = plan.ingress();
    if (ingress != null) {
      ingress.open();
      ownIngress = ingress;
    }
    ExecutorService threads = threads("webhook-inbox-" + subscriber);
    executor = threads;
    worker =
        runtime
            .dispatcher()
            .start(
                subscription,
                new RouteDelivery(this, subscriber, plan.failures()),
                plan.settings(),
                threads);
  }

  /**
   * Refuses what comes after its end. Camel's pools drop that without a word, and a delivery that
   * is handed over just then would have its lease renewed for ever by a worker that never begins
   * it.
   */
  private ExecutorService threads(String name) {
    ThreadPoolProfile profile = new ThreadPoolProfile(name);
    profile.setPoolSize(endpoint.getConcurrency());
    profile.setMaxPoolSize(endpoint.getConcurrency());
    profile.setKeepAliveTime(0L);
    profile.setAllowCoreThreadTimeOut(false);
    profile.setRejectedPolicy(ThreadPoolRejectedPolicy.Abort);
    return endpoint
        .getCamelContext()
        .getExecutorServiceManager()
        .newThreadPool(this, name, profile);
  }

  private @Nullable OwnIngress ingress(SourceName name, RoutePlace place) {
    if (endpoint.getPath() != null) {
      return OwnIngress.check(endpoint, name, runtime, place);
    }
    if (!runtime.isConfigured(name) && !isDefinedByARoute(name)) {
      throw new RefusedRouteException(
          "The "
              + place
              + " names the source '"
              + name
              + "', which is not configured, nor defined by another route with a path; the configured"
              + " ones are "
              + runtime.configuredSources(),
          "Correct the name, add gamma.webhook.sources."
              + name
              + " (on Spring Boot), or give the endpoint a path and secrets of its own.");
    }
    return null;
  }

  /** All endpoints are made before the first route starts, or their files were read before. */
  private boolean isDefinedByARoute(SourceName name) {
    return DefinedSources.contains(endpoint.getCamelContext(), name)
        || endpoint.getCamelContext().getEndpoints().stream()
            .anyMatch(
                other ->
                    other instanceof WebhookInboxEndpoint inbox
                        && inbox.getPath() != null
                        && inbox.getSource().equals(name.value()));
  }

  private SubscriptionName subscriptionName(RoutePlace place) {
    if (endpoint.getSubscription() != null) {
      return new SubscriptionName(endpoint.getSubscription());
    }
    Route route = getRoute();
    if (endpoint.getPath() != null) {
      // The route defines the source itself, so the source's name lasts as long as the route.
      return new SubscriptionName(endpoint.getSource());
    }
    if (!route.isCustomId()) {
      throw new RefusedRouteException(
          "The "
              + place
              + " has a generated id, but its subscription needs a lasting name, under which its"
              + " deliveries are found again after a restart",
          "Give the route an id, or the endpoint a subscription.");
    }
    return new SubscriptionName(route.getRouteId());
  }

  private RetryPolicy retryPolicy() {
    String schedule = endpoint.getRetrySchedule();
    if (schedule == null) {
      return runtime.retryPolicy();
    }
    try {
      return runtime.retryPolicy().withSchedule(RetryPolicy.parseSchedule(schedule));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("retrySchedule: " + e.getMessage(), e);
    }
  }

  private Duration attemptTimeout() {
    Duration own = endpoint.getAttemptTimeout();
    return own == null ? runtime.attemptTimeout() : own;
  }

  @Override
  protected void doStop() throws Exception {
    stopWorking();
    if (ownIngress != null) {
      ownIngress.close();
      ownIngress = null;
    }
    if (source != null && subscriptionName != null) {
      runtime.releaseSubscription(source, subscriptionName);
    }
    super.doStop();
  }

  @Override
  protected void doSuspend() throws Exception {
    Worker current = worker;
    if (current != null) {
      current.stop();
    }
    super.doSuspend();
  }

  @Override
  protected void doResume() throws Exception {
    Worker current = worker;
    if (current != null) {
      current.resume();
    }
    super.doResume();
  }

  private void stopWorking() {
    boolean hangs = false;
    if (worker != null) {
      worker.stop();
      hangs = worker.atWork() > 0 || worker.overruns() > 0;
      worker = null;
    }
    if (executor != null) {
      ExecutorServiceManager threads = endpoint.getCamelContext().getExecutorServiceManager();
      if (hangs) {
        // Camel has waited for it already, as long as its shutdown time-out; threads are daemons.
        threads.shutdown(executor);
      } else {
        // What is queued runs once more, to give its lease back.
        threads.shutdownGraceful(executor);
      }
      executor = null;
    }
  }

  @Override
  public boolean deferShutdown(ShutdownRunningTask task) {
    // Others may still need this route's effect, but new deliveries are never started.
    return false;
  }

  @Override
  public int getPendingExchangesSize() {
    Worker current = worker;
    return current == null ? 0 : current.atWork();
  }

  @Override
  public void prepareShutdown(boolean suspendOnly, boolean forced) {
    Worker current = worker;
    if (current != null) {
      current.stop();
    }
  }
}
