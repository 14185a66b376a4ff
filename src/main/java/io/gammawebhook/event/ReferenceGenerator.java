package io.gammawebhook.event;

import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Makes references: 48 bits of Unix milliseconds, then 74 random bits (RFC 9562, section 5.7). Safe
 * for use by many threads if the random source is.
 */
public final class ReferenceGenerator {

  private final RandomGenerator random;

  public ReferenceGenerator(RandomGenerator random) {
    this.random = random;
  }

  public Reference next(long epochMillis) {
    long high = (epochMillis << 16) | 0x7000L | (random.nextLong() & 0x0FFFL);
    long low = 0x8000_0000_0000_0000L | (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL);
    return new Reference(new UUID(high, low));
  }
}
