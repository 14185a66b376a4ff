package io.gammawebhook.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ReferenceGeneratorTest {

  /** From 2^47 milliseconds on, in the year 6429, the signed comparison would turn round. */
  private static final long YEAR_6000 = 127174492800000L;

  private final ReferenceGenerator references = new ReferenceGenerator(new SecureRandom());

  @Property
  void aReferenceIsAUuidOfVersion7ThatHoldsItsTime(
      @ForAll @LongRange(max = YEAR_6000) long millis) {
    UUID uuid = references.next(millis).value();
    assertThat(uuid.version()).isEqualTo(7);
    assertThat(uuid.variant()).isEqualTo(2);
    assertThat(uuid.getMostSignificantBits() >>> 16).isEqualTo(millis);
  }

  @Property
  void referencesSortByTimeAsValuesAndAsText(
      @ForAll @LongRange(max = YEAR_6000 / 2) long millis,
      @ForAll @LongRange(min = 1, max = YEAR_6000 / 2) long later) {
    Reference first = references.next(millis);
    Reference second = references.next(millis + later);
    assertThat(first).isLessThan(second);
    assertThat(first.toString()).isLessThan(second.toString());
  }

  @Property
  void aReferenceIsReadAsItIsPrinted(@ForAll @LongRange(max = YEAR_6000) long millis) {
    Reference reference = references.next(millis);
    assertThat(Reference.parse(reference.toString())).isEqualTo(reference);
  }

  @Test
  void referencesOfOneMillisecondDiffer() {
    Set<Reference> seen = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      assertThat(seen.add(references.next(1))).isTrue();
    }
  }
}
