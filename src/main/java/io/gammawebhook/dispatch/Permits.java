package io.gammawebhook.dispatch;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many deliveries this node may hold of one subscription. One is taken before a delivery is
 * leased and is given back when its attempt has ended. Safe for use by many threads.
 */
final class Permits {

  private final int concurrency;
  private final ReadAhead readAhead;
  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  Permits(int concurrency, ReadAhead readAhead) {
    this.concurrency = concurrency;
    this.readAhead = readAhead;
  }

  /** Takes up to this many, and returns how many. */
  int take(int wanted) {
    while (true) {
      int before = taken.get();
      int granted = Math.min(wanted, most() - before);
      if (granted <= 0) {
        return 0;
      }
      if (taken.compareAndSet(before, before + granted)) {
        return granted;
      }
    }
  }

  /** Takes all that are free, or half of them, but one at least where there is one. */
  int takeFree(boolean half) {
    return take(Math.max(1, (most() - taken.get()) / (half ? 2 : 1)));
  }

  /** How many are taken. */
  int taken() {
    return taken.get();
  }

  void giveBack(int permits) {
    taken.addAndGet(-permits);
  }

  /** The permit of this delivery is in use. */
  void holds(int bodyBytes) {
    bytes.addAndGet(bodyBytes);
  }

  /** Gives back the permit of a delivery that was held. */
  void ended(int bodyBytes) {
    bytes.addAndGet(-bodyBytes);
    giveBack(1);
  }

  /** A look is a round to the store, so it is for several deliveries where several are held. */
  boolean areWorthALook() {
    int most = most();
    int now = taken.get();
    return now < most && (most - now) * 2 >= most - concurrency;
  }

  private int most() {
    return bytes.get() < ReadAhead.MOST_BYTES ? readAhead.limit() : concurrency;
  }
}
