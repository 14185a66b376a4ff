package io.gammawebhook.admin.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.measure.Measure;
import io.gammawebhook.measure.Measure.AttemptOutcome;
import io.gammawebhook.measure.RequestOutcome;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MicrometerMeasureTest {

  private static final SourceName GAMMA = new SourceName("gamma");
  private static final SubscriptionName ORDERS = new SubscriptionName("orders");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final MicrometerMeasure measure = new MicrometerMeasure();

  private double sum(String counter) {
    return registry.get(counter).counters().stream().mapToDouble(each -> each.count()).sum();
  }

  @Test
  void aThousandReasonsAreFiftyAndTheOthers() {
    measure.bindTo(registry);
    for (int i = 0; i < 1_000; i++) {
      String reason = "com.example.Exception" + i;
      measure.attempted(GAMMA, ORDERS, AttemptOutcome.RETRY, reason, 1);
      measure.answered(GAMMA, RequestOutcome.rejected(reason), 1);
    }
    measure.attempted(GAMMA, ORDERS, AttemptOutcome.RETRY, "x".repeat(10_000), 1);
    assertThat(registry.get("gamma.webhook.attempts").counters())
        .hasSize(MicrometerMeasure.MOST_REASONS + 1);
    assertThat(
            registry.get("gamma.webhook.received").counters().stream()
                .map(counter -> counter.getId().getTag("reason"))
                .collect(Collectors.toSet()))
        .hasSize(MicrometerMeasure.MOST_REASONS + 1);
    assertThat(sum("gamma.webhook.attempts")).isEqualTo(1_001);
    assertThat(sum("gamma.webhook.received")).isEqualTo(1_000);
    assertThat(
            registry
                .get("gamma.webhook.attempts")
                .tag("reason", "com.example.Exception0")
                .counter()
                .count())
        .isEqualTo(1);
    assertThat(registry.get("gamma.webhook.attempts").tag("reason", "other").counter().count())
        .isEqualTo(951);
  }

  @Test
  void aLineThatIsWatchedBeforeTheRegistryComesIsShownUntilItsWatchEnds() {
    Line line = new Line();
    Measure.Watch watch = measure.watch("store", line);
    measure.bindTo(registry);
    SimpleMeterRegistry second = new SimpleMeterRegistry();
    measure.bindTo(second);
    line.requests = 7;
    assertThat(registry.get("gamma.webhook.line.requests").gauge().value()).isEqualTo(7);
    assertThat(second.get("gamma.webhook.line.requests").gauge().value()).isEqualTo(7);
    watch.close();
    watch.close();
    assertThat(registry.find("gamma.webhook.line.requests").gauge()).isNull();
    Measure.Watch again = measure.watch("store", line);
    assertThat(second.get("gamma.webhook.line.requests").gauge().value()).isEqualTo(7);
    again.close();
  }

  private static final class Line implements Measure.Line {
    private long requests;

    @Override
    public long requests() {
      return requests;
    }

    @Override
    public long maxRequests() {
      return 10;
    }

    @Override
    public long bytes() {
      return 0;
    }

    @Override
    public long maxBytes() {
      return 10;
    }
  }
}
