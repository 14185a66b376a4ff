package io.gammawebhook.springboot;

import io.gammawebhook.camel.BoundedHttpClient;
import org.apache.camel.CamelContext;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What routes/to-http.camel.yaml sends with, where the host has camel-http. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(HttpClientConfigurer.class)
class HttpClientConfiguration {

  /** No default candidate, and used only by an endpoint that names it. */
  @Bean(name = BoundedHttpClient.BEAN, defaultCandidate = false)
  BoundedHttpClient webhookHttpClient(CamelContext camel) {
    return new BoundedHttpClient(camel);
  }
}
