package io.gammawebhook.e2e;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * Halts the process at the end of a delivery's first attempt: after the idempotent consumer of the
 * route has confirmed its key, before the delivery's own end is stored. Completions are called last
 * added first, so this one has to be added before the idempotent consumer's.
 */
public final class HaltAfterConfirm implements Processor {

  @Override
  public void process(Exchange exchange) {
    if (exchange.getMessage().getHeader("CamelWebhookAttempt", 0, Integer.class) == 1) {
      exchange
          .getExchangeExtension()
          .addOnCompletion(
              new SynchronizationAdapter() {
                @Override
                public void onDone(Exchange done) {
                  Runtime.getRuntime().halt(9);
                }
              });
    }
  }
}
