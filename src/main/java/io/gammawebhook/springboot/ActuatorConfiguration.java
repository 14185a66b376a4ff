package io.gammawebhook.springboot;

import io.gammawebhook.admin.CurrentRequest;
import io.gammawebhook.admin.Node;
import io.gammawebhook.admin.StrictParameters;
import io.gammawebhook.admin.UnreadableOrder;
import io.gammawebhook.admin.WebhookService;
import io.gammawebhook.admin.WebhooksEndpoint;
import io.gammawebhook.audit.Redaction;
import io.gammawebhook.camel.Receivers;
import io.gammawebhook.camel.WebhookClock;
import io.gammawebhook.camel.WebhookRuntime;
import java.util.List;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** The Actuator endpoint, where the host has Actuator and exposes it. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
class ActuatorConfiguration {

  @Bean
  @ConditionalOnAvailableEndpoint
  WebhooksEndpoint webhooksEndpoint(WebhookService service) {
    return new WebhooksEndpoint(service, new CurrentRequest());
  }

  /** What the endpoint asks, and who else is in this process. */
  @Bean
  @ConditionalOnAvailableEndpoint(endpoint = WebhooksEndpoint.class)
  WebhookService webhookService(
      WebhookRuntime runtime,
      ObjectProvider<Receivers> receivers,
      WebhookRegistrations registrations,
      Redaction redaction,
      GammaWebhookProperties properties,
      ObjectProvider<WebhookClock> clocks) {
    Node node =
        new Node(
            () -> Optional.ofNullable(receivers.getIfAvailable()),
            runtime::consumes,
            registrations::registrations,
            redaction,
            properties.admin().showBodies(),
            GammaWebhookAutoConfiguration.clock(clocks));
    return new WebhookService(runtime::inbox, node);
  }

  @Bean
  @ConditionalOnAvailableEndpoint(endpoint = WebhooksEndpoint.class)
  StrictParameters webhooksEndpointParameters() {
    return new StrictParameters();
  }

  /**
   * Also for Actuator on a port of its own, which asks the application's resolvers. No bean of one:
   * the host's stay as they are.
   */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(WebMvcConfigurer.class)
  static class OnServlets {
    @Bean
    @ConditionalOnAvailableEndpoint(endpoint = WebhooksEndpoint.class)
    WebMvcConfigurer webhooksEndpointProblems(ObjectProvider<PathMappedEndpoints> endpoints) {
      UnreadableOrder problems =
          new UnreadableOrder(
              () -> {
                PathMappedEndpoints mapped = endpoints.getIfAvailable();
                return mapped == null ? null : mapped.getPath(EndpointId.of("webhooks"));
              });
      return new WebMvcConfigurer() {
        @Override
        public void extendHandlerExceptionResolvers(List<HandlerExceptionResolver> resolvers) {
          resolvers.add(0, problems);
        }
      };
    }
  }
}
