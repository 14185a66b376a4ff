package io.gammawebhook.springboot;

import io.gammawebhook.admin.QuarantineOrders;
import io.gammawebhook.admin.UnreadableOrder;
import io.gammawebhook.admin.WebhooksEndpoint;
import io.gammawebhook.camel.Receivers;
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
  WebhooksEndpoint webhooksEndpoint(WebhookRuntime runtime, ObjectProvider<Receivers> receivers) {
    return new WebhooksEndpoint(
        runtime::inbox,
        new QuarantineOrders(
            runtime::inbox, () -> Optional.ofNullable(receivers.getIfAvailable())));
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
