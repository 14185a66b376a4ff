package io.gammawebhook.e2e;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
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
import io.gammawebhook.event.RawBody;
import io.gammawebhook.verify.SchemeCatalogue;
import io.gammawebhook.verify.SignatureScheme;
import io.gammawebhook.verify.Signer;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.internet.MimeMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.sqlite.SQLiteDataSource;

/** The Kamelets for destinations in a host of YAML alone, each against a real peer. */
@Timeout(120)
class SinkKameletsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

  /** Beside the examples of the documentation. */
  private static final String PRIVATE =
      """
      - route:
          id: private
          from:
            uri: webhook-inbox
            parameters: { source: gamma, types: "private.*" }
            steps:
              - to:
                  uri: kamelet:webhook-http-sink
                  parameters:
                    url: "{{orders.url}}"
      - route:
          id: two
          from:
            uri: webhook-inbox
            parameters: { source: gamma, types: "two.*" }
            steps:
              - multicast:
                  stopOnException: true
                  steps:
                    - to:
                        uri: kamelet:webhook-email-sink
                        parameters: { host: "{{mail.host}}", port: "{{mail.port}}",
                          from: hooks@example.com, to: ops@example.com, subject: First }
                    - to:
                        uri: kamelet:webhook-email-sink
                        parameters: { host: "{{mail.host}}", port: "{{mail.port}}",
                          from: hooks@example.com, to: ops@example.com, subject: Second }
                    - to:
                        uri: kamelet:webhook-http-sink
                        parameters: { url: "{{receipts.url}}", allowPrivateNetworks: true }
      """;

  private static final List<String> EXAMPLES =
      List.of(
          "webhook-receive-source",
          "webhook-redact-action",
          "webhook-once-action",
          "webhook-email-sink",
          "webhook-http-sink",
          "webhook-database-sink");

  @TempDir private static Path folder;
  private static final GreenMail MAIL = new GreenMail(new ServerSetup(0, "127.0.0.1", "smtp"));
  private static final WireMockServer HTTP = new WireMockServer(wireMockConfig().dynamicPort());
  private static App app;
  private static Database shop;

  @Configuration(proxyBeanMethods = false)
  static class Shop {
    @Bean
    DataSource shop() {
      SQLiteDataSource source = new SQLiteDataSource();
      source.setUrl(shop.url());
      return source;
    }
  }

  @BeforeAll
  static void start() throws Exception {
    MAIL.start();
    HTTP.start();
    shop = new Database("jdbc:sqlite:" + folder.resolve("shop.db"));
    try (Connection c = DriverManager.getConnection(shop.url());
        Statement s = c.createStatement()) {
      s.execute(
          "create table invoices (event text primary key, number text, total numeric, paid boolean,"
              + " lines text, gone text, raw text)");
    }
    String routes = "file:" + Files.writeString(folder.resolve("private.camel.yaml"), PRIVATE);
    for (String example : EXAMPLES) {
      routes += ",file:docs/kamelets/" + example + ".camel.yaml";
    }
    Map<String, Object> properties =
        new HashMap<>(
            Map.of(
                "camel.main.routes-include-pattern",
                routes,
                "mail.host",
                "127.0.0.1",
                "mail.port",
                MAIL.getSmtp().getPort(),
                "orders.secret",
                SECRET,
                "gamma.webhook.retry.schedule",
                "50ms,50ms",
                "gamma.webhook.retry.jitter",
                "0"));
    for (String name : List.of("orders", "bookings", "receipts", "refunds", "applicants")) {
      properties.put(name + ".url", HTTP.baseUrl() + "/" + name);
    }
    app = App.host(folder, properties, Shop.class);
  }

  @AfterAll
  static void stop() {
    app.close();
    HTTP.stop();
    MAIL.stop();
  }

  @BeforeEach
  void reset() throws Exception {
    HTTP.resetAll();
    HTTP.stubFor(post(anyUrl()).willReturn(ok()));
    MAIL.purgeEmailFromAllMailboxes();
  }

  @Test
  void aMailGoesToThoseOfTheConfigurationAndToAnAllowedOneOfTheEvent() throws Exception {
    send("c-1", "customer.created", "\"name\":\"Ada\",\"email\":\"ada@example.net\"");
    ended("c-1", "delivered");
    MimeMessage mail = MAIL.getReceivedMessages()[0];
    assertThat(mail.getRecipients(RecipientType.TO))
        .extracting(Object::toString)
        .containsExactly("ops@example.com", "ada@example.net");
    assertThat(mail.getSubject()).isEqualTo("Welcome Ada");
    assertThat(mail.getContent().toString().strip()).isEqualTo("Hello Ada");
    assertThat(mail.getMessageID())
        .matches("<\\Q" + delivery("c-1") + "\\E\\.[0-9a-f]{32}@gamma-webhook\\.invalid>");
  }

  @Test
  void twoMailsOfOneRouteAreTwoEffectsEachSentOnceThoughWhatFollowsFails() throws Exception {
    receiptsFailOnce();
    send("two-1", "two.mails", "");
    ended("two-1", "delivered");
    assertThat(app.inbox().deliveries("two-1")).containsExactly("two 0 delivered 2");
    assertThat(MAIL.getReceivedMessages())
        .extracting(MimeMessage::getSubject)
        .containsExactly("First", "Second");
    assertThat(MAIL.getReceivedMessages())
        .extracting(MimeMessage::getMessageID)
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "eve@evil.test",
        "ada@example.org.evil.test",
        "x@evil.test@example.org",
        "ada@example.net,eve@evil.test",
        "Eve <eve@evil.test>",
        "ada@example.net\\r\\nBcc: eve@evil.test",
        "",
      })
  void aRecipientThatIsNotAllowedIsADeadLetterAtOnce(String email) throws Exception {
    String id = "c-" + Integer.toHexString(email.hashCode());
    send(id, "customer.created", "\"name\":\"Eve\",\"email\":\"" + email + "\"");
    ended(id, "dead");
    assertThat(app.inbox().deliveries(id)).containsExactly("welcome 0 dead 1");
    assertThat(MAIL.getReceivedMessages()).isEmpty();
  }

  @Test
  void whatIsInAnEventAddsNoHeaderToItsMail() throws Exception {
    send(
        "c-crlf",
        "customer.created",
        "\"name\":\"A\\r\\nBcc: eve@evil.test\\r\\n\\r\\nforged\",\"email\":\"a@example.org\"");
    ended("c-crlf", "delivered");
    MimeMessage mail = MAIL.getReceivedMessages()[0];
    assertThat(mail.getSubject()).isEqualTo("Welcome A Bcc: eve@evil.test forged");
    assertThat(mail.getHeader("Bcc")).isNull();
    assertThat(MAIL.getReceivedMessages()).hasSize(2);
  }

  @Test
  void aPostIsSignedAndCarriesItsKeyAndNothingElseOfTheEvent() throws Exception {
    String reference = send("o-1", "order.paid", "\"To\":\"x\"");
    ended("o-1", "delivered");
    LoggedRequest request = HTTP.findAll(postRequestedFor(urlEqualTo("/orders"))).get(0);
    assertThat(request.getHeader("Idempotency-Key")).isEqualTo(delivery("o-1"));
    assertThat(request.getHeader("Content-Type")).isEqualTo("application/json");
    assertThat(request.getHeader("webhook-id")).isEqualTo(reference);
    SignatureScheme standard = new SchemeCatalogue().byName("standard-webhooks");
    Instant at = Instant.ofEpochSecond(Long.parseLong(request.getHeader("webhook-timestamp")));
    assertThat(request.getHeader("webhook-signature"))
        .isEqualTo(
            new Signer(standard, standard.parseSecret(SECRET), null)
                .sign(reference, at, RawBody.of(request.getBody()))
                .get("webhook-signature"));
    assertThat(Duration.between(at, Instant.now())).isLessThan(Duration.ofMinutes(1));
    assertThat(request.getHeaders().keys()).noneMatch(name -> name.startsWith("CamelWebhook"));
  }

  @ParameterizedTest
  @CsvSource({"503, 3, dead", "400, 1, dead"})
  void anAnswerThatIsNot2xxFailsTheAttempt(int status, int attempts, String state)
      throws Exception {
    HTTP.stubFor(post(anyUrl()).willReturn(aResponse().withStatus(status)));
    send("o-" + status, "order.paid", "");
    ended("o-" + status, state);
    assertThat(app.inbox().deliveries("o-" + status))
        .containsExactly("orders 0 " + state + " " + attempts);
  }

  @Test
  void anAddressThatIsNotPublicIsNotReached() throws Exception {
    send("p-1", "private.note", "");
    ended("p-1", "dead");
    assertThat(HTTP.getAllServeEvents()).isEmpty();
    assertThat(app.actuator("/dead-letters").toString())
        .contains("is in a network that is not public; allowPrivateNetworks lets it pass");
  }

  @Test
  void anEventIsOneRowWhoseColumnsAreWhatThePathsFind() throws Exception {
    String more =
        "\"number\":\"I-1'); drop table invoices; --\",\"total\":12.5,\"paid\":true,"
            + "\"lines\":[{\"a\":1}]";
    send("i-1", "invoice.paid", more);
    ended("i-1", "delivered");
    assertThat(
            shop.lines(
                "select event, number, total, paid, lines, gone from invoices where event = 'i-1'"))
        .containsExactly("i-1 I-1'); drop table invoices; -- 12.5 1 [{\"a\":1}] null");
    assertThat(app.replay(delivery("i-1"))).isNotBlank();
    ended("i-1", "delivered");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(app.inbox().deliveries("i-1"))
                    .hasSize(2)
                    .allMatch(l -> l.contains("delivered")));
    assertThat(shop.count("select count(*) from invoices where event = 'i-1'")).isEqualTo(1);
  }

  @Test
  void aGuardedStepIsDoneOnceThoughWhatFollowsItFails() throws Exception {
    receiptsFailOnce();
    send("1-1", "booking.made", "");
    ended("1-1", "delivered");
    assertThat(app.inbox().deliveries("1-1")).containsExactly("bookings 0 delivered 2");
    assertThat(HTTP.findAll(postRequestedFor(urlEqualTo("/bookings")))).hasSize(1);
    assertThat(HTTP.findAll(postRequestedFor(urlEqualTo("/receipts")))).hasSize(2);
  }

  @Test
  void whatIsReceivedGoesOnRedacted() throws Exception {
    send("r-1", "refund.made", "\"iban\":\"DE02\",\"note\":\"card 4111111111111111\"");
    ended("r-1", "delivered");
    assertThat(app.inbox().deliveries("r-1")).containsExactly("refunds 0 delivered 1");
    assertThat(HTTP.findAll(postRequestedFor(urlEqualTo("/refunds"))))
        .singleElement()
        .extracting(LoggedRequest::getBodyAsString)
        .isEqualTo(
            "{\"id\":\"r-1\",\"type\":\"refund.made\",\"iban\":\"***\",\"note\":\"card ***\"}");
  }

  private static void receiptsFailOnce() {
    HTTP.stubFor(
        post(urlEqualTo("/receipts"))
            .inScenario("receipts")
            .whenScenarioStateIs(STARTED)
            .willReturn(aResponse().withStatus(503))
            .willSetStateTo("up"));
  }

  /** Sends an event with more fields, and returns its reference. */
  private static String send(String id, String type, String more) throws Exception {
    String body =
        "{\"id\":\""
            + id
            + "\",\"type\":\""
            + type
            + "\""
            + (more.isEmpty() ? "" : "," + more)
            + "}";
    Sender sender = app.sender();
    Sender.Answer answer = sender.post(sender.url(), body, sender.signed(id, body));
    assertThat(answer.status()).isEqualTo(202);
    return answer.reference();
  }

  /** The id of an event's only delivery. */
  private static String delivery(String eventId) {
    return app.inbox()
        .lines(
            "select d.reference || '.' || d.subscription || '.' || d.run from webhook_delivery d"
                + " join webhook_event e on e.reference = d.reference where e.event_id = ?",
            eventId)
        .get(0);
  }

  private static void ended(String eventId, String state) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(app.inbox().deliveries(eventId))
                    .isNotEmpty()
                    .allMatch(line -> line.contains(" " + state + " ")));
  }
}
