package io.gammawebhook.camel;

import org.apache.camel.CamelContext;

/**
 * Gives a Camel context what its routes share, where no framework has done it: the {@link
 * WebhookRuntime} and the ingress, from the options of the component. Found by Camel's factory
 * finder under {@value #FACTORY}.
 */
public interface WebhookHost {

  /** Its name under {@code META-INF/services/org/apache/camel/}. */
  String FACTORY = "webhook-host";

  /**
   * Called as soon as it is known that the plug-in may be wanted, long before the routes start:
   * whoever asks for a path until then is told to come again, where the host can do that.
   */
  void await(CamelContext context) throws Exception;

  /**
   * Binds everything in the context's registry, and lets it end with the context. Opens neither the
   * store nor a path: the first route that needs one does.
   *
   * @throws RuntimeException if an option of the component is wrong; the message names it and the
   *     cure
   */
  void provide(CamelContext context, WebhookInboxComponent options);
}
