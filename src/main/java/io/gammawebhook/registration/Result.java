package io.gammawebhook.registration;

import org.jspecify.annotations.Nullable;

/**
 * What became of an order. It holds no secret.
 *
 * @param outcome in one word
 * @param plan what was to be done; after an order that was carried out, what was done
 * @param sentence what became of it, for people
 * @param cure what to do about it; null where there is nothing to do
 */
public record Result(Outcome outcome, Plan plan, String sentence, @Nullable String cure) {

  /** What became of an order, in one word. */
  public enum Outcome {
    /** It was done, all of it. */
    DONE,
    /** There was nothing to do. */
    NOTHING,
    /** Only the plan was asked for; nothing was done. */
    DRY,
    /** It is on its way, and goes on by itself, such as a new secret that all nodes must know. */
    WAITING,
    /** A node is at this registration: ask again in a moment. */
    BUSY,
    /** A person has to decide, or the API has refused it: the cure says what to do. */
    REFUSED,
    /** The API is out of reach, or wants to be left alone; it is tried again by itself. */
    UNREACHABLE
  }

  /** Whether nothing is left to do for whoever ordered it. */
  public boolean isGood() {
    return switch (outcome) {
      case DONE, NOTHING, DRY, WAITING -> true;
      case BUSY, REFUSED, UNREACHABLE -> false;
    };
  }
}
