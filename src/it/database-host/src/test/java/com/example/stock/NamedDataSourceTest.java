package com.example.stock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The events are in the application's own database, by its own data source. */
class NamedDataSourceTest extends AfterTest {

  NamedDataSourceTest() {
    super(Postgres.withPrices("named"));
  }

  @Override
  List<String> added() {
    return Stream.of(
            "audit",
            "body",
            "delivery",
            "event",
            "housekeeping",
            "idempotent",
            "operation",
            "quarantine",
            "registration",
            "registration_secret",
            "schema",
            "source",
            "subscription")
        .map("+ table public.webhook_"::concat)
        .toList();
  }

  @Test
  void afterARestartTheMigrationsAreValidAndTheEventsKnown() {
    String order = "{\"type\":\"order.placed\",\"item\":\"nut\",\"pieces\":1}";
    assertThat(calls().webhook("order-9", order).statusCode()).isEqualTo(202);

    restart();

    assertThat(startOrder()).startsWith("Flyway afterValidate").doesNotContain("Flyway afterEachMigrate");
    assertThat(calls().webhook("order-9", order).statusCode()).isEqualTo(200);
  }
}
