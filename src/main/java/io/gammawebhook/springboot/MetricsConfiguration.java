package io.gammawebhook.springboot;

import io.gammawebhook.admin.health.InboxHealth;
import io.gammawebhook.admin.metrics.BacklogMetrics;
import io.gammawebhook.admin.metrics.MicrometerMeasure;
import io.gammawebhook.admin.metrics.RegistrationMetrics;
import io.gammawebhook.camel.WebhookRuntime;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Metrics, where the host has Micrometer; they go to the registries that the host has. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(MeterBinder.class)
class MetricsConfiguration {

  @Bean
  MicrometerMeasure webhookMeasure() {
    return new MicrometerMeasure();
  }

  @Bean
  RegistrationMetrics webhookRegistrationMetrics(
      GammaWebhookProperties properties, InboxHealth health) {
    return new RegistrationMetrics(properties.registrations().keySet(), health::registrations);
  }

  @Bean
  BacklogMetrics webhookBacklogMetrics(WebhookRuntime runtime) {
    return new BacklogMetrics(runtime::openInbox, System::nanoTime);
  }
}
