package io.gammawebhook.routes;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.support.LifecycleStrategySupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the files at intervals and has them exchanged when they have changed and then stayed as
 * they are from one look to the next: an editor writes in several steps. The contents are compared,
 * not times: that sees what Kubernetes does, which exchanges a link, and needs no notification,
 * which network disks do not send.
 */
public final class FolderWatch extends LifecycleStrategySupport {

  private static final Logger LOG = LoggerFactory.getLogger(FolderWatch.class);

  private final RouteFolder folder;
  private final RouteFiles files;
  private final Duration interval;
  private final CamelContext context;
  private @Nullable ScheduledExecutorService thread;
  private RouteFiles.@Nullable Listing last;

  public FolderWatch(
      RouteFolder folder, RouteFiles files, Duration interval, CamelContext context) {
    this.folder = folder;
    this.files = files;
    this.interval = interval;
    this.context = context;
  }

  /** Begins with the first look, and ends when Camel begins to stop. */
  public synchronized void begin() {
    context.addLifecycleStrategy(this);
    thread =
        context
            .getExecutorServiceManager()
            .newSingleThreadScheduledExecutor(this, "gamma-routes-watch");
    var unused =
        thread.scheduleWithFixedDelay(
            this::look, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      RouteFiles.Listing now = files.list();
      boolean still = now.equals(last);
      last = now;
      if (still) {
        // Also where nothing has changed: what could not start is tried again.
        folder.refresh();
      }
    } catch (RuntimeException | Error e) {
      // Whatever it is: thrown on, it would end the watch without a word.
      LOG.error("The files of routes could not be looked at; the routes go on", e);
    }
  }

  /** Before the routes stop: no exchange may begin any more, and one that has begun ends. */
  @Override
  public void onContextStopping(CamelContext stopping) {
    ScheduledExecutorService running;
    synchronized (this) {
      running = thread;
      thread = null;
    }
    if (running != null) {
      context.getExecutorServiceManager().shutdownGraceful(running, 10_000);
    }
  }
}
