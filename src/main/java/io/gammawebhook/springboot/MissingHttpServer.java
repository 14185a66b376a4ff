package io.gammawebhook.springboot;

import io.gammawebhook.config.ConfigurationProblem;
import io.gammawebhook.config.InvalidConfigurationException;
import java.util.List;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * A web application in which a configured source would have no path, for want of one dependency.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnMissingClass(MissingHttpServer.SERVER)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBooleanProperty(name = "gamma.webhook.ingress.enabled", matchIfMissing = true)
class MissingHttpServer {

  /** Of camel-platform-http-starter. */
  static final String SERVER =
      "org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpConsumer";

  private static final String SOURCES = GammaWebhookProperties.PREFIX + ".sources";

  @Bean
  static BeanFactoryPostProcessor webhookHttpServerCheck(Environment environment) {
    return beans -> {
      boolean configured =
          Binder.get(environment)
              .bind(SOURCES, Bindable.mapOf(String.class, Object.class))
              .map(sources -> !sources.isEmpty())
              .orElse(false);
      if (configured) {
        throw new InvalidConfigurationException(
            List.of(
                new ConfigurationProblem(
                    SOURCES,
                    "are configured, but Camel's HTTP endpoint is not on the class path, so that"
                        + " nothing could be received",
                    "Add the dependency org.apache.camel.springboot:camel-platform-http-starter, or"
                        + " set gamma.webhook.ingress.enabled: false on a node that only"
                        + " delivers.")));
      }
    };
  }
}
