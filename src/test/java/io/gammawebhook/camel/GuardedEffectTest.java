package io.gammawebhook.camel;

import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.audit.Redaction;
import io.gammawebhook.dispatch.RetryPolicy;
import io.gammawebhook.inbox.InboxSettings;
import io.gammawebhook.store.JdbcInbox;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Camel's idempotentConsumer with our repository on a real store. */
class GuardedEffectTest {

  private static final Duration DAY = Duration.ofDays(1);

  @TempDir private Path folder;
  private final DefaultCamelContext camel = new DefaultCamelContext();
  private final AtomicBoolean broken = new AtomicBoolean();
  private final AtomicInteger effects = new AtomicInteger();
  private WebhookRuntime runtime;
  private WebhookIdempotentRepository repository;

  @BeforeEach
  void start() throws Exception {
    SecureRandom random = new SecureRandom();
    InboxSettings settings =
        InboxSettings.ofUrl("jdbc:sqlite:" + folder.resolve("inbox.db"), null, null, "node-1");
    runtime =
        new WebhookRuntime(
            () -> JdbcInbox.open(settings, InstantSource.system(), random),
            Set.of(),
            RetryPolicy.DEFAULT,
            DAY,
            DAY,
            random,
            Redaction.defaults());
    repository = new WebhookIdempotentRepository(runtime, "test", DAY, DAY);
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:effect")
                .idempotentConsumer(header("key"), repository)
                .process(
                    exchange -> {
                      if (broken.get()) {
                        throw new IllegalStateException("the mail server is down");
                      }
                      effects.incrementAndGet();
                    });
          }
        });
    camel.addService(runtime);
    camel.start();
  }

  @AfterEach
  void stop() {
    camel.stop();
  }

  @Test
  void anEffectThatFailedLeavesItsKeyFreeAlsoForAnotherDelivery() throws Exception {
    broken.set(true);
    assertThat(deliver("d1").getException()).hasMessage("the mail server is down");
    assertThat(repository.contains("key-1")).isFalse();

    broken.set(false);
    assertThat(deliver("d2").getException()).isNull();

    assertThat(effects).hasValue(1);
  }

  @Test
  void anEffectThatHappenedIsNotRepeatedByAnyDelivery() throws Exception {
    assertThat(deliver("d1").getException()).isNull();
    assertThat(deliver("d1").getException()).isNull();
    assertThat(deliver("d2").getException()).isNull();

    assertThat(effects).hasValue(1);
  }

  private Exchange deliver(String delivery) throws Exception {
    Exchange exchange = new DefaultExchange(camel);
    exchange.setProperty(WebhookConstants.DELIVERY_ID, delivery);
    exchange.getMessage().setHeader("key", "key-1");
    try (var template = camel.createProducerTemplate()) {
      return template.send("direct:effect", exchange);
    }
  }
}
