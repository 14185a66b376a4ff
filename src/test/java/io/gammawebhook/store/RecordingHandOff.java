package io.gammawebhook.store;

import io.gammawebhook.inbox.HandOff;
import io.gammawebhook.inbox.LeasedDelivery;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** Workers that take what they get and write it down. */
final class RecordingHandOff implements HandOff {

  private final Semaphore permits;
  private final List<LeasedDelivery> delivered = new CopyOnWriteArrayList<>();
  private final AtomicInteger cancelled = new AtomicInteger();
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile boolean throwing;

  RecordingHandOff(int permits) {
    this.permits = new Semaphore(permits);
  }

  void throwOnce() {
    throwing = true;
  }

  List<LeasedDelivery> delivered() {
    return delivered;
  }

  int cancelled() {
    return cancelled.get();
  }

  int waited() {
    return waiting.get();
  }

  int free() {
    return permits.availablePermits();
  }

  @Override
  public boolean tryReserve() {
    return permits.tryAcquire();
  }

  @Override
  public void cancel() {
    cancelled.incrementAndGet();
    permits.release();
  }

  @Override
  public void deliver(LeasedDelivery delivery) {
    delivered.add(delivery);
    if (throwing) {
      throwing = false;
      throw new IllegalStateException("A worker's fault");
    }
  }

  @Override
  public void waiting() {
    waiting.incrementAndGet();
  }
}
