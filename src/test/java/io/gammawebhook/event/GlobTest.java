package io.gammawebhook.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class GlobTest {

  @Test
  void aStarStandsForAnyRunAndNothingElseIsSpecial() {
    assertThat(new Glob("order.*").matches("order.paid")).isTrue();
    assertThat(new Glob("order.*").matches("order.")).isTrue();
    assertThat(new Glob("order.*").matches("orders.paid")).isFalse();
    assertThat(new Glob("o?der").matches("order")).isFalse();
    assertThat(new Glob("").matches("")).isTrue();
    assertThat(new Glob("*").matches(null)).isFalse();
    assertThat(new Glob("50%_!*").like()).isEqualTo("50!%!_!!%");
  }

  @Property
  void itMatchesAsTheRegularExpressionDoes(
      @ForAll @Chars({'a', 'b', '*'}) @StringLength(max = 8) String glob,
      @ForAll @CharRange(from = 'a', to = 'b') @StringLength(max = 10) String name) {
    boolean expected = Pattern.matches(glob.replace("*", ".*"), name);

    assertThat(new Glob(glob).matches(name)).isEqualTo(expected);
  }

  /** A regular expression would go on for longer than anybody lives. */
  @Test
  void manyStarsTakeNoLongerThanFew() {
    assertThat(new Glob("*a".repeat(100) + "b").matches("a".repeat(10_000))).isFalse();
  }
}
