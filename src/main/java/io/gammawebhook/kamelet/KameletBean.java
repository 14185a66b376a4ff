package io.gammawebhook.kamelet;

import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.support.service.ServiceSupport;
import org.jspecify.annotations.Nullable;

/**
 * A bean of a Kamelet's template that needs the Camel context, which Camel gives it first. What is
 * wrong with its configuration fails the start of its route.
 */
abstract class KameletBean extends ServiceSupport implements CamelContextAware {

  private @Nullable CamelContext camel;

  @Override
  public final void setCamelContext(CamelContext camel) {
    this.camel = camel;
  }

  /** Null before Camel has given it, as Camel's own contract has it. */
  @Override
  public final @Nullable CamelContext getCamelContext() {
    return camel;
  }

  final CamelContext camel() {
    if (camel == null) {
      throw new IllegalStateException("The Kamelet's bean has no Camel context");
    }
    return camel;
  }
}
