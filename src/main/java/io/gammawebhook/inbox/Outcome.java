package io.gammawebhook.inbox;

import org.jspecify.annotations.Nullable;

/** How an attempt ended. A destination is what it was sent to, without secrets; null if unknown. */
public sealed interface Outcome {

  /**
   * The route completed.
   *
   * @param handled whether an error handler of the route swallowed an exception
   */
  record Delivered(long durationMillis, boolean handled) implements Outcome {}

  /** It failed and is tried again, not before {@code delayMillis} from now by the store's clock. */
  record Retry(
      long durationMillis,
      long delayMillis,
      String reason,
      String detail,
      @Nullable String destination)
      implements Outcome {
    /** Sent to an unknown destination. */
    public Retry(long durationMillis, long delayMillis, String reason, String detail) {
      this(durationMillis, delayMillis, reason, detail, null);
    }
  }

  /** It failed and is not tried again until an operator replays it. */
  record Dead(long durationMillis, String reason, String detail, @Nullable String destination)
      implements Outcome {
    /** Sent to an unknown destination. */
    public Dead(long durationMillis, String reason, String detail) {
      this(durationMillis, reason, detail, null);
    }
  }

  /** It was never started: it waits again, and the attempt does not count. */
  record Released() implements Outcome {}
}
