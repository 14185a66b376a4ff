package io.gammawebhook.springboot;

import io.gammawebhook.admin.metrics.SecretMetrics;
import io.gammawebhook.camel.Receivers;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Metrics of the ingress, where the host has Actuator. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(HealthIndicator.class)
class IngressActuatorConfiguration {

  /** Micrometer comes with Actuator, but may be left out. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(MeterBinder.class)
  static class Metrics {
    @Bean
    MeterBinder webhookSecretMetrics(Receivers receivers) {
      return new SecretMetrics(receivers);
    }
  }
}
