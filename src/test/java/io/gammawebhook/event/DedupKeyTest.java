package io.gammawebhook.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class DedupKeyTest {

  private static DedupKey key(String id) {
    return DedupKey.ofEventId(new EventId(id));
  }

  /** Near each other on purpose: few characters, among them all that are treated specially. */
  @Provide
  Arbitrary<String> ids() {
    return Arbitraries.of("a", "\u0000", "\ud800", "\udc00", "\ufffd", "?", "sha256:", "0")
        .list()
        .ofMinSize(1)
        .ofMaxSize(5)
        .map(pieces -> String.join("", pieces));
  }

  @Property
  void differentIdsHaveDifferentKeys(@ForAll("ids") String one, @ForAll("ids") String other) {
    assertThat(key(one).equals(key(other))).isEqualTo(one.equals(other));
  }

  @Property
  void aKeyIsTextThatEveryDatabaseHolds(@ForAll("ids") String id) {
    String value = key(id).value();
    assertThat(value).doesNotContain("\u0000");
    assertThat(new String(value.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
        .isEqualTo(value);
    assertThat(value.length()).isLessThanOrEqualTo(EventId.MAX_LENGTH);
  }

  @Test
  void aPlainIdIsItsOwnKey() {
    assertThat(key("msg_1").value()).isEqualTo("msg_1");
    assertThat(key("\ud83d\ude00").value()).isEqualTo("\ud83d\ude00");
  }

  @Test
  void anIdCannotBeWrittenLikeADigest() {
    byte[] digest = RawBody.of(new byte[] {1}).sha256();
    DedupKey ofBody = DedupKey.ofDigest(digest);
    assertThat(key(ofBody.value())).isNotEqualTo(ofBody);
  }
}
