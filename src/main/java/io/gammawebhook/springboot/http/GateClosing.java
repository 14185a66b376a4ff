package io.gammawebhook.springboot.http;

import io.gammawebhook.camel.IngressGate;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;

/**
 * Closes the gate at the first sign of a shutdown, which is before Boot stops the web server and
 * long before Camel stops. A child context, such as the management server's, closes without us.
 */
public final class GateClosing {

  private final IngressGate gate;
  private final ApplicationContext application;

  public GateClosing(IngressGate gate, ApplicationContext application) {
    this.gate = gate;
    this.application = application;
  }

  @EventListener
  public void on(ContextClosedEvent event) {
    if (event.getApplicationContext() == application) {
      gate.close();
    }
  }

  @EventListener
  public void on(ApplicationReadyEvent event) {
    if (event.getApplicationContext() == application) {
      gate.started();
    }
  }
}
