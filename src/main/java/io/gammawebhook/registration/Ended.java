package io.gammawebhook.registration;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a pass ended.
 *
 * @param pause until the next one; null if none is due by itself
 */
record Ended(Result result, @Nullable Duration pause) {}
