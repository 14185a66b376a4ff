package com.example.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two senders, each with its own way to sign; one of them with two subscriptions. */
class TwoSourcesTest {

  @TempDir private static Path folder;
  private static Shop shop;

  @BeforeAll
  static void start() throws Exception {
    Files.createDirectory(folder.resolve("inbox"));
    shop = Shop.start(folder);
  }

  @AfterAll
  static void stop() {
    shop.close();
  }

  @Test
  void eachSubscriptionOfASourceGetsEachEventThatItWants() throws Exception {
    String order = "{\"type\":\"order.paid\",\"number\":7}";
    String customer = "{\"type\":\"customer.created\"}";

    assertThat(shop.shopSends("/webhooks/gamma", "o-1", order)).isEqualTo(202);
    assertThat(shop.shopSends("/webhooks/gamma", "o-1", order)).isEqualTo(200);
    assertThat(shop.shopSends("/webhooks/gamma", "c-1", customer)).isEqualTo(202);

    assertThat(file("orders/o-1.json")).hasContent(order);
    assertThat(file("everything/o-1.json")).hasContent(order);
    assertThat(file("everything/c-1.json")).hasContent(customer);
    // Nothing is on its way any more, so that what is not there by now does not come.
    await().until(() -> !status().matches("(?s).*\"(waiting|leased)\":[1-9].*"));
    assertThat(status()).contains("\"subscription\":\"orders\"", "\"store\":\"up\"");
    assertThat(folder.resolve("orders/c-1.json")).doesNotExist();
  }

  @Test
  void theOtherSourceIsVerifiedInItsOwnWayAndHasItsOwnRoute() throws Exception {
    String push = "{\"ref\":\"refs/heads/main\"}";

    assertThat(shop.repositorySends("/webhooks/repository", "p-1", "push", push)).isEqualTo(202);

    assertThat(file("pushes/p-1.json")).hasContent(push);
    assertThat(folder.resolve("everything/p-1.json")).doesNotExist();
  }

  @Test
  void whatOneSenderSignedIsNothingForTheOther() {
    String body = "{\"type\":\"order.paid\"}";

    assertThat(shop.shopSends("/webhooks/repository", "o-2", body)).isEqualTo(401);
    assertThat(shop.repositorySends("/webhooks/gamma", "o-2", "push", body)).isEqualTo(401);
  }

  private static String status() {
    return shop.get("/actuator/webhooks").body();
  }

  private static Path file(String name) {
    Path file = folder.resolve(name);
    await().until(() -> Files.exists(file) && size(file) > 0);
    return file;
  }

  private static long size(Path file) throws IOException {
    return Files.size(file);
  }
}
