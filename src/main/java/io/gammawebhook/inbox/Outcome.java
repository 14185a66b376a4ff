package io.gammawebhook.inbox;

/** How an attempt ended. */
public sealed interface Outcome {

  /**
   * The route completed.
   *
   * @param handled whether an error handler of the route swallowed an exception
   */
  record Delivered(long durationMillis, boolean handled) implements Outcome {}

  /** It failed and is tried again, not before {@code delayMillis} from now by the store's clock. */
  record Retry(long durationMillis, long delayMillis, String reason, String detail)
      implements Outcome {}

  /** It failed and is not tried again until an operator replays it. */
  record Dead(long durationMillis, String reason, String detail) implements Outcome {}

  /** It was never started: it waits again, and the attempt does not count. */
  record Released() implements Outcome {}
}
