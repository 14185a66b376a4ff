package io.gammawebhook.springboot.http;

import io.gammawebhook.camel.IngressGate;
import io.gammawebhook.camel.Receivers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.context.WebServerGracefulShutdownLifecycle;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;

/**
 * Closes the gate at the first sign of a shutdown, and then keeps the port open for the drain time:
 * a web server closes it as soon as nothing is in flight, and senders would find a refused
 * connection where the answer is 503. Everything else goes on in that time; Camel stops after the
 * web server. A child context, such as the management server's, closes without us.
 *
 * <p>It waits only if senders were let in: not where no source is, nor when a start has failed.
 */
public final class GateClosing implements SmartLifecycle {

  private final IngressGate gate;
  private final Receivers receivers;
  private final Duration drain;
  private final ApplicationContext application;
  private volatile boolean running;
  private volatile boolean draining;

  /**
   * @param drain how long 503 is answered before the web server stops; zero for not at all
   */
  public GateClosing(
      IngressGate gate, Receivers receivers, Duration drain, ApplicationContext application) {
    this.gate = gate;
    this.receivers = receivers;
    this.drain = drain;
    this.application = application;
  }

  @EventListener
  public void on(ContextClosedEvent event) {
    if (event.getApplicationContext() == application) {
      draining = gate.isOpen() && !receivers.all().isEmpty();
      gate.close();
    }
  }

  @EventListener
  public void on(ApplicationReadyEvent event) {
    if (event.getApplicationContext() == application) {
      gate.started();
    }
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop(Runnable done) {
    running = false;
    if (draining && !drain.isZero()) {
      CompletableFuture.delayedExecutor(drain.toMillis(), TimeUnit.MILLISECONDS).execute(done);
    } else {
      done.run();
    }
  }

  @Override
  public void stop() {
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /**
   * Stopped before the web server, in a phase of its own: what stops in one phase is not waited.
   */
  @Override
  public int getPhase() {
    return WebServerGracefulShutdownLifecycle.SMART_LIFECYCLE_PHASE + 1;
  }
}
