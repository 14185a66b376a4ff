package io.gammawebhook.springboot;

import io.gammawebhook.springboot.http.SourcePathValve;
import org.apache.catalina.startup.Tomcat;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the ingress needs of Tomcat, where that is the server. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(
    value = {Tomcat.class, TomcatServletWebServerFactory.class},
    name = MissingHttpServer.SERVER)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBooleanProperty(name = "gamma.webhook.ingress.enabled", matchIfMissing = true)
class TomcatConfiguration {

  /** The ingress is looked up when the server is made: a customizer's own needs come too early. */
  @Bean
  static WebServerFactoryCustomizer<TomcatServletWebServerFactory> webhookSourcePathValve(
      ObjectProvider<WebhookIngress> ingress) {
    return tomcat ->
        tomcat.addEngineValves(
            new SourcePathValve(
                () -> ingress.getObject().receivers(),
                tomcat::getContextPath,
                () -> ingress.getObject().measure()));
  }
}
