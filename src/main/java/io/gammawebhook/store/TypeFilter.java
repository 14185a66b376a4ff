package io.gammawebhook.store;

import io.gammawebhook.event.Glob;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Globs on the event type: {@code *} stands for any run of characters, all else for itself. No glob
 * at all wants every event, also one without a type.
 */
final class TypeFilter {

  private final List<String> globs;
  private final List<Glob> patterns;

  private TypeFilter(List<String> globs) {
    this.globs = globs;
    this.patterns = globs.stream().map(Glob::new).toList();
  }

  static TypeFilter of(List<String> globs) {
    return new TypeFilter(globs.stream().map(String::strip).filter(g -> !g.isEmpty()).toList());
  }

  /** Reads what {@link #toString} printed: globs with commas between them. */
  static TypeFilter parse(String text) {
    return of(Arrays.asList(text.split(",", -1)));
  }

  boolean matches(@Nullable String eventType) {
    if (patterns.isEmpty()) {
      return true;
    }
    return patterns.stream().anyMatch(glob -> glob.matches(eventType));
  }

  @Override
  public String toString() {
    return String.join(",", globs);
  }
}
