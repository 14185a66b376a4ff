package io.gammawebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gammawebhook.camel.WebhookConstants;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What particular senders do beside signing: handshakes, CloudEvents, forms. */
@Timeout(120)
class SendersTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String TOKEN = "a-token-of-the-sender";

  /** What a route saw of an event, by source and event id or type. */
  private static final Map<String, Map<String, Object>> SEEN = new ConcurrentHashMap<>();

  @TempDir private static Path folder;
  private static App app;
  private final HttpClient client = HttpClient.newHttpClient();

  @Configuration(proxyBeanMethods = false)
  static class Routes {
    @Bean
    RouteBuilder routes() {
      return new RouteBuilder() {
        @Override
        public void configure() {
          for (String source : List.of("ce", "form")) {
            from("webhook-inbox:" + source)
                .routeId(source)
                .process(
                    exchange -> {
                      Message message = exchange.getMessage();
                      Map<String, Object> seen = new HashMap<>(message.getHeaders());
                      seen.put("body", message.getBody(String.class));
                      SEEN.put(source + " " + message.getHeader(WebhookConstants.EVENT_ID), seen);
                    });
          }
        }
      };
    }
  }

  @BeforeAll
  static void start() {
    Map<String, Object> properties = new HashMap<>();
    properties.put("gamma.webhook.sources.slack.scheme", "slack");
    properties.put("gamma.webhook.sources.slack.secrets", "slack-secret");
    properties.put("gamma.webhook.sources.meta.scheme", "meta");
    properties.put("gamma.webhook.sources.meta.secrets", "meta-secret");
    properties.put("gamma.webhook.sources.meta.verify-token", TOKEN);
    properties.put("gamma.webhook.sources.ce.scheme", "cloudevents");
    properties.put("gamma.webhook.sources.ce.secrets", TOKEN);
    properties.put("gamma.webhook.sources.form.scheme", "bearer");
    properties.put("gamma.webhook.sources.form.secrets", TOKEN);
    properties.put("gamma.webhook.sources.form.event-id", "form.MessageSid");
    app = App.host(folder, properties, Routes.class);
  }

  @AfterAll
  static void stop() {
    app.close();
  }

  private HttpResponse<String> send(String method, String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(app.url(path))
            .timeout(Duration.ofSeconds(20))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static long audited(String kind, String source) {
    return app.inbox()
        .count(
            "select count(*) from webhook_audit where kind = '"
                + kind
                + "' and source = '"
                + source
                + "'");
  }

  private static Map<String, Object> seen(String key) {
    return await().atMost(PATIENCE).until(() -> SEEN.get(key), found -> found != null);
  }

  @Test
  void slacksChallengeIsAnsweredAuditedAndNeverStored() throws Exception {
    String challenge = "{\"type\":\"url_verification\",\"challenge\":\"3eZbrw1aB\"}";
    URI url = app.url("/webhooks/slack");
    Sender slack = new Sender(url, "slack", "slack-secret");
    Sender.Answer answer = slack.post(url, challenge, slack.signed("", challenge));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("3eZbrw1aB");
    assertThat(answer.headers()).containsEntry("x-content-type-options", "nosniff");
    assertThat(answer.headers().get("content-type")).startsWith("text/plain");
    await().atMost(PATIENCE).until(() -> audited("handshake", "slack") == 1);
    assertThat(app.inbox().count("select count(*) from webhook_event where source = 'slack'"))
        .isZero();

    HttpResponse<String> forged =
        send("POST", "/webhooks/slack", challenge, "x-slack-signature", "v0=00");
    assertThat(forged.statusCode()).isEqualTo(401);
    assertThat(forged.body()).doesNotContain("3eZbrw1aB");
  }

  @Test
  void metasChallengeIsAnsweredToWhoKnowsTheTokenOnly() {
    String query = "/webhooks/meta?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=";
    HttpResponse<String> right = send("GET", query + TOKEN, "");
    assertThat(right.statusCode()).isEqualTo(200);
    assertThat(right.body()).isEqualTo("1158201444");
    HttpResponse<String> wrong = send("GET", query + "guessed", "");
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(wrong.body()).doesNotContain("1158201444");
    HttpResponse<String> none = send("PUT", "/webhooks/meta", "");
    assertThat(none.statusCode()).isEqualTo(405);
    assertThat(none.headers().firstValue("allow")).hasValue("GET, POST");
    assertThat(send("GET", "/webhooks/slack", "").statusCode()).isEqualTo(405);
  }

  @Test
  void aCloudEventsSenderMayAskWhetherItMaySend() {
    HttpResponse<String> answer =
        send("OPTIONS", "/webhooks/ce", "", "WebHook-Request-Origin", "eventemitter.example.com");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("webhook-allowed-origin"))
        .hasValue("eventemitter.example.com");
    assertThat(answer.headers().firstValue("webhook-allowed-rate")).hasValue("*");
  }

  @Test
  void aCloudEventInItsHeadersAndOneInItsBodyComeToTheRouteAlike() {
    String auth = "Bearer " + TOKEN;
    HttpResponse<String> binary =
        send(
            "POST",
            "/webhooks/ce",
            "{\"total\":1}",
            "authorization",
            auth,
            "content-type",
            "application/json",
            "ce-specversion",
            "1.0",
            "ce-id",
            "binary-1",
            "ce-source",
            "/orders",
            "ce-type",
            "order.paid",
            "ce-subject",
            "Stra%C3%9Fe");
    assertThat(binary.statusCode()).isEqualTo(202);
    String structured =
        "{\"specversion\":\"1.0\",\"id\":\"structured-1\",\"source\":\"/orders\",\"type\":"
            + "\"order.paid\",\"subject\":\"Stra\u00dfe\",\"data\":{\"total\":1}}";
    String type = "application/cloudevents+json; charset=utf-8";
    assertThat(
            send("POST", "/webhooks/ce", structured, "authorization", auth, "content-type", type)
                .statusCode())
        .isEqualTo(202);
    for (String id : List.of("binary-1", "structured-1")) {
      assertThat(seen("ce " + id))
          .containsEntry(WebhookConstants.EVENT_TYPE, "order.paid")
          .containsEntry(
              WebhookConstants.HEADERS,
              Map.of(
                  "ce-id", id,
                  "ce-source", "/orders",
                  "ce-type", "order.paid",
                  "ce-subject", "Stra\u00dfe"));
    }
    assertThat(seen("ce binary-1")).containsEntry("body", "{\"total\":1}");
    assertThat(seen("ce structured-1")).containsEntry("body", structured);

    // The same id of another source of its own is another event; the same of both is a duplicate.
    String other = structured.replace("/orders", "/returns");
    assertThat(
            send("POST", "/webhooks/ce", other, "authorization", auth, "content-type", type)
                .statusCode())
        .isEqualTo(202);
    assertThat(
            send("POST", "/webhooks/ce", other, "authorization", auth, "content-type", type)
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void whatIsNoCloudEventIsABadRequest() {
    String auth = "Bearer " + TOKEN;
    for (String body :
        List.of(
            "{\"specversion\":\"0.3\",\"id\":\"1\",\"source\":\"/a\",\"type\":\"b\"}",
            "{\"specversion\":\"1.0\",\"source\":\"/a\",\"type\":\"b\"}",
            "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/a b\",\"type\":\"b\"}",
            "[]",
            "")) {
      assertThat(
              send(
                      "POST",
                      "/webhooks/ce",
                      body,
                      "authorization",
                      auth,
                      "content-type",
                      "application/cloudevents+json")
                  .statusCode())
          .as(body)
          .isEqualTo(400);
    }
  }

  @Test
  void aFormComesParsedToTheRouteAndItsBytesStayWhatTheyWere() {
    String form = "MessageSid=SM1&Body=caf%C3%A9+%26+more&To=a&To=b&CamelHttpUri=http%3A%2F%2Fx";
    assertThat(
            send(
                    "POST",
                    "/webhooks/form",
                    form,
                    "authorization",
                    "Bearer " + TOKEN,
                    "content-type",
                    "application/x-www-form-urlencoded")
                .statusCode())
        .isEqualTo(202);
    Map<String, Object> seen = seen("form SM1");
    assertThat(seen).containsEntry("body", form).doesNotContainKeys("CamelHttpUri", "To", "Body");
    assertThat(seen.get(WebhookConstants.FORM))
        .isEqualTo(
            Map.of(
                "MessageSid", "SM1",
                "Body", "caf\u00e9 & more",
                "To", List.of("a", "b"),
                "CamelHttpUri", "http://x"));
  }
}
