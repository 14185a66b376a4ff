package io.gammawebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Signed events whose type can be read and whose rest is bad for a JSON parser, through the shipped
 * routes: they end at once, one way or the other, and never wait for a next attempt.
 */
@Timeout(120)
class PoisonedJsonTest {

  private static final String HEAD = "{\"type\":\"invoice.paid\",\"x\":";

  @TempDir private static Path folder;
  private static App app;

  @BeforeAll
  static void start() {
    app =
        App.product(
            folder,
            Map.of("gamma.webhook.retry.schedule", "1h", "gamma.webhook.retry.jitter", "0"));
  }

  @AfterAll
  static void stop() {
    app.close();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "broken           | [1,}",
        "cut-off          | [1,",
        "not-a-number     | NaN}",
        "bare-word        | yes}",
        "control-in-text  | \"\u0001\"}",
      })
  void whatNoParserReadsIsADeadLetterAtOnceThatSaysWhy(String id, String rest) throws Exception {
    send(id, HEAD + rest);

    dead(id);
  }

  @ParameterizedTest(name = "{0} levels")
  @CsvSource({"1001", "100000"})
  void deeperNestingThanAParserFollowsIsADeadLetterAtOnce(int levels) throws Exception {
    String id = "deep-" + levels;
    send(id, HEAD + "[".repeat(levels) + "]".repeat(levels) + "}");

    dead(id);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"long-number, 9", "long-name, n"})
  void numbersAndNamesThatAreTooLongForAParserAreADeadLetterAtOnce(String id, String character)
      throws Exception {
    String many = character.repeat(60_000);
    send(
        id,
        id.equals("long-name")
            ? "{\"type\":\"invoice.paid\",\"" + many + "\":1}"
            : HEAD + many + "}");

    dead(id);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "huge-exponent    | {\"type\":\"invoice.paid\",\"x\":1e999999999}",
        "tiny-exponent    | {\"type\":\"invoice.paid\",\"x\":-1e-999999999}",
        // To the database: to-http has no address in this test.
        "name-twice       | {\"type\":\"order.paid\",\"type\":\"invoice.paid\"}",
        "byte-order-mark  | \uFEFF{\"type\":\"invoice.paid\"}",
        "more-behind      | {\"type\":\"invoice.paid\"} and more",
        "half-a-surrogate | {\"type\":\"invoice.paid\",\"x\":\"\\ud800\"}",
        "an-array         | [{\"type\":\"invoice.paid\"}]",
        "no-json          | hello",
        "nothing-but-null | null",
      })
  void whatAParserReadsOrHasNoTypeToChooseByIsDelivered(String id, String body) throws Exception {
    send(id, body);

    ended(id, "gamma 0 delivered 1");
  }

  private static void send(String id, String body) throws IOException, InterruptedException {
    Sender sender = app.sender();
    assertThat(sender.post(sender.url(), body, sender.signed(id, body)).status()).isEqualTo(202);
  }

  private static void dead(String id) {
    ended(id, "gamma 0 dead 1");
    assertThat(app.inbox().audit(id))
        .containsExactly(
            "received 0 -", "attempt_failed 1 unreadable-json", "dead 1 unreadable-json");
    assertThat(
            app.inbox()
                .lines("select detail from webhook_audit where event_id = ? and kind = 'dead'", id))
        .singleElement()
        .asString()
        .startsWith("The body cannot be read as JSON: ");
  }

  private static void ended(String id, String delivery) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(app.inbox().deliveries(id))
                    .singleElement()
                    .asString()
                    .doesNotContain(" leased "));
    assertThat(app.inbox().deliveries(id)).containsExactly(delivery);
  }
}
