package com.example.orders;

import static com.example.orders.HttpCalls.FORM;
import static com.example.orders.HttpCalls.JSON;
import static com.example.orders.HttpCalls.webhook;
import static org.assertj.core.api.Assertions.assertThat;

import com.example.security.ActuatorSecurity;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;

/** The recipe of docs/security.md for a host with Spring Security: who may do what without a token. */
@Tag("after")
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    classes = {OrdersApplication.class, ActuatorSecurity.class, OperatorsTest.Users.class},
    properties = "management.endpoints.web.exposure.include=health,webhooks")
class OperatorsTest {

  private static final String GAMMA = "/webhooks/gamma";
  private static final String PAUSE =
      "{\"source\":\"gamma\",\"subscription\":\"orders\",\"who\":\"ann\",\"why\":\"a test\"}";

  @LocalServerPort private int port;

  @TestConfiguration(proxyBeanMethods = false)
  static class Users {
    @Bean
    UserDetailsService users() {
      return new InMemoryUserDetailsManager(
          User.withUsername("ann").password("{noop}anns").roles("OPERATOR").build(),
          User.withUsername("clerk").password("{noop}clerks").roles("CLERK").build());
    }
  }

  @BeforeAll
  static void makeTheFolder() throws Exception {
    Files.createDirectories(Path.of(System.getenv("ORDERS_DATA")));
  }

  @Test
  void aSenderNeedsNeitherLoginNorToken() {
    byte[] body = "{\"type\":\"order.paid\"}".getBytes(StandardCharsets.UTF_8);
    String id = "msg_" + UUID.randomUUID();

    assertThat(
            webhook(port, GAMMA, System.getenv("GAMMA_WEBHOOK_SECRET"), id, JSON, body)
                .statusCode())
        .isEqualTo(202);
  }

  @Test
  void onlyAnOperatorSeesAndOrders() {
    HttpCalls calls = new HttpCalls(port);

    assertThat(calls.get("/actuator/health").statusCode()).isEqualTo(200);
    assertThat(calls.get("/actuator/webhooks").statusCode()).isEqualTo(401);
    assertThat(calls.get("/actuator/webhooks", as("clerk")).statusCode()).isEqualTo(403);
    assertThat(calls.get("/actuator/webhooks", as("ann")).body()).contains("\"store\":\"up\"");

    assertThat(order("pause").statusCode()).isEqualTo(401);
    assertThat(order("pause", as("clerk")).statusCode()).isEqualTo(403);
    assertThat(order("pause", as("ann")).body()).contains("\"state\":\"paused\"");
    assertThat(order("resume", as("ann")).body()).contains("\"state\":\"active\"");
  }

  @Test
  void whatAnotherSitesPageCanSendIsNoOrder() {
    HttpCalls calls = new HttpCalls(port);

    for (String type : new String[] {FORM, "text/plain"}) {
      assertThat(calls.post("/actuator/webhooks/pause", type, PAUSE, as("ann")).statusCode())
          .isEqualTo(415);
    }
  }

  @Test
  void theApplicationsOwnPathsAreProtectedAsBefore() {
    HttpCalls calls = new HttpCalls(port);

    assertThat(calls.post("/webhooks/internal", FORM, "item=a", as("ann")).statusCode())
        .as("no token")
        .isEqualTo(403);
    assertThat(calls.get("/webhooks/internal").statusCode()).as("no login").isEqualTo(401);
  }

  private HttpResponse<String> order(String order, String... headers) {
    return new HttpCalls(port).post("/actuator/webhooks/" + order, JSON, PAUSE, headers);
  }

  private static String[] as(String user) {
    return new String[] {
      "Authorization",
      "Basic "
          + Base64.getEncoder()
              .encodeToString((user + ":" + user + "s").getBytes(StandardCharsets.UTF_8))
    };
  }
}
