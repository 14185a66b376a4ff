package io.gammawebhook.receive;

import io.gammawebhook.event.RateLimit;
import java.nio.ByteBuffer;

/**
 * A meter for each network address, in a fixed memory of 1 MB. An IPv6 network of 64 bits counts as
 * one address, since that is what one customer gets. When a new address finds its row full, it
 * takes the place of the one that has been quiet longest: then that one starts afresh, so a flood
 * of addresses never limits an honest one. Safe for use by many threads.
 */
final class AddressMeters {

  private static final int ROWS = 1 << 13;
  private static final int WAYS = 8;

  private final RateLimit limit;
  private final long seed;
  private final long[] keys = new long[ROWS * WAYS];
  private final long[] arrivals = new long[ROWS * WAYS];
  private final Object[] locks = new Object[64];

  /**
   * @param seed unknown to senders, so that they cannot choose addresses of one row
   */
  AddressMeters(RateLimit limit, long seed) {
    this.limit = limit;
    this.seed = seed;
    for (int i = 0; i < locks.length; i++) {
      locks[i] = new Object();
    }
  }

  /** 0 if a request from there passes, else the seconds after which to try again. */
  long refusal(String address, long now) {
    long key = key(address);
    int row = (int) (mix(key ^ seed) & (ROWS - 1));
    synchronized (locks[row % locks.length]) {
      int slot = slot(row * WAYS, key);
      long next = limit.take(arrivals[slot], now);
      if (next == 0) {
        return limit.retryAfterSeconds(arrivals[slot], now);
      }
      arrivals[slot] = next;
      return 0;
    }
  }

  private int slot(int first, long key) {
    int quietest = first;
    for (int slot = first; slot < first + WAYS; slot++) {
      if (keys[slot] == key && arrivals[slot] != 0) {
        return slot;
      }
      if (arrivals[slot] < arrivals[quietest]) {
        quietest = slot;
      }
    }
    keys[quietest] = key;
    arrivals[quietest] = 0;
    return quietest;
  }

  /** The address as a number: IPv4 whole, of IPv6 the upper 64 bits, of anything else its hash. */
  static long key(String address) {
    byte[] bytes = Network.bytes(address);
    if (bytes == null) {
      return hash(address);
    }
    ByteBuffer number = ByteBuffer.wrap(bytes);
    return bytes.length == 4 ? number.getInt() & 0xFFFF_FFFFL : number.getLong();
  }

  private static long hash(String text) {
    long hash = 1;
    for (int i = 0; i < text.length(); i++) {
      hash = mix(hash ^ text.charAt(i));
    }
    return hash;
  }

  /** The finalizer of SplitMix64: every bit of the input moves every bit of the output. */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
