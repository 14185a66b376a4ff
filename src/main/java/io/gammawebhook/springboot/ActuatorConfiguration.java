package io.gammawebhook.springboot;

import io.gammawebhook.admin.WebhooksEndpoint;
import io.gammawebhook.camel.WebhookRuntime;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The Actuator endpoint, where the host has Actuator and exposes it. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
class ActuatorConfiguration {

  @Bean
  @ConditionalOnAvailableEndpoint
  WebhooksEndpoint webhooksEndpoint(WebhookRuntime runtime) {
    return new WebhooksEndpoint(runtime::inbox);
  }
}
