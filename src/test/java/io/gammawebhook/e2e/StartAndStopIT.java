package io.gammawebhook.e2e;

import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What senders see while the product starts and while it is asked to stop, and what is left. */
@Timeout(180)
class StartAndStopIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** The default of {@code gamma.webhook.http.shutdown-drain}. */
  private static final Duration DRAIN = Duration.ofSeconds(1);

  @TempDir private Path folder;
  private final WireMockServer http =
      new WireMockServer(wireMockConfig().dynamicPort().containerThreads(40));

  @BeforeEach
  void startDestination() {
    http.start();
  }

  @AfterEach
  void stopDestination() {
    http.stop();
  }

  @ParameterizedTest
  @EnumSource
  void aStopUnderLoadLosesNothingRepeatsNothingAndIsSeenAs503(TestStore store) throws Exception {
    // Slow enough for a backlog: ten at a time, so some hundred a second.
    http.stubFor(post(urlEqualTo("/orders")).willReturn(ok().withFixedDelay(100)));
    try (ProductProcess product = new ProductProcess(folder);
        Crowd crowd = new Crowd(product.sender(), "order.paid", 100_000)) {
      Database inbox = store.configure(product, folder);
      product.with("gamma.http.url", http.baseUrl() + "/orders");
      CompletableFuture<List<Sender.Answer>> starting =
          CompletableFuture.supplyAsync(() -> answersUntil401(product));
      product.start();

      assertThat(starting.get())
          .allSatisfy(
              answer -> {
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.headers()).containsKey("retry-after");
              });

      crowd.start();
      await().atMost(PATIENCE).until(() -> crowd.count() > 500);
      CompletableFuture<Farewell> witness =
          CompletableFuture.supplyAsync(() -> Farewell.watch(product.sender()));
      long begin = System.nanoTime();
      assertThat(product.terminate()).isEqualTo(143);
      Duration exit = Duration.ofNanos(System.nanoTime() - begin);
      crowd.stop();

      assertThat(crowd.refusals()).containsExactly(503);
      assertThat(witness.get().statuses())
          .doesNotHaveDuplicates()
          .endsWith(503)
          .isSubsetOf(202, 503);
      assertThat(witness.get().unavailable()).as("the drain").isGreaterThan(DRAIN.minusMillis(200));
      assertThat(exit).isLessThan(Duration.ofSeconds(20));
      assertThat(inbox.count("select count(*) from webhook_delivery where state = 'leased'"))
          .isZero();
      assertThat(inbox.count("select count(*) from webhook_delivery where state = 'waiting'"))
          .as("backlog")
          .isPositive();

      http.stubFor(post(urlEqualTo("/orders")).willReturn(ok()));
      product.start().awaitReady();
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  inbox.count("select count(*) from webhook_delivery where state <> 'delivered'")
                      == 0);
      List<String> keys =
          http.findAll(postRequestedFor(urlEqualTo("/orders"))).stream()
              .map(request -> request.getHeader("Idempotency-Key"))
              .toList();
      assertThat(keys)
          .doesNotHaveDuplicates()
          .containsAll(
              crowd.acknowledged().values().stream().map(reference -> reference + ".1.0").toList());
    }
  }

  /**
   * What a sender saw that posts all through a shutdown, until its connection is refused.
   *
   * @param statuses each time that the status changed
   * @param unavailable from the first 503 to the first connection that got no answer
   */
  private record Farewell(List<Integer> statuses, Duration unavailable) {

    static Farewell watch(Sender sender) {
      List<Integer> statuses = new ArrayList<>();
      long since = System.nanoTime();
      for (int n = 0; ; n++) {
        try {
          Sender.Answer answer = sender.send("farewell-" + n, "order.paid");
          if (statuses.isEmpty() || statuses.get(statuses.size() - 1) != answer.status()) {
            statuses.add(answer.status());
            since = System.nanoTime();
          }
          if (answer.status() == 503) {
            assertThat(answer.headers()).containsKey("retry-after");
          }
        } catch (IOException refused) {
          return new Farewell(statuses, Duration.ofNanos(System.nanoTime() - since));
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
    }
  }

  /** What a sender gets that tries from before the port is open until requests are verified. */
  private static List<Sender.Answer> answersUntil401(ProductProcess product) {
    List<Sender.Answer> answers = new ArrayList<>();
    while (true) {
      try {
        Sender.Answer answer = product.sender().post(product.url(), "{}", Map.of());
        if (answer.status() == 401) {
          return answers;
        }
        answers.add(answer);
      } catch (IOException e) {
        // The port is not open yet.
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      LockSupport.parkNanos(2_000_000);
    }
  }
}
