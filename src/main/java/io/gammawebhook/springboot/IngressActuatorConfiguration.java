package io.gammawebhook.springboot;

import io.gammawebhook.admin.SecretHealth;
import io.gammawebhook.admin.SecretMetrics;
import io.gammawebhook.camel.Receivers;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.InstantSource;
import java.util.Map;
import org.springframework.boot.actuate.autoconfigure.health.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Health and metrics of the ingress, where the host has Actuator. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(HealthIndicator.class)
class IngressActuatorConfiguration {

  /** Only where a secret ends or begins: else a host's health shows nothing more than before. */
  @Bean
  @Conditional(SecretsWithTimes.class)
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

  /** Whether a secret of the configuration says when it counts. */
  static final class SecretsWithTimes implements Condition {
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      try {
        return Binder.get(context.getEnvironment())
            .bind(
                GammaWebhookProperties.PREFIX + ".sources",
                Bindable.mapOf(String.class, SourceProperties.class))
            .orElse(Map.of())
            .values()
            .stream()
            .flatMap(source -> source.secrets().stream())
            .anyMatch(secret -> secret.notBefore() != null || secret.notAfter() != null);
      } catch (BindException e) {
        // It fails the start elsewhere, with the cure.
        return false;
      }
    }
  }
}
