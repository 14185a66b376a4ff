package io.gammawebhook.camel;

import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.event.RawBody;
import io.gammawebhook.verify.SchemeCatalogue;
import io.gammawebhook.verify.SignatureScheme;
import io.gammawebhook.verify.Signer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import org.apache.camel.CamelContext;
import org.apache.camel.EndpointInject;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The Kamelets receive, verify and accept through a real socket, into a route under Camel Test. */
@CamelSpringBootTest
@SuppressWarnings("NullAway.Init")
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class SourceKameletTest {

  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String BODY = "{\"type\":\"invoice.paid\"}";

  @TempDir private static Path folder;

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration(exclude = DataSourceAutoConfiguration.class)
  static class Host {
    @Bean
    RouteBuilder billing() {
      return new RouteBuilder() {
        @Override
        public void configure() {
          from("kamelet:gamma-webhook-source?source=billing&path=/webhooks/billing"
                  + "&secrets={{billing.secret}}")
              .routeId("billing")
              .to("mock:billing");
        }
      };
    }
  }

  @DynamicPropertySource
  static void properties(DynamicPropertyRegistry registry) {
    registry.add("gamma.webhook.data-dir", folder::toString);
    registry.add("billing.secret", () -> SECRET);
  }

  @Autowired private CamelContext camel;
  @LocalServerPort private int port;

  @EndpointInject("mock:billing")
  private MockEndpoint billing;

  @BeforeEach
  void reset() {
    MockEndpoint.resetMocks(camel);
  }

  @Test
  void aSignedEventReachesTheRouteOnceAndItsCopyDoesNot() throws Exception {
    billing.expectedBodiesReceived(BODY);
    billing.expectedHeaderReceived(WebhookConstants.EVENT_ID, "msg_1");
    billing.expectedHeaderReceived(WebhookConstants.SOURCE, "billing");

    assertThat(post("msg_1", SECRET)).isEqualTo(202);
    assertThat(post("msg_1", SECRET)).isEqualTo(200);

    MockEndpoint.assertIsSatisfied(camel);
  }

  @Test
  void anEventThatAnotherSignedDoesNot() throws Exception {
    billing.expectedMessageCount(0);

    assertThat(post("msg_2", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")).isEqualTo(401);

    MockEndpoint.assertIsSatisfied(camel);
  }

  private int post(String id, String secret) throws Exception {
    SignatureScheme scheme = new SchemeCatalogue().byName("standard-webhooks");
    byte[] body = BODY.getBytes(StandardCharsets.UTF_8);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/webhooks/billing"))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    new Signer(scheme, scheme.parseSecret(secret), null)
        .sign(id, Instant.now(), RawBody.of(body))
        .forEach(request::setHeader);
    return HttpClient.newHttpClient()
        .send(request.build(), HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }
}
