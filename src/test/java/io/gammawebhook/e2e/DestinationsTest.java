package io.gammawebhook.e2e;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static com.github.tomakehurst.wiremock.stubbing.Scenario.STARTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The product as it is shipped, from the sender's socket to a real database, mail server and HTTP
 * server.
 */
@Timeout(120)
class DestinationsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final List<String> HOSTILE =
      List.of(
          "To",
          "cc",
          "BCC",
          "From",
          "Subject",
          "Reply-To",
          "Message-ID",
          "CamelHttpUri",
          "CamelHttpPath",
          "CamelHttpMethod",
          "CamelHttpQuery",
          "CamelHttpRawQuery",
          "CamelSqlQuery",
          "CamelSqlParameters",
          "CamelJdbcParameters",
          "CamelRetrieveGeneratedKeys",
          "row_reference",
          "row_body",
          "CamelWebhookReference",
          "CamelWebhookDeliveryId",
          "CamelWebhookEventType",
          "mail.smtp.host",
          "mail.smtp.port",
          "mail.smtp.from",
          "Idempotency-Key",
          "Authorization");

  @TempDir private static Path folder;
  private static final GreenMail MAIL = new GreenMail(new ServerSetup(0, "127.0.0.1", "smtp"));
  private static final WireMockServer HTTP = new WireMockServer(wireMockConfig().dynamicPort());
  private static App app;
  private static Database destination;

  @BeforeAll
  static void start() {
    MAIL.start();
    HTTP.start();
    destination = new Database("jdbc:sqlite:" + folder.resolve("destination.db"));
    app =
        App.product(
            folder,
            Map.of(
                "gamma.mail.host", "127.0.0.1",
                "gamma.mail.port", MAIL.getSmtp().getPort(),
                "gamma.mail.to", "people@example.com",
                "gamma.http.url", HTTP.baseUrl() + "/orders",
                "gamma.webhook.retry.schedule", "50ms,50ms,50ms",
                "gamma.webhook.retry.jitter", "0"));
  }

  @AfterAll
  static void stop() {
    app.close();
    HTTP.stop();
    MAIL.stop();
  }

  @BeforeEach
  void reset() {
    HTTP.resetAll();
    HTTP.stubFor(post(urlEqualTo("/orders")).willReturn(ok()));
  }

  @Test
  void anInvoiceIsOneRowInTheDatabase() {
    String reference = app.sender().accepted("invoice-1", "invoice.paid");

    delivered("invoice-1");
    assertThat(
            destination.lines(
                "select reference, event_id, event_type, delivery_id, body from gamma_event"
                    + " where event_id = 'invoice-1'"))
        .containsExactly(
            reference
                + " invoice-1 invoice.paid "
                + reference
                + ".1.0 "
                + Sender.body("invoice-1", "invoice.paid"));
  }

  @Test
  void aCustomerIsOneMailWhoseMessageIdIsTheDeliveryId() throws Exception {
    String reference = app.sender().accepted("customer-1", "customer.created");

    delivered("customer-1");
    List<MimeMessage> mails = mails(reference);
    assertThat(mails).hasSize(1);
    assertThat(mails.get(0).getMessageID())
        .isEqualTo("<" + reference + ".1.0@gamma-webhook.invalid>");
    assertThat(mails.get(0).getContent().toString().strip())
        .isEqualTo(Sender.body("customer-1", "customer.created"));
  }

  @Test
  void anOrderIsOnePostWhoseIdempotencyKeyIsTheDeliveryId() {
    String reference = app.sender().accepted("order-1", "order.paid");

    delivered("order-1");
    List<LoggedRequest> posts = posts();
    assertThat(posts).hasSize(1);
    assertThat(posts.get(0).getHeader("Idempotency-Key")).isEqualTo(reference + ".1.0");
    assertThat(posts.get(0).getBodyAsString()).isEqualTo(Sender.body("order-1", "order.paid"));
  }

  @Test
  void ofFiftyCopiesAtOnceOneIsStoredAndDelivered() throws Exception {
    List<Sender.Answer> answers = Burst.send(app.sender(), "order-50", "order.paid", 50);

    assertThat(answers).extracting(Sender.Answer::status).containsOnly(202, 200);
    assertThat(answers).filteredOn(answer -> answer.status() == 202).hasSize(1);
    assertThat(answers)
        .extracting(Sender.Answer::reference)
        .containsOnly(answers.get(0).reference());
    delivered("order-50");
    // One more event behind it: had a copy been stored, it would have been delivered before.
    app.sender().accepted("order-51", "order.paid");
    delivered("order-51");
    assertThat(posts()).hasSize(2);
    assertThat(app.inbox().count("select count(*) from webhook_event where event_id = 'order-50'"))
        .isEqualTo(1);
    assertThat(app.inbox().deliveries("order-50")).containsExactly("gamma 0 delivered 1");
    assertThat(app.inbox().audit("order-50"))
        .filteredOn(line -> line.startsWith("duplicate"))
        .hasSize(49);
  }

  @Test
  void noHeaderAndNoQueryOfARequestRedirectsItsMail() throws Exception {
    String reference = hostile("hostile-mail", "customer.created");

    List<MimeMessage> mails = mails(reference);
    assertThat(mails).hasSize(1);
    MimeMessage mail = mails.get(0);
    assertThat(mail.getAllRecipients()).containsExactly(new InternetAddress("people@example.com"));
    assertThat(mail.getFrom()).containsExactly(new InternetAddress("gamma-webhook@localhost"));
    List<String> lines = new ArrayList<>();
    mail.getAllHeaderLines().asIterator().forEachRemaining(lines::add);
    assertThat(lines).noneMatch(line -> line.contains("attacker"));
  }

  @Test
  void noHeaderAndNoQueryOfARequestChangesItsPost() throws Exception {
    String reference = hostile("hostile-post", "order.paid");

    assertThat(HTTP.findAll(anyRequestedFor(anyUrl()))).hasSize(1);
    LoggedRequest post = posts().get(0);
    assertThat(post.getHeader("Idempotency-Key")).isEqualTo(reference + ".1.0");
    assertThat(post.getHost()).isEqualTo("localhost");
    assertThat(post.toString()).doesNotContain("attacker");
  }

  @Test
  void noHeaderAndNoQueryOfARequestChangesItsRow() throws Exception {
    String reference = hostile("hostile-row", "invoice.paid");

    assertThat(
            destination.lines(
                "select reference, event_type, delivery_id, body from gamma_event"
                    + " where event_id = 'hostile-row'"))
        .containsExactly(
            reference
                + " invoice.paid "
                + reference
                + ".1.0 "
                + Sender.body("hostile-row", "invoice.paid"));
  }

  /**
   * Sends an event with every header, as such and in the query, that steers a mail, HTTP or
   * database producer of Camel; returns its reference when it is delivered.
   */
  private static String hostile(String id, String type) throws Exception {
    StringBuilder query = new StringBuilder("?x=1");
    String body = Sender.body(id, type);
    Map<String, String> headers = app.sender().signed(id, body);
    for (String name : HOSTILE) {
      query.append('&').append(name).append("=attacker@example.com");
      headers.put(name, "attacker@example.com");
    }
    URI url = URI.create(app.sender().url() + query.toString());

    Sender.Answer answer = app.sender().post(url, body, headers);

    assertThat(answer.status()).isEqualTo(202);
    assertThat(answer.headers() + answer.body()).doesNotContain("attacker");
    delivered(id);
    return answer.reference();
  }

  @Test
  void aDestinationThatFailsThreeTimesHasTheEventWithTheFourthAttempt() {
    failing("3 times", 3, 503);
    String reference = app.sender().accepted("order-3", "order.paid");

    delivered("order-3");
    assertThat(app.inbox().deliveries("order-3")).containsExactly("gamma 0 delivered 4");
    assertThat(app.inbox().audit("order-3"))
        .containsExactly(
            "received 0 -",
            "attempt_failed 1 http-503",
            "attempt_failed 2 http-503",
            "attempt_failed 3 http-503",
            "delivered 4 -");
    assertThat(posts())
        .hasSize(4)
        .extracting(request -> request.getHeader("Idempotency-Key"))
        .containsOnly(reference + ".1.0");
  }

  @Test
  void noAttemptComesBeforeTheDestinationsRetryAfter() {
    HTTP.stubFor(
        post(urlEqualTo("/orders"))
            .inScenario("busy")
            .whenScenarioStateIs(STARTED)
            .willReturn(aResponse().withStatus(429).withHeader("Retry-After", "2"))
            .willSetStateTo("free"));
    app.sender().accepted("order-429", "order.paid");

    delivered("order-429");
    List<LoggedRequest> posts = posts();
    assertThat(posts).hasSize(2);
    long waited =
        Math.abs(posts.get(1).getLoggedDate().getTime() - posts.get(0).getLoggedDate().getTime());
    assertThat(waited).isGreaterThanOrEqualTo(2000);
  }

  @Test
  void http400And410AreDeadAtOnce() {
    for (int status : new int[] {400, 410}) {
      HTTP.resetAll();
      HTTP.stubFor(post(urlEqualTo("/orders")).willReturn(aResponse().withStatus(status)));
      String id = "order-" + status;
      app.sender().accepted(id, "order.paid");

      ended(id, "dead");
      assertThat(app.inbox().deliveries(id)).containsExactly("gamma 0 dead 1");
      assertThat(app.inbox().audit(id))
          .containsExactly(
              "received 0 -", "attempt_failed 1 http-" + status, "dead 1 http-" + status);
      assertThat(posts()).hasSize(1);
    }
  }

  @Test
  void whatNeverSucceedsIsADeadLetterAndIsReplayedUnderANewDeliveryId() throws Exception {
    HTTP.stubFor(
        post(urlEqualTo("/orders"))
            .willReturn(aResponse().withStatus(500).withBody("stack trace with a password")));
    String reference = app.sender().accepted("order-dead", "order.paid");
    ended("order-dead", "dead");

    assertThat(posts()).hasSize(4);
    var letters = app.actuator("/dead-letters").toString();
    assertThat(letters)
        .contains("\"delivery\":\"" + reference + ".1.0\"")
        .contains("\"event-id\":\"order-dead\"", "\"attempts\":4,", "http-500")
        .doesNotContain("password", "129.00");

    HTTP.resetAll();
    HTTP.stubFor(post(urlEqualTo("/orders")).willReturn(ok()));
    assertThat(app.replay(reference + ".1.0")).isEqualTo(reference + ".1.1");
    ended("order-dead", "delivered");

    assertThat(app.inbox().deliveries("order-dead"))
        .containsExactly("gamma 0 dead 4", "gamma 1 delivered 1");
    assertThat(app.inbox().audit("order-dead")).contains("replayed 0 operator");
    assertThat(posts())
        .extracting(request -> request.getHeader("Idempotency-Key"))
        .containsExactly(reference + ".1.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a/b; charset=nope", "a/b; charset=!", "a/b; charset=\"", "no media type"})
  void aMediaTypeThatNobodyKnowsIsSentAsBytes(String type) throws Exception {
    String id = "order-" + Integer.toHexString(type.hashCode());
    String body = Sender.body(id, "order.paid");
    Map<String, String> headers = new HashMap<>(app.sender().signed(id, body));
    headers.put("content-type", type);

    app.sender().post(app.sender().url(), body, headers);

    delivered(id);
    assertThat(posts())
        .extracting(request -> request.getHeader("Content-Type"))
        .containsExactly("application/octet-stream");
  }

  private static void failing(String scenario, int times, int status) {
    for (int i = 0; i < times; i++) {
      HTTP.stubFor(
          post(urlEqualTo("/orders"))
              .inScenario(scenario)
              .whenScenarioStateIs(i == 0 ? STARTED : "failed " + i)
              .willReturn(aResponse().withStatus(status))
              .willSetStateTo("failed " + (i + 1)));
    }
  }

  private static void delivered(String eventId) {
    ended(eventId, "delivered");
  }

  /** Waits until the last run of the event's only delivery is in a state. */
  private static void ended(String eventId, String state) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              List<String> deliveries = app.inbox().deliveries(eventId);
              assertThat(deliveries).isNotEmpty();
              assertThat(deliveries.get(deliveries.size() - 1)).contains(" " + state + " ");
            });
  }

  private static List<LoggedRequest> posts() {
    return HTTP.findAll(postRequestedFor(urlEqualTo("/orders")));
  }

  private static List<MimeMessage> mails(String reference) {
    return Arrays.stream(MAIL.getReceivedMessages())
        .filter(
            mail -> {
              try {
                return mail.getMessageID().contains(reference);
              } catch (jakarta.mail.MessagingException e) {
                throw new AssertionError(e);
              }
            })
        .toList();
  }
}
