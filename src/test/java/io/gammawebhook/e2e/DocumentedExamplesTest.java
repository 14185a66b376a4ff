package io.gammawebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gammawebhook.testing.EmbeddedPostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What README and docs show as a file is started here as it stands there. */
class DocumentedExamplesTest {

  /** A block of YAML whose first line is a comment with a file's name. */
  private static final Pattern BLOCK =
      Pattern.compile("```yaml\\n# (\\S+\\.yaml)\\n(.*?)```", Pattern.DOTALL);

  @TempDir private Path folder;

  @Test
  void theRoutesAndTheConfigurationOfTheReadmeReceiveAWebhook() throws Exception {
    Map<String, String> examples = examples(Path.of("README.md"));
    assertThat(examples)
        .containsOnlyKeys("application.yaml", "orders.camel.yaml", "billing.camel.yaml");
    write("application.yaml", example(examples, "application.yaml"));
    write("orders.camel.yaml", example(examples, "orders.camel.yaml"));
    write(
        "billing.camel.yaml",
        example(examples, "billing.camel.yaml")
            .replace("{{env:BILLING_WEBHOOK_SECRET}}", "{{billing}}"));

    try (App app = start("application.yaml", Map.of("billing", Sender.SECRET))) {
      app.sender().accepted("msg_1", "order.paid");
      new Sender(app.url("/webhooks/billing")).accepted("msg_2", "invoice.paid");
      awaitDelivered(app, 2);
    }
  }

  @Test
  void theRoutesOfThePageOnDeliveriesDeliver() throws Exception {
    Map<String, String> examples = examples(Path.of("docs/delivery-states.md"));
    assertThat(examples).containsOnlyKeys("invoices.camel.yaml", "notify.camel.yaml");
    for (Map.Entry<String, String> example : examples.entrySet()) {
      write(example.getKey(), example.getValue());
    }

    try (App app = start(null, Map.of())) {
      app.sender().accepted("msg_1", "invoice.paid");
      app.sender().accepted("msg_2", "customer.created");
      awaitDelivered(app, 2);
    }
  }

  @Test
  void theRoutesOfTheQuickstartDeliver() throws Exception {
    Map<String, String> examples = examples(Path.of("docs/quickstart.md"));
    assertThat(examples)
        .containsOnlyKeys("hello.camel.yaml", "application.yaml", "orders.camel.yaml");
    for (Map.Entry<String, String> example : examples.entrySet()) {
      write(example.getKey(), example.getValue());
    }

    try (App app = start("application.yaml", Map.of())) {
      app.sender().accepted("msg_1", "order.paid");
      awaitDelivered(app, 2);
    }
  }

  @Test
  void theConfigurationOfTwoSourcesStarts() throws Exception {
    write("hub.secret", "a secret of the hub that is long enough");
    write(
        "application.yaml",
        example(examples(Path.of("docs/sources.md")), "application-two-sources.yaml")
            .replace("file:/run/secrets/hub", "file:" + folder.resolve("hub.secret")));
    Map<String, String> properties =
        Map.of(
            "gamma.webhook.inbox.jdbc-url",
            EmbeddedPostgresServer.jdbcUrl(EmbeddedPostgresServer.freshDatabase()),
            "gamma.webhook.inbox.username",
            EmbeddedPostgresServer.USER,
            "WEBHOOKS_DB_PASSWORD",
            "any");

    try (App app = start("application.yaml", properties)) {
      app.sender().accepted("msg_1", "invoice.paid");
      Sender hub =
          new Sender(
              app.url("/webhooks/hub"), "gamma-hub", "a secret of the hub that is long enough");
      hub.accepted("evt_1", "invoice.paid");
    }
  }

  @Test
  void aSchemeOfOnesOwnIsServed() throws Exception {
    write(
        "application.yaml",
        example(examples(Path.of("docs/sources.md")), "application-own-scheme.yaml"));

    try (App app = start("application.yaml", Map.of("SHOP_WEBHOOK_SECRET", "a secret of a shop"))) {
      Sender stranger = new Sender(app.url("/webhooks/shop"));
      assertThat(stranger.send("msg_1", "order.paid").status()).isEqualTo(401);
    }
  }

  private static Map<String, String> examples(Path page) throws IOException {
    Map<String, String> examples = new LinkedHashMap<>();
    Matcher block = BLOCK.matcher(Files.readString(page));
    while (block.find()) {
      Path name = Path.of(block.group(1)).getFileName();
      examples.put(String.valueOf(name), block.group(2));
    }
    return examples;
  }

  /** The example of that name on a page. */
  static String example(Path page, String name) throws IOException {
    return example(examples(page), name);
  }

  private static String example(Map<String, String> examples, String name) {
    return Objects.requireNonNull(examples.get(name), name);
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private App start(@Nullable String configuration, Map<String, String> properties) {
    Map<String, String> all = new LinkedHashMap<>(properties);
    all.put("GAMMA_WEBHOOK_SECRET", Sender.SECRET);
    all.put("camel.main.routes-include-pattern", "file:" + folder + "/*.camel.yaml");
    if (configuration != null) {
      all.put("spring.config.additional-location", "file:" + folder.resolve(configuration));
    }
    return App.host(folder, all);
  }

  private static void awaitDelivered(App app, int deliveries) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                app.inbox().count("select count(*) from webhook_delivery where state = 'delivered'")
                    == deliveries);
  }
}
