package com.example.stock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcOperations;

/** The application with the plug-in dropped in, whatever the store of the events is. */
@Tag("after")
@TestInstance(Lifecycle.PER_CLASS)
abstract class AfterTest {

  /** What the plug-in adds to Actuator's health. */
  private static final String HEALTH =
      ",\"webhookWriter\":{\"status\":\"UP\"},\"webhooks\":{\"status\":\"UP\"}";

  private static final String HEALTH_BEANS =
      ", webhookWriterHealthIndicator, webhooksHealthIndicator";

  private static final String WEBHOOK_ROUTE =
      "(webhook-ingress-gamma|webhook-(verify|accept)-action-\\d+|orders|order-journal)";

  private final String database;
  private final String[] arguments;
  private ConfigurableApplicationContext application;
  private List<String> portrait;

  AfterTest(String database, String... arguments) {
    this.database = database;
    this.arguments = arguments;
  }

  @BeforeAll
  void start() {
    application = Stock.start(database, arguments);
    portrait = Portrait.of(application);
  }

  @AfterAll
  void stop() {
    application.close();
  }

  HttpCalls calls() {
    return new HttpCalls(Portrait.port(application));
  }

  JdbcOperations jdbc() {
    return application.getBean(JdbcOperations.class);
  }

  void restart() {
    stop();
    application = Stock.start(database, arguments);
  }

  List<String> startOrder() {
    return application.getBean(StartOrder.class).order();
  }

  /** What is not there, or there in another way; and what has come that is no route of webhooks. */
  private List<String> changes() throws Exception {
    List<String> before = Files.readAllLines(Path.of(System.getProperty("recording")));
    assertThat(portrait).anyMatch(line -> line.contains(HEALTH));
    List<String> after =
        portrait.stream()
            .map(line -> line.replace(HEALTH, "").replace(HEALTH_BEANS, ""))
            .toList();
    return Portrait.changes(before, after).stream()
        .filter(
            line ->
                !line.matches(
                    "\\+ (route " + WEBHOOK_ROUTE + " Started.*|start of another: route " + WEBHOOK_ROUTE + ")"))
        .map(line -> line.replaceAll("^(\\+ table public\\.webhook_\\w+) .*", "$1"))
        .toList();
  }

  /** What this store adds. */
  abstract List<String> added();

  @Test
  void nothingOfTheApplicationChanges() throws Exception {
    assertThat(changes()).containsExactlyElementsOf(added());
  }

  @Test
  void anEventIsReservedByJpaAndWrittenDownBySqlOnce() {
    String order = "{\"type\":\"order.placed\",\"item\":\"nut\",\"pieces\":2}";

    HttpResponse<String> first = calls().webhook("order-1", order);
    HttpResponse<String> second = calls().webhook("order-1", order);

    assertThat(first.statusCode()).isEqualTo(202);
    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(second.body()).isEqualTo(first.body().replace("accepted", "duplicate"));
    await().until(() -> reserved("order-1") == 1 && journal("order-1").size() == 1);
    assertThat(journal("order-1")).containsExactly("order.placed");
  }

  /** Both routes have it; one fails until there is enough, and the other is done at once. */
  @Test
  void aFailedAttemptIsRolledBackAndTriedAgain() {
    String order = "{\"type\":\"order.placed\",\"item\":\"bolt\",\"pieces\":25}";
    int before = completions("orders");

    assertThat(calls().webhook("order-2", order).statusCode()).isEqualTo(202);
    await().until(() -> journal("order-2").size() == 1 && completions("orders") >= before + 2);
    assertThat(reserved("order-2")).isZero();

    assertThat(calls().post("/items/bolt?pieces=20", "").statusCode()).isEqualTo(200);
    await().until(() -> reserved("order-2") == 1);
    assertThat(jdbc().queryForObject("select pieces from item where name = 'bolt'", int.class))
        .isEqualTo(5);
  }

  /** What the application's global error handling handles, it handles for a delivery too. */
  @Test
  void anEventThatTheApplicationsErrorHandlingHandlesIsNotTriedAgain() {
    int before = completions("orders");

    String order = "{\"type\":\"order.placed\",\"item\":\"key\",\"pieces\":1}";
    assertThat(calls().webhook("order-3", order).statusCode()).isEqualTo(202);
    await().until(() -> journal("order-3").size() == 1 && completions("orders") == before + 1);
    assertThat(reserved("order-3")).isZero();
  }

  /** Neither a handler nor another step of the application's global configuration has a say in it. */
  @Test
  void aRejectionIsThePlugInsOwn() {
    HttpResponse<String> answer = calls().post("/webhooks/gamma", "{");

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
    assertThat(answer.headers().map()).doesNotContainKeys("X-Stock-Error", "x-stock-error");
    assertThat(answer.body()).doesNotContain("stock:");
  }

  /** It counts for the routes that the application wrote, those of webhooks too. */
  @Test
  void theApplicationsGlobalCompletionStepIsNotRunForWhatThePlugInDoesInside() {
    String order = "{\"type\":\"order.placed\",\"item\":\"nut\",\"pieces\":0}";
    assertThat(calls().webhook("order-4", order).statusCode()).isEqualTo(202);
    await().until(() -> reserved("order-4") == 1 && journal("order-4").size() == 1);

    assertThat(jdbc().queryForList("select distinct route from done", String.class))
        .isSubsetOf("reserve", "journal", "orders", "order-journal");
  }

  int reserved(String number) {
    return jdbc()
        .queryForObject("select count(*) from reservation where number = ?", int.class, number);
  }

  private List<String> journal(String number) {
    return jdbc().queryForList("select text from journal where number = ?", String.class, number);
  }

  private int completions(String route) {
    return jdbc().queryForObject("select count(*) from done where route = ?", int.class, route);
  }
}
