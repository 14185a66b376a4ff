package io.gammawebhook.routes;

import io.gammawebhook.camel.BoundedHttpClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/**
 * The shipped routes in a Camel context, as they lie in {@code routes/}; only the first endpoint is
 * replaced, so that a test hands in what the inbox would.
 */
final class RouteBench implements AutoCloseable {

  static final Path ROUTES = Path.of("routes");

  final DefaultCamelContext camel = new DefaultCamelContext();

  RouteBench(Map<String, Object> beans, Map<String, String> properties) throws Exception {
    beans.forEach(camel.getRegistry()::bind);
    camel.getRegistry().bind(BoundedHttpClient.BEAN, new BoundedHttpClient(camel));
    Properties initial = new Properties();
    initial.putAll(properties);
    camel.getPropertiesComponent().setInitialProperties(initial);
    for (Path file : files()) {
      PluginHelper.getRoutesLoader(camel)
          .loadRoutes(ResourceHelper.resolveMandatoryResource(camel, "file:" + file));
    }
    AdviceWith.adviceWith(camel, "gamma", route -> route.replaceFromWith("direct:gamma"));
    camel.start();
  }

  /** All route files but the ingress, whose steps need a whole application. */
  static java.util.List<Path> files() throws Exception {
    try (Stream<Path> files = Files.list(ROUTES)) {
      return files
          .filter(f -> f.toString().endsWith(".camel.yaml"))
          .filter(f -> !f.endsWith("ingress.camel.yaml"))
          .sorted()
          .toList();
    }
  }

  /** Hands an event to a route as the consumer does; the exchange tells how it went. */
  Exchange deliver(String endpoint, String deliveryId, String body, Map<String, Object> more) {
    Map<String, Object> headers = new HashMap<>();
    headers.put("CamelWebhookSource", "gamma");
    headers.put("CamelWebhookSubscription", "gamma");
    headers.put("CamelWebhookDeliveryId", deliveryId);
    headers.put("CamelWebhookReference", deliveryId.substring(0, 36));
    headers.put("CamelWebhookAttempt", 1);
    headers.put("CamelWebhookReceivedAt", 1_700_000_000_000L);
    headers.put("CamelWebhookContentType", "application/json");
    headers.put("CamelWebhookHeaders", Map.of("x-kept", "kept"));
    headers.putAll(more);
    Exchange exchange = new DefaultExchange(camel);
    exchange.getMessage().setHeaders(headers);
    exchange.getMessage().setBody(body.getBytes(StandardCharsets.UTF_8));
    try (var template = camel.createProducerTemplate()) {
      return template.send(endpoint, exchange);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    camel.stop();
  }
}
