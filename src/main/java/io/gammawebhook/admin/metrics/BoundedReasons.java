package io.gammawebhook.admin.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reasons as a tag, of which there are never more than a number: those that come first keep their
 * name, and all further ones are {@value #OTHER}. Safe for use by many threads.
 */
final class BoundedReasons {

  static final String OTHER = "other";

  private static final String NONE = "none";
  private static final int LONGEST = 200;

  private final int most;
  private final Set<String> known = ConcurrentHashMap.newKeySet();

  BoundedReasons(int most) {
    this.most = most;
  }

  /** The reason itself, or {@value #OTHER}; {@code none} for none. */
  String tag(@Nullable String reason) {
    if (reason == null || reason.isEmpty()) {
      return NONE;
    }
    if (known.contains(reason)) {
      return reason;
    }
    return reason.length() <= LONGEST && admits(reason) ? reason : OTHER;
  }

  private synchronized boolean admits(String reason) {
    if (known.size() >= most) {
      return known.contains(reason);
    }
    known.add(reason);
    return true;
  }
}
