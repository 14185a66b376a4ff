package io.gammawebhook.springboot;

import io.gammawebhook.admin.health.InboxHealth;
import io.gammawebhook.admin.health.WebhooksHealth;
import io.gammawebhook.admin.health.WriterHealth;
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

/**
 * The components of Actuator's health, where the host has it and configures the plug-in: else its
 * health shows nothing more than before.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(HealthIndicator.class)
@Conditional(HealthConfiguration.Configured.class)
class HealthConfiguration {

  @Bean
  @ConditionalOnEnabledHealthIndicator("webhooks")
  HealthIndicator webhooksHealthIndicator(InboxHealth inbox) {
    return new WebhooksHealth(inbox);
  }

  @Bean
  @ConditionalOnEnabledHealthIndicator("webhookWriter")
  HealthIndicator webhookWriterHealthIndicator(InboxHealth inbox) {
    return new WriterHealth(inbox);
  }

  /** Whether anything of the plug-in is configured. */
  static final class Configured implements Condition {
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      try {
        return Binder.get(context.getEnvironment())
            .bind(GammaWebhookProperties.PREFIX, Bindable.of(GammaWebhookProperties.class))
            .isBound();
      } catch (BindException e) {
        // It fails the start elsewhere, with the cure.
        return true;
      }
    }
  }
}
