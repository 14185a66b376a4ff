package com.example.destinations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSContext;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import org.springframework.kafka.test.utils.KafkaTestUtils;

/** An event is a record of Kafka or a message of JMS that any CloudEvents SDK reads, or one row. */
@Timeout(180)
class DestinationsTest {

  private static final byte[] KEY = "a secret of the test, 32 bytes!!".getBytes(StandardCharsets.UTF_8);

  private static final String SHOP = "jdbc:h2:mem:shop;DB_CLOSE_DELAY=-1";

  @TempDir private static Path folder;
  private static final EmbeddedKafkaKraftBroker KAFKA =
      new EmbeddedKafkaKraftBroker(1, 3, "shipments");
  private static final EmbeddedActiveMQ JMS = new EmbeddedActiveMQ();
  private static ConfigurableApplicationContext application;

  @BeforeAll
  static void start() throws Exception {
    KAFKA.afterPropertiesSet();
    JMS.setConfiguration(
        new ConfigurationImpl()
            .setPersistenceEnabled(false)
            .setSecurityEnabled(false)
            .addAcceptorConfiguration("in-vm", "vm://0"));
    JMS.start();
    try (Connection shop = DriverManager.getConnection(SHOP);
        Statement statement = shop.createStatement()) {
      statement.execute(
          "create table invoices (event varchar(100) primary key, number varchar(100),"
              + " total numeric(10, 2), paid boolean, lines varchar(1000), gone varchar(10),"
              + " raw varchar(1000))");
    }
    String examples = System.getProperty("examples");
    application =
        SpringApplication.run(
            DestinationsApplication.class,
            "--server.port=0",
            "--jms.url=vm://0",
            "--shop.url=" + SHOP,
            "--kafka.brokers=" + KAFKA.getBrokersAsString(),
            "--management.endpoints.web.exposure.include=webhooks",
            "--gamma.webhook.data-dir=" + folder,
            "--gamma.webhook.sources.gamma.secrets[0]=whsec_" + Base64.getEncoder().encodeToString(KEY),
            "--gamma.webhook.sources.gamma.ordering-key=$.ship",
            "--camel.main.routes-include-pattern=file:"
                + examples
                + "/webhook-kafka-sink.camel.yaml,file:"
                + examples
                + "/webhook-jms-sink.camel.yaml,file:"
                + examples
                + "/webhook-database-sink.camel.yaml");
  }

  @AfterAll
  static void stop() throws Exception {
    application.close();
    JMS.stop();
    KAFKA.destroy();
  }

  @Test
  void anEventIsARecordWhoseKeyIsItsOrderingKey() throws Exception {
    String body = "{\"type\":\"shipment.sent\",\"ship\":\"S-7\",\"note\":\"caf\u00e9\"}";
    String reference = send("msg_1", body);
    Map<String, Object> settings = KafkaTestUtils.consumerProps("test", "true", KAFKA);
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      KAFKA.consumeFromAnEmbeddedTopic(consumer, "shipments");
      ConsumerRecord<String, byte[]> record =
          KafkaTestUtils.getSingleRecord(consumer, "shipments", Duration.ofSeconds(60));
      assertThat(record.key()).isEqualTo("S-7");
      assertThat(new String(record.value(), StandardCharsets.UTF_8)).isEqualTo(body);
      Map<String, String> headers = new TreeMap<>();
      record
          .headers()
          .forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
      assertThat(Instant.parse(headers.remove("ce_time")))
          .isBetween(Instant.now().minusSeconds(300), Instant.now());
      assertThat(headers.remove("ce_deliveryid")).startsWith(reference + ".");
      assertThat(headers)
          .isEqualTo(
              Map.of(
                  "ce_specversion", "1.0",
                  "ce_id", reference,
                  "ce_source", "/gamma",
                  "ce_type", "shipment.sent",
                  "ce_eventid", "msg_1",
                  "content-type", "application/json"));
    }
  }

  @Test
  void anEventIsAMessageOfTheGroupThatItsOrderingKeyNames() throws Exception {
    String body = "{\"type\":\"payment.made\",\"ship\":\"S-8\"}";
    String reference = send("msg_2", body);
    try (ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory("vm://0");
        JMSContext jms = factory.createContext()) {
      BytesMessage message =
          (BytesMessage) jms.createConsumer(jms.createQueue("payments")).receive(60_000);
      assertThat(message).isNotNull();
      assertThat(new String(message.getBody(byte[].class), StandardCharsets.UTF_8)).isEqualTo(body);
      assertThat(message.getStringProperty("JMSXGroupID")).isEqualTo("S-8");
      assertThat(message.getStringProperty("cloudEvents_id")).isEqualTo(reference);
      assertThat(message.getStringProperty("cloudEvents_type")).isEqualTo("payment.made");
      assertThat(message.getStringProperty("cloudEvents_source")).isEqualTo("/gamma");
      assertThat(message.getStringProperty("cloudEvents_datacontenttype"))
          .isEqualTo("application/json");
    }
  }

  @Test
  void anEventIsOneRowThoughItIsDeliveredTwice() throws Exception {
    String body =
        "{\"type\":\"invoice.paid\",\"number\":\"I-1\",\"total\":12.50,\"paid\":true,\"lines\":[1]}";
    String reference = send("msg_3", body);
    try (Connection shop = DriverManager.getConnection(SHOP);
        Statement statement = shop.createStatement()) {
      String query = "select event, number, total, paid, lines, gone, raw from invoices";
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () ->
                  assertThat(statement.executeQuery(query).next()).isTrue());
      statement.execute("update invoices set number = 'seen'");
      replay(reference);
      try (ResultSet row = statement.executeQuery(query)) {
        assertThat(row.next()).isTrue();
        assertThat(row.getString(1)).isEqualTo("msg_3");
        assertThat(row.getString(2)).isEqualTo("seen");
        assertThat(row.getBigDecimal(3)).isEqualByComparingTo("12.50");
        assertThat(row.getBoolean(4)).isTrue();
        assertThat(row.getString(5)).isEqualTo("[1]");
        assertThat(row.getString(6)).isNull();
        assertThat(row.getString(7)).isEqualTo(body);
        assertThat(row.next()).isFalse();
      }
    }
  }

  /** Delivers the event once more, and waits until that is done. */
  private static void replay(String reference) throws Exception {
    String inbox = "jdbc:sqlite:" + folder.resolve("inbox.db");
    try (Connection c = DriverManager.getConnection(inbox);
        Statement statement = c.createStatement()) {
      String deliveries =
          "select d.reference || '.' || d.subscription || '.' || d.run, d.state"
              + " from webhook_delivery d where d.reference = '"
              + reference
              + "' order by d.run desc";
      String delivery;
      try (ResultSet found = statement.executeQuery(deliveries)) {
        assertThat(found.next()).isTrue();
        delivery = found.getString(1);
      }
      HttpResponse<String> answer =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(
                          URI.create("http://localhost:" + port() + "/actuator/webhooks/" + delivery))
                      .header("content-type", "application/json")
                      .POST(HttpRequest.BodyPublishers.ofString("{\"who\":\"me\",\"why\":\"again\"}"))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () -> {
                try (ResultSet found = statement.executeQuery(deliveries)) {
                  assertThat(found.next()).isTrue();
                  assertThat(found.getString(1)).endsWith(".1");
                  assertThat(found.getString(2)).isEqualTo("delivered");
                }
              });
    }
  }

  private static int port() {
    return ((WebServerApplicationContext) application).getWebServer().getPort();
  }

  private static String send(String id, String body) throws Exception {
    String at = Long.toString(Instant.now().getEpochSecond());
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
    byte[] signature = mac.doFinal((id + "." + at + "." + body).getBytes(StandardCharsets.UTF_8));
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port() + "/webhooks/gamma"))
                    .header("content-type", "application/json")
                    .header("webhook-id", id)
                    .header("webhook-timestamp", at)
                    .header("webhook-signature", "v1," + Base64.getEncoder().encodeToString(signature))
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(202);
    return answer.body().replaceAll(".*\"reference\":\"([^\"]+)\".*", "$1");
  }
}
