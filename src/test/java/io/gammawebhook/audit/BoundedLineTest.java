package io.gammawebhook.audit;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gammawebhook.event.DeliveryId;
import io.gammawebhook.event.Reference;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.TraceContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A fault that repeats a thousand times a second is told of, and does not fill the disk. */
class BoundedLineTest {

  private static final Reference REFERENCE =
      Reference.parse("01a20fb1-6c83-7074-a275-a13807c62a78");

  private final Logger logger = (Logger) LoggerFactory.getLogger("io.gammawebhook.audit");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Queue<Runnable> later = new ArrayDeque<>();
  private long millis = 1_000_000;

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
    logger.setLevel(Level.INFO);
  }

  @AfterEach
  void stop() {
    logger.setLevel(null);
    logger.detachAppender(lines);
  }

  private BoundedLine bounded() {
    return new BoundedLine(() -> millis, later::add);
  }

  /** A rest goes by, and what was put off until then is done. */
  private void rest() {
    millis += 10_000;
    List<Runnable> due = new ArrayList<>(later);
    later.clear();
    due.forEach(Runnable::run);
  }

  private static AuditEntry failed(int subscription, String reason, int attempt) {
    return new AuditEntry(
        REFERENCE,
        AuditKind.ATTEMPT_FAILED,
        new SourceName("gamma"),
        "msg_1",
        new DeliveryId(REFERENCE, subscription, 0),
        attempt,
        12,
        reason,
        "The destination is down");
  }

  @Test
  void aMinuteOfAThousandASecondIsABurstAndThenOneASecondAndAllAreTold() {
    BoundedLine line = bounded();
    List<Long> told = new ArrayList<>();
    for (int i = 0; i < 60_000; i++, millis++) {
      line.write(told::add);
    }

    assertThat(told).hasSizeBetween(60, 121);
    assertThat(told.subList(0, 60)).containsOnly(0L);
    rest();
    assertThat(told.size() + LongStream.of(told.stream().mapToLong(n -> n).toArray()).sum())
        .isEqualTo(60_000);
    assertThat(later).isEmpty();
  }

  @Test
  void theLastOneIsWrittenWhenTheOthersHaveStopped() {
    BoundedLine line = bounded();
    List<String> written = new ArrayList<>();
    for (int i = 1; i <= 100; i++) {
      int number = i;
      line.write(leftOut -> written.add(number + " after " + leftOut));
    }

    assertThat(written).hasSize(60).endsWith("60 after 0");
    rest();
    assertThat(written).hasSize(61).endsWith("100 after 39");
    rest();
    assertThat(written).hasSize(61);
  }

  @Test
  void asLongAsItGoesOnTheLastOneIsNotWritten() {
    BoundedLine line = bounded();
    List<Long> told = new ArrayList<>();
    for (int second = 0; second < 100; second++) {
      for (int i = 0; i < 10; i++, millis += 100) {
        line.write(told::add);
      }
      List<Runnable> due = new ArrayList<>(later);
      later.clear();
      due.forEach(Runnable::run);
    }

    assertThat(told).hasSizeBetween(150, 165);
    assertThat(later).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void atAStopTheLastOneIsWrittenAtOnce() {
    BoundedLine line = bounded();
    List<Long> told = new ArrayList<>();
    for (int i = 0; i < 63; i++) {
      line.write(told::add);
    }
    line.sumUp();
    line.sumUp();
    rest();

    assertThat(told).hasSize(61).endsWith(2L);
  }

  @Test
  void failuresOfOneReasonDoNotHideThoseOfAnotherOrOfAnotherSubscription() {
    AuditLines audit = new AuditLines(this::bounded);
    for (int i = 1; i <= 1_000; i++) {
      audit.log(failed(1, "http-503", i), null);
    }
    audit.log(failed(1, "http-401", 1), null);
    audit.log(failed(2, "http-503", 1), null);
    assertThat(lines.list).hasSize(62);
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .noneMatch(line -> line.contains("left-out"));

    rest();
    assertThat(lines.list).hasSize(63);
    ILoggingEvent last = lines.list.get(62);
    assertThat(last.getLevel()).isEqualTo(Level.WARN);
    assertThat(last.getFormattedMessage())
        .isEqualTo(
            "attempt-failed source=gamma event-id=msg_1 reference="
                + REFERENCE
                + " delivery-id="
                + REFERENCE
                + ".1.0 attempt=1000 duration-ms=12 reason=http-503"
                + " detail=\"The destination is down\" left-out=939");
  }

  @Test
  void whatIsNoFailureIsNeverLeftOut() {
    AuditLines audit = new AuditLines(this::bounded);
    for (int i = 0; i < 500; i++) {
      audit.log(
          AuditEntry.of(
              REFERENCE, AuditKind.RECEIVED, new SourceName("gamma"), "msg_" + i, null, null),
          null);
    }
    assertThat(lines.list).hasSize(500);
  }

  @Test
  void reasonsWithoutEndShareABound() {
    AtomicInteger bounds = new AtomicInteger();
    AuditLines audit =
        new AuditLines(
            () -> {
              bounds.incrementAndGet();
              return bounded();
            });
    for (int i = 0; i < 20_000; i++) {
      audit.log(failed(1, "reason-" + i, 1), null);
    }
    assertThat(bounds).hasValue(BoundedLines.MOST_SORTS + 1);
    assertThat(lines.list).hasSize(BoundedLines.MOST_SORTS + AuditRate.BURST);

    millis += 120_000;
    audit.log(failed(1, "another", 1), null);
    assertThat(lines.list.get(lines.list.size() - 1).getFormattedMessage()).contains("another");
  }

  @Test
  void theTraceIsInTheMdc() {
    TraceContext trace =
        TraceContext.of("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", null);
    new AuditLines(this::bounded).log(failed(1, "http-503", 1), trace);
    assertThat(lines.list.get(0).getMDCPropertyMap())
        .containsEntry("webhook.trace-id", "0af7651916cd43dd8448eb211c80319c");
  }
}
