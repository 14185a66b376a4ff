package io.gammawebhook.springboot.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.jspecify.annotations.Nullable;

/**
 * Connects the ingress routes to {@link WebhookFilter}: a route names it as {@code
 * platformHttpEngine: "#bean:webhookHttpEngine"}, and its consumer is found here by its path while
 * it runs. The host's other routes keep the engine they have.
 */
public final class WebhookHttpEngine implements PlatformHttpEngine {

  /** The name under which the ingress template finds it. */
  public static final String BEAN_NAME = "webhookHttpEngine";

  private final Map<String, WebhookHttpConsumer> consumers = new ConcurrentHashMap<>();

  @Override
  public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
    return new WebhookHttpConsumer(endpoint, processor, this);
  }

  /** The running consumer of an exact path, or null. */
  @Nullable WebhookHttpConsumer at(String path) {
    return consumers.get(path);
  }

  void register(String path, WebhookHttpConsumer consumer) {
    consumers.put(path, consumer);
  }

  void unregister(String path, WebhookHttpConsumer consumer) {
    consumers.remove(path, consumer);
  }
}
