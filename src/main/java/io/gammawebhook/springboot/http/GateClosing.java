package io.gammawebhook.springboot.http;

import io.gammawebhook.camel.IngressGate;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Closes the gate at the first sign of a shutdown, which is before Boot stops the web server and
 * long before Camel stops.
 */
public final class GateClosing implements ApplicationListener<ContextClosedEvent> {

  private final IngressGate gate;
  private final ApplicationContext application;

  public GateClosing(IngressGate gate, ApplicationContext application) {
    this.gate = gate;
    this.application = application;
  }

  @Override
  public void onApplicationEvent(ContextClosedEvent event) {
    // A child context, such as the management server's, closes without us.
    if (event.getApplicationContext() == application) {
      gate.close();
    }
  }
}
