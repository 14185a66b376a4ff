package io.gammawebhook.e2e;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
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
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.sqlite.SQLiteDataSource;

/** The recipes of {@code docs/recipes}, as they lie there, in one host against real peers. */
@Timeout(120)
class RecipesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String ACCOUNTING_SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
  private static final String GITHUB_SECRET = "the secret of the repository";
  private static final String SHOP_SECRET = "the secret of the shop";

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
      source.setBusyTimeout(10_000);
      return source;
    }
  }

  @BeforeAll
  static void start() throws Exception {
    MAIL.start();
    HTTP.start();
    shop = new Database("jdbc:sqlite:" + folder.resolve("shop.db"));
    execute(
        "create table shipment_line (reference text not null, line integer not null,"
            + " article text not null, quantity integer not null, primary key (reference, line))");
    execute(
        "create table account_change (reference text primary key, customer text not null,"
            + " event text not null)");
    execute("create table closed (line integer)");
    execute(
        "create trigger closed_line before insert on shipment_line"
            + " when exists (select 1 from closed where line = new.line)"
            + " begin select raise(abort, 'the line is closed'); end");
    Map<String, Object> properties = new HashMap<>();
    properties.put("camel.main.routes-include-pattern", "file:docs/recipes/*.camel.yaml");
    properties.put(
        "spring.config.additional-location", "file:docs/recipes/second-source.application.yaml");
    properties.put("GITHUB_WEBHOOK_SECRET", GITHUB_SECRET);
    properties.put("SHOP_WEBHOOK_SECRET", SHOP_SECRET);
    properties.put("private.networks", "true");
    properties.put("mail.host", "127.0.0.1");
    properties.put("mail.port", MAIL.getSmtp().getPort());
    properties.put("accounting.secret", ACCOUNTING_SECRET);
    properties.put("accounting.retries", "50ms,50ms");
    properties.put("readings.wait", "500");
    // Long enough for a test to see a failed attempt, and to mend what failed.
    properties.put("gamma.webhook.retry.schedule", "100ms" + ",100ms".repeat(199));
    properties.put("gamma.webhook.retry.jitter", "0");
    for (String name :
        List.of(
            "booking",
            "accounting",
            "archive",
            "charge",
            "receipt",
            "customers",
            "readings",
            "shop",
            "bank")) {
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
    answers("/.*", 200);
    MAIL.purgeEmailFromAllMailboxes();
  }

  @ParameterizedTest
  @CsvSource({"999.99, 1, 0", "1000, 0, 1", "25000, 0, 1"})
  void anOrderIsBookedOrWaitsForAPersonByItsTotal(String total, int posts, int mails)
      throws Exception {
    String id = "choose-" + total.replace('.', '-');
    send(id, "order.paid", "{\"number\":\"A-7\",\"total\":" + total + "}");
    ended(id, "choose-by-content 0 delivered 1");
    assertThat(requests("/booking")).hasSize(posts);
    assertThat(MAIL.getReceivedMessages()).hasSize(mails);
    if (mails > 0) {
      assertThat(MAIL.getReceivedMessages()[0].getSubject()).isEqualTo("Order A-7 waits for you");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"total\":\"much\"}", "{\"total\":null}"})
  void anOrderWithoutATotalIsADeadLetterAtOnce(String data) throws Exception {
    String id = "choose-" + Integer.toHexString(data.hashCode());
    send(id, "order.paid", data);
    ended(id, "choose-by-content 0 dead 1");
    assertThat(app.inbox().lines("select detail from webhook_delivery where state = 'dead'"))
        .anyMatch(detail -> detail.contains("the order has no data.total that is a number"));
    assertThat(requests("/booking")).isEmpty();
  }

  @Test
  void anOrderThatIsCutOffIsADeadLetterAtOnce() throws Exception {
    post("choose-cut", "{\"type\":\"order.paid\",\"data\":{\"total\":");
    ended("choose-cut", "choose-by-content 0 dead 1");
    assertThat(app.inbox().audit("choose-cut")).contains("dead 1 unreadable-json");
  }

  @Test
  void theArchiveHasTheInvoiceAtOnceThoughAccountingIsDownUntilItsScheduleEnds() throws Exception {
    answers("/accounting", 503);
    String reference = send("retries-1", "invoice.paid", "{}");
    ended("retries-1", "own-retries 0 dead 3", "own-retries-archive 0 delivered 1");
    assertThat(requests("/archive")).hasSize(1);
    List<LoggedRequest> attempts = requests("/accounting");
    assertThat(attempts).hasSize(3);
    assertThat(attempts)
        .extracting(request -> request.getHeader("Idempotency-Key"))
        .containsOnly(attempts.get(0).getHeader("Idempotency-Key"))
        .doesNotContainNull();
    LoggedRequest request = attempts.get(0);
    SignatureScheme standard = new SchemeCatalogue().byName("standard-webhooks");
    assertThat(request.getHeader("webhook-signature"))
        .isEqualTo(
            new Signer(standard, standard.parseSecret(ACCOUNTING_SECRET), null)
                .sign(
                    reference,
                    Instant.ofEpochSecond(Long.parseLong(request.getHeader("webhook-timestamp"))),
                    RawBody.of(request.getBody()))
                .get("webhook-signature"));
  }

  @Test
  void eachLineIsOneRowThoughALaterOneFailedAtFirst() throws Exception {
    execute("insert into closed values (1)");
    String reference =
        send(
            "split-1",
            "shipment.sent",
            "{\"lines\":[{\"article\":\"a'); --\",\"quantity\":1},{\"article\":\"b\",\"quantity\":2},"
                + "{\"article\":\"c\",\"quantity\":3}]}");
    failedOnce("split-1");
    String rows =
        "select line, article, quantity from shipment_line where reference = ? order by line";
    assertThat(shop.lines(rows, reference)).containsExactly("0 a'); -- 1");
    execute("delete from closed");
    delivered("split-1");
    assertThat(shop.lines(rows, reference)).containsExactly("0 a'); -- 1", "1 b 2", "2 c 3");
    app.replay(deliveryOf("split-1"));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(app.inbox().deliveries("split-1"))
                    .contains("split-into-rows 1 delivered 1"));
    assertThat(shop.lines(rows, reference)).hasSize(3);
  }

  @Test
  void aShipmentWithoutLinesFails() throws Exception {
    send("split-2", "shipment.sent", "{}");
    failedOnce("split-2");
    assertThat(app.inbox().audit("split-2"))
        .contains("attempt_failed 1 com.jayway.jsonpath.PathNotFoundException");
  }

  @Test
  void aPaymentIsChargedOnceThoughItsReceiptFails() throws Exception {
    answers("/receipt", 503);
    send("charge-1", "payment.due", "{}");
    await().atMost(PATIENCE).until(() -> requests("/receipt").size() >= 2);
    answers("/receipt", 200);
    delivered("charge-1");
    assertThat(requests("/charge")).hasSize(1);
  }

  @Test
  void aChargeThatFailedIsTriedAgain() throws Exception {
    answers("/charge", 503);
    send("charge-2", "payment.due", "{}");
    await().atMost(PATIENCE).until(() -> requests("/charge").size() >= 2);
    assertThat(requests("/receipt")).isEmpty();
    answers("/charge", 200);
    delivered("charge-2");
    assertThat(requests("/receipt")).hasSize(1);
  }

  @Test
  void neitherLogNorMailShowsWhatIsRedacted() throws Exception {
    Logger logger = (Logger) LoggerFactory.getLogger("applicants");
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    Level before = logger.getEffectiveLevel();
    logger.setLevel(Level.INFO);
    try {
      send(
          "redact-1",
          "applicant.new",
          "{\"name\":\"Ada\",\"iban\":\"DE02120300000000202051\",\"a\":{\"password\":\"sesame\"},"
              + "\"note\":\"pay 4111111111111111\"}");
      delivered("redact-1");
      String cut = "{\"type\":\"applicant.new\",\"data\":{\"iban\":\"DE02120300000000202051\"";
      post("redact-2", cut);
      ended("redact-2", "redact-before-mail 0 dead 1");
    } finally {
      logger.detachAppender(lines);
      logger.setLevel(before);
    }
    assertThat(MAIL.getReceivedMessages()).hasSize(1);
    String mail = MAIL.getReceivedMessages()[0].getContent().toString();
    assertThat(lines.list).hasSize(1);
    for (String shown : List.of(mail, lines.list.get(0).getFormattedMessage())) {
      assertThat(shown)
          .contains("Ada", "pay ***", "\"iban\":\"***\"")
          .doesNotContain("DE0212", "sesame", "4111");
    }
  }

  @Test
  void anAccountIsKeptWithItsCustomerOnceTheCustomersSystemIsBack() throws Exception {
    answers("/customers/C-7", 503);
    String reference = send("enrich-1", "account.changed", "{\"customer\":\"C-7\"}");
    failedOnce("enrich-1");
    assertThat(shop.count("select count(*) from account_change where reference = ?", reference))
        .isZero();
    HTTP.stubFor(get(urlEqualTo("/customers/C-7")).willReturn(okJson("{\"name\":\"Łucja\"}")));
    delivered("enrich-1");
    assertThat(shop.lines("select customer from account_change where reference = ?", reference))
        .containsExactly("{\"name\":\"Łucja\"}");
    assertThat(shop.lines("select event from account_change where reference = ?", reference).get(0))
        .contains("\"id\":\"enrich-1\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"../admin\"", "\"C 7\"", "\"\"", "null", "{\"a\":1}"})
  void whatIsNoCustomersNumberAsksForNothing(String customer) throws Exception {
    String id = "enrich-" + Integer.toHexString(customer.hashCode());
    send(id, "account.changed", "{\"customer\":" + customer + "}");
    ended(id, "enrich-before-storing 0 dead 1");
    assertThat(requests("/(customers|admin).*")).isEmpty();
  }

  @Test
  void anAccountWhoseCustomerIsNotThereIsADeadLetterAtOnce() throws Exception {
    answers("/customers/C-8", 404);
    send("enrich-404", "account.changed", "{\"customer\":\"C-8\"}");
    ended("enrich-404", "enrich-before-storing 0 dead 1");
    assertThat(app.inbox().audit("enrich-404")).contains("dead 1 http-404");
  }

  @Test
  void readingsAreOneRequestAndTheirDeliveriesEndedBeforeIt() throws Exception {
    for (String id : List.of("batch-1", "batch-2", "batch-3")) {
      send(id, "reading.taken", "{\"value\":\"" + id + "\"}");
    }
    await().atMost(PATIENCE).until(() -> lines("/readings").size() == 3);
    assertThat(requests("/readings").size()).isLessThan(3);
    assertThat(lines("/readings"))
        .allMatch(line -> line.startsWith("{\"id\":\"batch-") && line.endsWith("}}"));
    assertThat(requests("/readings").get(0).getHeader("Content-Type"))
        .isEqualTo("application/x-ndjson");

    HTTP.resetRequests();
    answers("/readings", 503);
    send("batch-4", "reading.taken", "{}");
    await().atMost(PATIENCE).until(() -> requests("/readings").size() == 1);
    // What the recipe says: the batch failed, and nothing is tried again.
    assertThat(app.inbox().deliveries("batch-4"))
        .containsExactly("collect-into-batches 0 delivered 1");
  }

  @Test
  void readingsThatAreThereGoOutBeforeTheApplicationHasStopped(@TempDir Path other)
      throws Exception {
    try (App second =
        App.host(
            other,
            Map.of(
                "camel.main.routes-include-pattern",
                "file:docs/recipes/collect-into-batches.camel.yaml",
                "readings.url",
                HTTP.baseUrl() + "/readings"))) {
      second.sender().accepted("stop-1", "reading.taken");
      second.sender().accepted("stop-2", "reading.taken");
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  second
                          .inbox()
                          .count("select count(*) from webhook_delivery where state = 'delivered'")
                      == 2);
      assertThat(requests("/readings")).isEmpty();
    }
    assertThat(lines("/readings")).hasSize(2);
  }

  @Test
  void anOpenBreakerFailsAttemptsWithoutARequestAndLosesNothing() throws Exception {
    answers("/shop", 503);
    for (int i = 1; i <= 4; i++) {
      send("stock-" + i, "stock.changed", "{}");
    }
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                app.inbox()
                        .count(
                            "select count(*) from webhook_audit where kind = 'attempt_failed' and"
                                + " reason like '%CallNotPermittedException'")
                    >= 8);
    long attempts =
        app.inbox()
            .count(
                "select count(*) from webhook_audit where kind = 'attempt_failed' and event_id like"
                    + " 'stock-%'");
    assertThat(requests("/shop").size()).isLessThan((int) attempts);
    answers("/shop", 200);
    for (int i = 1; i <= 4; i++) {
      delivered("stock-" + i);
    }
    assertThat(requests("/shop").stream().map(LoggedRequest::getBodyAsString).distinct().toList())
        .hasSize(4);
  }

  @Test
  void aRefundThatCannotBePaidIsRefusedAtOnceAndTold() throws Exception {
    send("refuse-1", "refund.due", "{\"currency\":\"XAU\"}");
    ended("refuse-1", "refuse-at-once 0 dead 1");
    assertThat(MAIL.getReceivedMessages()).hasSize(1);
    assertThat(requests("/bank")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"410, refuse-at-once 0 dead 1", "200, refuse-at-once 0 delivered 1"})
  void aRefundThatTheBankHasDoneWithIsNotTriedAgain(int status, String delivery) throws Exception {
    answers("/bank", status);
    send("refuse-" + status, "refund.due", "{\"currency\":\"EUR\"}");
    ended("refuse-" + status, delivery);
    assertThat(requests("/bank")).hasSize(1);
    assertThat(MAIL.getReceivedMessages()).isEmpty();
  }

  @Test
  void anIssueOnGitHubIsToldAndACopyUnderAnotherIdIsNot() throws Exception {
    String issue = "{\"action\":\"opened\",\"issue\":{\"title\":\"It\\r\\nBcc: eve@evil.test\"}}";
    assertThat(gitHub("issues", "gh-1", issue, GITHUB_SECRET)).isEqualTo(202);
    await().atMost(PATIENCE).until(() -> MAIL.getReceivedMessages().length == 1);
    MimeMessage mail = MAIL.getReceivedMessages()[0];
    assertThat(mail.getSubject()).isEqualTo("New issue: It Bcc: eve@evil.test");
    assertThat(mail.getRecipients(RecipientType.TO))
        .extracting(Object::toString)
        .containsExactly("developers@example.com");

    assertThat(gitHub("issues", "gh-2", issue, GITHUB_SECRET)).isEqualTo(200);
    assertThat(gitHub("issues", "gh-3", "{\"action\":\"closed\"}", GITHUB_SECRET)).isEqualTo(202);
    assertThat(gitHub("ping", "gh-4", "{\"zen\":\"keep it\"}", GITHUB_SECRET)).isEqualTo(202);
    assertThat(gitHub("issues", "gh-5", "{\"action\":\"opened\"}", SHOP_SECRET)).isEqualTo(401);
    ended("gh-3", "second-source 0 delivered 1");
    assertThat(app.inbox().deliveries("gh-4")).isEmpty();
    assertThat(MAIL.getReceivedMessages()).hasSize(1);
  }

  @Test
  void aCustomerOfTheShopIsToldWhereTheShopSignedInTime() throws Exception {
    String customer = "{\"id\":\"shop-1\",\"type\":\"customer.new\"}";
    long now = Instant.now().getEpochSecond();
    assertThat(shop(now - 400, customer, SHOP_SECRET)).isEqualTo(401);
    assertThat(shop(now, customer, GITHUB_SECRET)).isEqualTo(401);
    assertThat(shop(now, customer, SHOP_SECRET)).isEqualTo(202);
    assertThat(shop(now - 1, customer, SHOP_SECRET)).isEqualTo(200);
    ended("shop-1", "second-source-shop 0 delivered 1");
    assertThat(MAIL.getReceivedMessages())
        .singleElement()
        .satisfies(mail -> assertThat(mail.getSubject()).isEqualTo("A customer of the shop"));
  }

  private static int gitHub(String type, String id, String body, String secret) throws Exception {
    return app.sender()
        .post(
            app.url("/webhooks/github"),
            body,
            Map.of(
                "content-type",
                "application/json",
                "x-github-event",
                type,
                "x-github-delivery",
                id,
                "x-hub-signature-256",
                "sha256=" + hmac(body, secret)))
        .status();
  }

  private static int shop(long time, String body, String secret) throws Exception {
    return app.sender()
        .post(
            app.url("/webhooks/shop"),
            body,
            Map.of(
                "content-type",
                "application/json",
                "x-shop-time",
                Long.toString(time),
                "x-shop-signature",
                "sha256=" + hmac(time + "." + body, secret)))
        .status();
  }

  private static String hmac(String signed, String secret) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    return HexFormat.of().formatHex(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
  }

  private static void answers(String path, int status) {
    HTTP.stubFor(
        any(path.contains("*") ? anyUrl() : urlEqualTo(path))
            .willReturn(status == 200 ? ok() : aResponse().withStatus(status)));
  }

  private static List<LoggedRequest> requests(String path) {
    return HTTP.findAll(anyRequestedFor(urlPathMatching(path)));
  }

  private static List<String> lines(String path) {
    return requests(path).stream().flatMap(request -> request.getBodyAsString().lines()).toList();
  }

  private static void execute(String sql) throws Exception {
    try (Connection c = DriverManager.getConnection(shop.url());
        Statement s = c.createStatement()) {
      s.execute("pragma busy_timeout = 10000");
      s.execute(sql);
    }
  }

  /** Sends an event with such data, and returns its reference. */
  private static String send(String id, String type, String data) throws Exception {
    return post(id, "{\"id\":\"%s\",\"type\":\"%s\",\"data\":%s}".formatted(id, type, data));
  }

  private static String post(String id, String body) throws Exception {
    Sender sender = app.sender();
    Sender.Answer answer = sender.post(sender.url(), body, sender.signed(id, body));
    assertThat(answer.status()).isEqualTo(202);
    return answer.reference();
  }

  private static String deliveryOf(String eventId) {
    return app.inbox()
        .lines(
            "select d.reference || '.' || d.subscription || '.' || d.run from webhook_delivery d"
                + " join webhook_event e on e.reference = d.reference where e.event_id = ?",
            eventId)
        .get(0);
  }

  private static void failedOnce(String eventId) {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                app.inbox().audit(eventId).stream()
                    .anyMatch(entry -> entry.startsWith("attempt_failed 1 ")));
  }

  private static void ended(String eventId, String... deliveries) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(app.inbox().deliveries(eventId)).containsExactly(deliveries));
  }

  private static void delivered(String eventId) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(app.inbox().deliveries(eventId))
                    .isNotEmpty()
                    .allMatch(line -> line.contains(" delivered ")));
  }
}
