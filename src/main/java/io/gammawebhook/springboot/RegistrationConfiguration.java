package io.gammawebhook.springboot;

import io.gammawebhook.camel.Receivers;
import io.gammawebhook.camel.WebhookRuntime;
import io.gammawebhook.receive.Receiver;
import io.gammawebhook.registration.ApiCalls;
import io.gammawebhook.store.JdbcInbox;
import java.time.InstantSource;
import org.apache.camel.CamelContext;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/** Keeps our entries at the APIs of senders as they are configured. */
@Configuration(proxyBeanMethods = false)
class RegistrationConfiguration {

  @Bean
  WebhookRegistrations webhookRegistrations(
      GammaWebhookProperties properties, Environment environment) {
    return new WebhookRegistrations(
        properties, new PropertyOrigins(environment), InstantSource.system());
  }

  /** Before the routes of the ingress are added: their sources know their secrets by then. */
  @Bean
  @Order(Ordered.LOWEST_PRECEDENCE - 1)
  CamelContextConfiguration webhookRegistrationsWithCamel(
      WebhookRegistrations registrations,
      WebhookRuntime runtime,
      ObjectProvider<Receivers> receivers,
      ObjectProvider<ApiCalls> calls) {
    return new CamelContextConfiguration() {
      @Override
      public void beforeApplicationStart(CamelContext camel) {
        if (!registrations.isEmpty() && runtime.inbox() instanceof JdbcInbox inbox) {
          registrations.open(
              inbox.registrations(),
              camel::resolvePropertyPlaceholders,
              source -> {
                Receivers all = receivers.getIfAvailable();
                Receiver receiver = all == null ? null : all.forSource(source);
                return receiver == null ? null : receiver.keyring();
              },
              calls.getIfAvailable(() -> ApiCalls.NONE));
        }
      }

      @Override
      public void afterApplicationStart(CamelContext camel) {
        // The looking begins once the application is ready, and its paths are open.
      }
    };
  }

  /** An application that has children hears of theirs too. */
  @Bean
  ApplicationListener<ApplicationEvent> webhookRegistrationsWithApplication(
      WebhookRegistrations registrations, ApplicationContext application) {
    return event -> {
      if (event instanceof ApplicationReadyEvent ready
          && ready.getApplicationContext() == application) {
        registrations.start();
      } else if (event instanceof ContextClosedEvent closing
          && closing.getApplicationContext() == application) {
        registrations.close();
      }
    };
  }
}
