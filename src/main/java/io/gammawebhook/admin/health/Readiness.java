package io.gammawebhook.admin.health;

/**
 * Whether what senders send is accepted on this node.
 *
 * @param state whether, and if not, for whose sake
 * @param sentence what is the case; empty if it is up
 * @param cure what to do; empty if it is up
 */
public record Readiness(State state, String sentence, String cure) {

  static final Readiness UP = new Readiness(State.UP, "", "");

  /** Whether the node is ready. */
  public enum State {
    /** It accepts, or it has nothing to accept. */
    UP,
    /** The store is away. */
    DOWN,
    /** The store may be there, but the node starts, stops or has too much to do. */
    OUT_OF_SERVICE
  }

  static Readiness down(String sentence, String cure) {
    return new Readiness(State.DOWN, sentence, cure);
  }

  static Readiness outOfService(String sentence, String cure) {
    return new Readiness(State.OUT_OF_SERVICE, sentence, cure);
  }

  boolean isUp() {
    return state == State.UP;
  }
}
