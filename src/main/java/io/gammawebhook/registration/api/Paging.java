package io.gammawebhook.registration.api;

import org.jspecify.annotations.Nullable;

/** How a list goes on behind its first page. */
sealed interface Paging {

  /** All is on the first page. */
  record None() implements Paging {}

  /**
   * The answer says what the next call has to say.
   *
   * @param parameter of the query
   * @param next where the answer says it; null if it is the id of the last entry
   * @param more a flag that there is more; null if there is as long as {@code next} is there
   */
  record Cursor(String parameter, @Nullable FieldPath next, ApiDescription.@Nullable Flag more)
      implements Paging {}

  /** The header {@code Link} names the next page as {@code rel="next"} (RFC 8288). */
  record Link() implements Paging {}

  /**
   * Pages have numbers; an empty one is behind the last.
   *
   * @param parameter of the query
   * @param first the number of the first page
   */
  record Number(String parameter, int first) implements Paging {}
}
