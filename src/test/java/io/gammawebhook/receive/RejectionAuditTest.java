package io.gammawebhook.receive;

import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.audit.AuditEntry;
import io.gammawebhook.audit.AuditKind;
import io.gammawebhook.audit.AuditRate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class RejectionAuditTest {

  private final TestSource source = TestSource.standard();

  private void reject(int times) {
    for (int i = 0; i < times; i++) {
      assertThat(source.send(TestSource.request(Map.of(), new byte[0])).status()).isEqualTo(401);
    }
  }

  private AuditEntry last() {
    return source.inbox.entries.get(source.inbox.entries.size() - 1);
  }

  @Test
  void rejectionsAreWrittenWithinABoundedRateAndTheNextTellsHowManyWereNot() {
    reject(1000);
    assertThat(source.inbox.entries).hasSize(AuditRate.BURST);
    assertThat(source.inbox.entries)
        .allSatisfy(
            entry -> {
              assertThat(entry.kind()).isEqualTo(AuditKind.REJECTED);
              assertThat(entry.source()).isEqualTo(TestSource.NAME);
              assertThat(entry.eventId()).isNull();
              assertThat(entry.detail()).isEqualTo("no header webhook-signature");
            });
    source.pass(Duration.ofSeconds(1));
    reject(1);
    assertThat(last().detail())
        .isEqualTo("no header webhook-signature; 940 rejections before this were not written");
    source.pass(Duration.ofSeconds(1));
    reject(1);
    assertThat(last().detail()).isEqualTo("no header webhook-signature");
  }

  @Test
  void whatTheStoreCouldNotWriteIsTold() {
    source.inbox.recording = CompletableFuture.failedStage(new IllegalStateException("down"));
    reject(3);
    source.inbox.recording = null;
    source.inbox.broken = new IllegalStateException("down");
    reject(2);
    source.inbox.broken = null;
    reject(1);
    assertThat(last().detail()).contains("; 5 rejections before this were not written");
  }

  @Test
  void aCompressedBodyIsNamedOnlyWhereTheSourceDoesNotInflateIt() throws IOException {
    String hint =
        "no signature fits; but its body is compressed: if the sender signs what it compresses, set"
            + " gzip: true";
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(file)) {
      out.write("{}".getBytes(StandardCharsets.UTF_8));
    }
    Map<String, List<String>> headers =
        new HashMap<>(source.signed("msg_1", "other".getBytes(StandardCharsets.UTF_8)).headers());
    headers.put("content-encoding", List.of("gzip"));
    assertThat(source.send(TestSource.request(headers, file.toByteArray())).status())
        .isEqualTo(401);
    assertThat(last().detail()).isEqualTo(hint);

    TestSource inflating = TestSource.standard(builder -> builder.gzip(true));
    assertThat(inflating.send(TestSource.request(headers, file.toByteArray())).status())
        .isEqualTo(401);
    assertThat(inflating.inbox.entries)
        .singleElement()
        .satisfies(entry -> assertThat(entry.detail()).startsWith("no signature fits: "));
  }
}
