package io.gammawebhook.routes;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.serviceUnavailable;
import static com.github.tomakehurst.wiremock.client.WireMock.temporaryRedirect;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.gammawebhook.testing.RawDestination;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.component.mail.DefaultJavaMailSender;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteDataSource;

/** The routes in routes/ against a real database, SMTP server and HTTP server. */
class ShippedRoutesTest {

  private static final String DELIVERY = "01932c3e-6a10-7abc-8def-0123456789ab.1.0";
  private static final String OTHER = "01932c3e-6a10-7abc-8def-0123456789ac.1.0";

  private static final List<String> COLUMNS =
      List.of("reference", "event_id", "event_type", "received_at", "delivery_id", "body");

  @TempDir private Path folder;
  private final SQLiteDataSource database = new SQLiteDataSource();
  private final GreenMail mail = new GreenMail(new ServerSetup(0, "127.0.0.1", "smtp"));
  private final WireMockServer http = new WireMockServer(wireMockConfig().dynamicPort());
  private RouteBench bench;

  @BeforeEach
  void start() throws Exception {
    mail.start();
    http.start();
    database.setUrl("jdbc:sqlite:" + folder.resolve("destination.db"));
    try (Connection c = database.getConnection();
        Statement s = c.createStatement()) {
      s.execute(Files.readString(RouteBench.ROUTES.resolve("to-database.sql")));
    }
    bench = bench(Map.of("gamma.http.url", http.baseUrl() + "/orders"));
  }

  @AfterEach
  void stop() {
    bench.close();
    http.stop();
    mail.stop();
  }

  @Test
  void anInvoiceBecomesOneRowHoweverOftenItIsDelivered() throws Exception {
    String body = "{\"type\":\"invoice.paid\",\"note\":\"Zürich ✓ '; drop table gamma_event; --\"}";
    Map<String, Object> ids =
        Map.of("CamelWebhookEventId", "msg_1", "CamelWebhookEventType", "invoice.paid");

    succeed(bench.deliver("direct:gamma", DELIVERY, body, ids));
    succeed(bench.deliver("direct:gamma", DELIVERY, body, ids));

    assertThat(rows())
        .containsExactly(
            List.of(
                DELIVERY.substring(0, 36),
                "msg_1",
                "invoice.paid",
                1_700_000_000_000L,
                DELIVERY,
                body));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "CamelJdbcParameters",
        "CamelSqlParameters",
        "CamelSqlQuery",
        "CamelRetrieveGeneratedKeys",
        "row_reference",
        "row_body"
      })
  void noHeaderOnTheExchangeChangesTheStatementOrItsValues(String header) throws Exception {
    Map<String, Object> values = new HashMap<>();
    for (String column : COLUMNS) {
      values.put("row_" + column, column.equals("received_at") ? (Object) 0L : "attacker");
    }
    Object hostile =
        switch (header) {
          case "CamelJdbcParameters", "CamelSqlParameters" -> values;
          case "CamelRetrieveGeneratedKeys" -> true;
          case "CamelSqlQuery" -> "drop table gamma_event";
          default -> "attacker";
        };

    Exchange exchange =
        bench.deliver("direct:to-database", DELIVERY, "{\"n\":1}", Map.of(header, hostile));

    succeed(exchange);
    assertThat(exchange.getMessage().getHeaders())
        .doesNotContainKeys("CamelGeneratedKeysRows", "CamelSqlQuery", "CamelSqlParameters");
    assertThat(rows())
        .singleElement()
        .asInstanceOf(InstanceOfAssertFactories.LIST)
        .startsWith(DELIVERY.substring(0, 36))
        .endsWith(1_700_000_000_000L, DELIVERY, "{\"n\":1}");
  }

  @Test
  void theSameRouteAndTableServePostgreSql() throws Exception {
    bench.close();
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
      try (Connection c = postgres.getPostgresDatabase().getConnection();
          Statement s = c.createStatement()) {
        s.execute(Files.readString(RouteBench.ROUTES.resolve("to-database.sql")));
      }
      bench = bench(postgres.getPostgresDatabase(), Map.of());

      succeed(bench.deliver("direct:to-database", DELIVERY, "{\"n\":1}", Map.of()));
      succeed(bench.deliver("direct:to-database", DELIVERY, "{\"n\":1}", Map.of()));

      try (Connection c = postgres.getPostgresDatabase().getConnection();
          Statement s = c.createStatement();
          ResultSet r = s.executeQuery("select count(*), min(body) from gamma_event")) {
        assertThat(r.next()).isTrue();
        assertThat(r.getInt(1)).isEqualTo(1);
        assertThat(r.getString(2)).isEqualTo("{\"n\":1}");
      }
      bench.close();
    }
    bench = bench(Map.of());
  }

  @Test
  void anEventWithoutIdOrTypeOrJsonBecomesARowToo() throws Exception {
    succeed(
        bench.deliver(
            "direct:gamma", DELIVERY, "not json", Map.of("CamelWebhookContentType", "text/plain")));
    succeed(bench.deliver("direct:gamma", OTHER, "{}", Map.of()));

    assertThat(rows())
        .extracting(row -> row.get(1), row -> row.get(2), row -> row.get(5))
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple(null, null, "not json"),
            org.assertj.core.groups.Tuple.tuple(null, null, "{}"));
  }

  @Test
  void aCustomerEventIsMailedOnceUnderItsDeliveryId() throws Exception {
    String body = "{\"type\":\"customer.created\",\"name\":\"Zoë\"}";

    succeed(
        bench.deliver(
            "direct:gamma", DELIVERY, body, Map.of("CamelWebhookEventType", "customer.created")));
    succeed(
        bench.deliver(
            "direct:gamma", DELIVERY, body, Map.of("CamelWebhookEventType", "customer.created")));

    MimeMessage[] mails = mail.getReceivedMessages();
    assertThat(mails).hasSize(1);
    assertThat(mails[0].getMessageID()).isEqualTo("<" + DELIVERY + "@gamma-webhook.invalid>");
    assertThat(mails[0].getContent().toString().strip()).isEqualTo(body);
    assertThat(mails[0].getSubject()).isEqualTo("Gamma event");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {"To", "to", "Cc", "BCC", "From", "Subject", "Reply-To", "mail.smtp.host", "X-Any"})
  void noHeaderOnTheExchangeChangesAMail(String header) throws Exception {
    succeed(
        bench.deliver(
            "direct:to-email",
            DELIVERY,
            "{\"to\":\"attacker@example.com\"}",
            Map.of(header, "attacker@example.com")));

    MimeMessage[] mails = mail.getReceivedMessages();
    assertThat(mails).hasSize(1);
    assertThat(mails[0].getAllRecipients())
        .containsExactly(new InternetAddress("events@localhost"));
    assertThat(mails[0].getFrom()[0]).hasToString("gamma-webhook@localhost");
    assertThat(mails[0].getSubject()).isEqualTo("Gamma event");
    List<String> headers = new ArrayList<>();
    mails[0].getAllHeaderLines().asIterator().forEachRemaining(headers::add);
    assertThat(headers).noneMatch(line -> line.contains("attacker") || line.contains("Camel"));
  }

  @Test
  void aMailThatFailedIsSentByTheNextAttempt() {
    mail.stop();
    Exchange failed = bench.deliver("direct:to-email", DELIVERY, "{}", Map.of());
    assertThat(failed.isFailed()).isTrue();

    mail.start();
    bench.close();
    succeedAfterRestart();
    assertThat(mail.getReceivedMessages()).hasSize(1);
  }

  @Test
  void anOrderIsPostedWithItsDeliveryIdAsIdempotencyKey() {
    http.stubFor(post(urlEqualTo("/orders")).willReturn(ok()));
    String body = "{\"type\":\"order.placed\"}";

    succeed(
        bench.deliver(
            "direct:gamma",
            DELIVERY,
            body,
            Map.of("CamelWebhookEventType", "order.placed", "CamelHttpUri", "http://x.test")));

    http.verify(
        1,
        postRequestedFor(urlEqualTo("/orders"))
            .withHeader("Idempotency-Key", equalTo(DELIVERY))
            .withHeader("Content-Type", equalTo("application/json"))
            .withRequestBody(equalTo(body)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "CamelHttpUri, {server}/attacker",
    "CamelHttpPath, /attacker",
    "CamelHttpQuery, attacker=1",
    "CamelHttpRawQuery, attacker=1",
    "CamelHttpMethod, DELETE",
    "Authorization, Bearer attacker",
    "X-Any, attacker"
  })
  void noHeaderOnTheExchangeChangesTheHttpRequest(String header, String value) {
    http.stubFor(any(anyUrl()).willReturn(ok()));

    succeed(
        bench.deliver(
            "direct:to-http",
            DELIVERY,
            "{}",
            Map.of(header, value.replace("{server}", http.baseUrl()))));

    List<LoggedRequest> requests = http.findAll(anyRequestedFor(anyUrl()));
    assertThat(requests).hasSize(1);
    LoggedRequest request = requests.get(0);
    assertThat(request.getMethod().getName()).isEqualTo("POST");
    assertThat(request.getUrl()).isEqualTo("/orders");
    assertThat(request.getHost()).isEqualTo("localhost");
    assertThat(request.getHeaders().toString()).doesNotContain("attacker", "CamelWebhook");
  }

  @Test
  void anAnswerThatIsNot2xxFailsTheAttemptAtOnceAndIsNotTriedAgainInside() {
    http.stubFor(
        post(urlEqualTo("/orders"))
            .willReturn(serviceUnavailable().withHeader("Retry-After", "7")));

    Exchange failed = bench.deliver("direct:to-http", DELIVERY, "{}", Map.of());

    HttpOperationFailedException fault = failed.getException(HttpOperationFailedException.class);
    assertThat(fault.getStatusCode()).isEqualTo(503);
    assertThat(fault.getResponseHeaders()).containsEntry("Retry-After", "7");
    http.verify(1, postRequestedFor(urlEqualTo("/orders")));
  }

  @Test
  void anEndlessAnswerOfTheDestinationIsNotRead() throws Exception {
    bench.close();
    try (RawDestination endless =
        RawDestination.endless("HTTP/1.1 200 OK\r\n\r\n", "x".repeat(1024))) {
      bench = bench(Map.of("gamma.http.url", endless.url() + "/orders"));

      succeed(bench.deliver("direct:to-http", DELIVERY, "{}", Map.of()));

      await().until(() -> endless.closed() == 1);
    }
  }

  @Test
  void aBodyOfTheDestinationThatDripsDoesNotHoldTheAttempt() throws Exception {
    bench.close();
    try (RawDestination dripping = RawDestination.dripping("HTTP/1.1 200 OK\r\n\r\n")) {
      bench = bench(Map.of("gamma.http.url", dripping.url() + "/orders"));

      succeed(bench.deliver("direct:to-http", DELIVERY, "{}", Map.of()));

      await().until(() -> dripping.closed() == 1);
    }
  }

  @Test
  void anEventWithoutAMediaTypeIsPosted() {
    http.stubFor(post(urlEqualTo("/orders")).willReturn(ok()));
    Map<String, Object> none = new HashMap<>();
    none.put("CamelWebhookContentType", null);

    succeed(bench.deliver("direct:to-http", DELIVERY, "{}", none));

    http.verify(1, postRequestedFor(urlEqualTo("/orders")).withRequestBody(equalTo("{}")));
  }

  @Test
  void aRedirectIsNotFollowed() {
    http.stubFor(post(urlEqualTo("/orders")).willReturn(temporaryRedirect("/elsewhere")));

    Exchange failed = bench.deliver("direct:to-http", DELIVERY, "{}", Map.of());

    assertThat(failed.getException(HttpOperationFailedException.class).getStatusCode())
        .isEqualTo(302);
    http.verify(0, anyRequestedFor(urlEqualTo("/elsewhere")));
  }

  @Test
  void withoutAnAddressTheFailureNamesTheProperty() throws Exception {
    bench.close();
    bench = bench(Map.of());

    Exchange failed = bench.deliver("direct:to-http", DELIVERY, "{}", Map.of());

    assertThat(failed.getException()).hasMessageContaining("gamma.http.url is not set");
  }

  private RouteBench bench(Map<String, String> properties) throws Exception {
    return bench(database, properties);
  }

  private RouteBench bench(DataSource destination, Map<String, String> properties)
      throws Exception {
    DefaultJavaMailSender sender = new DefaultJavaMailSender();
    sender.setProtocol("smtp");
    sender.setHost("127.0.0.1");
    sender.setPort(mail.getSmtp().getPort());
    return new RouteBench(
        Map.of(
            "dataSource", destination,
            "mailSender", sender,
            "webhookIdempotentRepository", MemoryIdempotentRepository.memoryIdempotentRepository()),
        properties);
  }

  private void succeedAfterRestart() {
    try {
      bench = bench(Map.of());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    succeed(bench.deliver("direct:to-email", DELIVERY, "{}", Map.of()));
  }

  private static void succeed(Exchange exchange) {
    assertThat(exchange.getException()).isNull();
  }

  private List<List<Object>> rows() throws Exception {
    List<List<Object>> rows = new ArrayList<>();
    try (Connection c = database.getConnection();
        Statement s = c.createStatement();
        ResultSet r = s.executeQuery("select * from gamma_event")) {
      while (r.next()) {
        List<Object> row = new ArrayList<>();
        for (int i = 1; i <= 6; i++) {
          row.add(i == 4 ? (Object) r.getLong(i) : r.getString(i));
        }
        rows.add(row);
      }
    }
    return rows;
  }
}
