package io.gammawebhook.main;

import io.gammawebhook.admin.metrics.BacklogMetrics;
import io.gammawebhook.admin.metrics.MicrometerMeasure;
import io.gammawebhook.admin.metrics.SecretMetrics;
import io.gammawebhook.camel.Receivers;
import io.gammawebhook.camel.WebhookRuntime;
import io.gammawebhook.measure.Measure;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedStartupListener;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.LifecycleStrategySupport;
import org.jspecify.annotations.Nullable;

/**
 * Metrics in the one {@code MeterRegistry} that Camel's registry holds, at the first use of the
 * plug-in or when Camel has started: Camel's own is bound in between. A class of its own, so that a
 * host without Micrometer never loads it.
 */
final class StandaloneMetrics extends LifecycleStrategySupport implements ExtendedStartupListener {

  private final MicrometerMeasure measure = new MicrometerMeasure();
  private final List<MeterBinder> binders = new CopyOnWriteArrayList<>(List.of(measure));
  private @Nullable BacklogMetrics backlog;
  private boolean bound;

  Measure measure() {
    return measure;
  }

  /** Called once, when all that is measured is there. */
  void begin(CamelContext context, WebhookRuntime runtime) throws Exception {
    BacklogMetrics metrics = new BacklogMetrics(runtime::openInbox, System::nanoTime);
    backlog = metrics;
    binders.add(metrics);
    Receivers receivers = CamelContextHelper.findSingleByType(context, Receivers.class);
    if (receivers != null) {
      binders.add(new SecretMetrics(receivers));
    }
    bind(context);
    context.addStartupListener(this);
    context.addLifecycleStrategy(this);
  }

  private synchronized void bind(CamelContext context) {
    MeterRegistry registry = CamelContextHelper.findSingleByType(context, MeterRegistry.class);
    if (registry != null && !bound) {
      bound = true;
      binders.forEach(each -> each.bindTo(registry));
    }
  }

  @Override
  public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
    bind(context);
  }

  @Override
  public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
    bind(context);
  }

  @Override
  public void onContextStopped(CamelContext context) {
    BacklogMetrics metrics = backlog;
    if (metrics != null) {
      metrics.close();
    }
  }
}
