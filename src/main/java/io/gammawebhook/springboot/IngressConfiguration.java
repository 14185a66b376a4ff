package io.gammawebhook.springboot;

import io.gammawebhook.admin.health.InboxHealth;
import io.gammawebhook.camel.IngressGate;
import io.gammawebhook.camel.IngressRoutes;
import io.gammawebhook.camel.Receivers;
import io.gammawebhook.camel.WebhookClock;
import io.gammawebhook.camel.WebhookRuntime;
import io.gammawebhook.receive.SourceDefinition;
import io.gammawebhook.springboot.GammaWebhookAutoConfiguration.WebhookSources;
import io.gammawebhook.springboot.http.GateClosing;
import io.gammawebhook.springboot.http.HostPathCheck;
import io.gammawebhook.springboot.http.WebhookFilter;
import io.gammawebhook.springboot.http.WebhookHttpEngine;
import io.gammawebhook.verify.SchemeCatalogue;
import jakarta.servlet.DispatcherType;
import java.util.EnumSet;
import org.apache.camel.CamelContext;
import org.apache.camel.main.RoutesCollector;
import org.apache.camel.spring.boot.CamelConfigurationProperties;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;

/**
 * Opens the sources' paths: a servlet filter that answers on exactly those, and one Camel route a
 * source behind it.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBooleanProperty(name = "gamma.webhook.ingress.enabled", matchIfMissing = true)
@ConditionalOnClass(name = MissingHttpServer.SERVER)
@Import(IngressActuatorConfiguration.class)
class IngressConfiguration {

  @Bean
  WebhookIngress webhookIngress(
      GammaWebhookProperties properties,
      WebhookSources sources,
      WebhookRuntime runtime,
      ObjectProvider<WebhookClock> clocks) {
    return WebhookIngress.of(
        properties.http(),
        properties.mode(),
        sources.definitions(),
        runtime,
        GammaWebhookAutoConfiguration.clock(clocks));
  }

  /** With the schemes of the configuration, for the sources that routes define themselves. */
  @Bean
  SchemeCatalogue webhookSchemes(GammaWebhookProperties properties, Environment environment) {
    return ConfiguredSources.catalogue(properties, new PropertyOrigins(environment));
  }

  @Bean
  Receivers webhookReceivers(WebhookIngress ingress) {
    return ingress.receivers();
  }

  @Bean
  InboxHealth.Ingress webhookHealthOfIngress(WebhookIngress ingress) {
    return new InboxHealth.Ingress(ingress.receivers(), ingress.gate(), ingress.line());
  }

  @Bean
  IngressRoutes webhookIngressRoutes(WebhookIngress ingress) {
    return new IngressRoutes(ingress.receivers(), ingress.gate());
  }

  /** No default candidate: Camel's platform-http keeps its own engine for the host's routes. */
  @Bean(name = WebhookHttpEngine.BEAN_NAME, defaultCandidate = false)
  WebhookHttpEngine webhookHttpEngine(WebhookIngress ingress) {
    return ingress.engine();
  }

  @Bean
  FilterRegistrationBean<WebhookFilter> webhookFilter(WebhookIngress ingress) {
    FilterRegistrationBean<WebhookFilter> registration =
        new FilterRegistrationBean<>(ingress.filter());
    registration.setOrder(WebhookFilter.ORDER);
    registration.setAsyncSupported(true);
    registration.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST));
    return registration;
  }

  @Bean
  GateClosing webhookGateClosing(
      WebhookIngress ingress, GammaWebhookProperties properties, ApplicationContext application) {
    return new GateClosing(
        ingress.gate(), ingress.receivers(), properties.http().shutdownDrain(), application);
  }

  @Bean
  HostPathCheck webhookHostPathCheck(
      WebhookIngress ingress, ObjectProvider<RequestMappingInfoHandlerMapping> mappings) {
    return new HostPathCheck(ingress.receivers(), mappings);
  }

  @Bean
  ReadyAnnouncement webhookSourceAnnouncement(
      WebhookIngress ingress, ApplicationContext application) {
    return new ReadyAnnouncement(ingress.receivers(), application);
  }

  @Bean
  AwaitedPaths webhookAwaitedPaths(
      CamelContext camel,
      ObjectProvider<RoutesCollector> collector,
      ObjectProvider<CamelConfigurationProperties> camelProperties,
      WebhookIngress ingress) {
    return new AwaitedPaths(
        camel, collector.getIfUnique(), camelProperties.getIfUnique(), ingress.gate());
  }

  @Bean
  SecretRefresh webhookSecretRefresh(GammaWebhookProperties properties, WebhookIngress ingress) {
    return new SecretRefresh(
        properties.sources(), ingress.receivers(), PluginRules.secretRefresh(properties));
  }

  /** After the host's own configurations, which may load a route template of the same id. */
  @Bean
  @Order
  CamelContextConfiguration webhookIngressWithCamel(
      IngressRoutes routes,
      SecretRefresh refresh,
      WebhookSources sources,
      WebhookRuntime runtime,
      GammaWebhookProperties properties,
      Environment environment) {
    return new CamelContextConfiguration() {
      @Override
      public void beforeApplicationStart(CamelContext camel) {
        try {
          // The store is opened here and no earlier: all beans of the host are made, and with them
          // its migrations have run. In a schema with our tables Flyway would refuse to begin.
          for (SourceDefinition source : sources.definitions()) {
            runtime.inbox().receives(source.name(), source.signsTime());
          }
          refresh.begin(
              SourceSecrets.of(properties, environment, camel::resolvePropertyPlaceholders));
          routes.addTo(camel);
        } catch (RuntimeException e) {
          throw e;
        } catch (Exception e) {
          throw new IllegalStateException("The webhook ingress cannot be opened", e);
        }
      }

      @Override
      public void afterApplicationStart(CamelContext camel) {
        // The routes open the gate themselves, once Camel has started fully.
      }
    };
  }

  /** Whether senders are let in. */
  @Bean
  IngressGate webhookIngressGate(WebhookIngress ingress) {
    return ingress.gate();
  }
}
