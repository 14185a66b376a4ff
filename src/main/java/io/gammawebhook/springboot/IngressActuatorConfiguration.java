package io.gammawebhook.springboot;

import io.gammawebhook.admin.SecretHealth;
import io.gammawebhook.admin.SecretMetrics;
import io.gammawebhook.camel.Receivers;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.InstantSource;
import org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Health and metrics of the ingress, where the host has Actuator. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(HealthIndicator.class)
class IngressActuatorConfiguration {

  @Bean
  @ConditionalOnEnabledHealthIndicator("webhook-secrets")
  HealthIndicator webhookSecretsHealthIndicator(
      GammaWebhookProperties properties, Receivers receivers) {
    return new SecretHealth(
        receivers, PluginRules.expiryWarning(properties), InstantSource.system());
  }

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
