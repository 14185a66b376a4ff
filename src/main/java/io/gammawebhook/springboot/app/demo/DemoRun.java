package io.gammawebhook.springboot.app.demo;

import io.gammawebhook.simulator.GammaSimulator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;

/** Begins the story when the product is up, and ends it before anything else stops. */
final class DemoRun implements ApplicationListener<ApplicationReadyEvent>, SmartLifecycle {

  private final Destination destination;
  private final GammaSimulator gamma;
  private final Supplier<Demo> demos;
  private volatile boolean running;
  private volatile @Nullable Demo demo;

  /**
   * @param demos makes the story, once the product is up
   */
  DemoRun(Destination destination, GammaSimulator gamma, Supplier<Demo> demos) {
    this.destination = destination;
    this.gamma = gamma;
    this.demos = demos;
  }

  @Override
  public void start() {
    destination.start();
    running = true;
  }

  @Override
  public void onApplicationEvent(ApplicationReadyEvent event) {
    Demo begun = demos.get();
    demo = begun;
    Daemons.start("demo", begun);
  }

  @Override
  public void stop() {
    Demo begun = demo;
    if (begun != null) {
      begun.stop();
    }
    gamma.close();
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** The first to stop: nobody then sends to a server that is closing. */
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE;
  }
}
