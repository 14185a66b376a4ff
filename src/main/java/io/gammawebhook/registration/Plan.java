package io.gammawebhook.registration;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What would be done to make an entry what is wanted, and why. It holds no secret.
 *
 * @param registration its name
 * @param action what comes first
 * @param differences all that differs
 * @param sentence the same for people
 * @param cure what a person has to do, where one has to; null where nobody has to
 */
public record Plan(
    String registration,
    Action action,
    List<Difference> differences,
    String sentence,
    @Nullable String cure) {

  public Plan {
    differences = List.copyOf(differences);
  }

  /** What is done. */
  public enum Action {
    /** All is as wanted. */
    NOTHING,
    /** There is no entry: one is made. */
    CREATE,
    /** One was made that the API's list does not show yet: it is given time. */
    WAIT,
    /** It differs, and is changed. */
    UPDATE,
    /** It is switched off at the API: it is switched on again. */
    ENABLE,
    /** It gets another secret. */
    ROTATE,
    /** It gets another secret by a second entry, whereupon the first one is deleted. */
    REPLACE,
    /** It is there twice, both times with our marker: the one that the store does not know goes. */
    REMOVE_DOUBLE,
    /** An operator has it deleted. */
    REMOVE,
    /** Our address is in an entry that is marked as another one's: a person has to decide. */
    CONFLICT,
    /** It is not known what to do: a person has to decide, or the API cannot be read. */
    UNKNOWN
  }

  /** Whether a person has to decide before anything is done. */
  public boolean asks() {
    return action == Action.CONFLICT || action == Action.UNKNOWN;
  }
}
