package io.gammawebhook.routes;

import static org.apache.camel.builder.AdviceWith.adviceWith;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.EndpointInject;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.apache.camel.test.spring.junit5.MockEndpointsAndSkip;
import org.apache.camel.test.spring.junit5.UseAdviceWith;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;

/** The shipped route gamma chooses by the content of the event, and nothing else. */
@CamelSpringBootTest
@SuppressWarnings("NullAway.Init")
@UseAdviceWith
@MockEndpointsAndSkip("direct:to-.*")
@SpringBootTest(
    properties = {
      "gamma.webhook.enabled=false",
      "camel.main.routes-include-pattern=file:routes/gamma.camel.yaml"
    })
class GammaRouteTest {

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration(exclude = DataSourceAutoConfiguration.class)
  static class Host {}

  @Autowired private CamelContext camel;
  @Autowired private ProducerTemplate producer;

  @EndpointInject("mock:direct:to-database")
  private MockEndpoint database;

  @EndpointInject("mock:direct:to-email")
  private MockEndpoint email;

  @EndpointInject("mock:direct:to-http")
  private MockEndpoint http;

  @BeforeEach
  void start() throws Exception {
    if (!camel.isStarted()) {
      adviceWith(camel, "gamma", route -> route.replaceFromWith("direct:gamma"));
      camel.start();
    }
  }

  @AfterEach
  void reset() {
    MockEndpoint.resetMocks(camel);
  }

  @ParameterizedTest(name = "{0} goes to {1}")
  @CsvSource({
    "invoice.paid, database",
    "customer.created, email",
    "order.placed, http",
    "customers, database",
    "reorder.placed, database"
  })
  void eachTypeGoesToItsOneDestination(String type, String destination) throws Exception {
    Map<String, MockEndpoint> all = Map.of("database", database, "email", email, "http", http);
    all.forEach((name, mock) -> mock.expectedMessageCount(name.equals(destination) ? 1 : 0));

    producer.sendBodyAndHeaders(
        "direct:gamma",
        ("{\"type\":\"" + type + "\"}").getBytes(StandardCharsets.UTF_8),
        new HashMap<>(Map.of("CamelWebhookEventType", type)));

    MockEndpoint.assertIsSatisfied(camel);
  }
}
