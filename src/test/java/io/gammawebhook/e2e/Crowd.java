package io.gammawebhook.e2e;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Senders that send a number of events, each again and again until it is acknowledged with 2xx, and
 * remember every acknowledgement: one reference an event id.
 */
final class Crowd implements AutoCloseable {

  private static final int SENDERS = 12;

  private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
  private final Map<Integer, AtomicInteger> refusals = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newFixedThreadPool(SENDERS);
  private final List<Future<?>> senders = new ArrayList<>();
  private final AtomicInteger next = new AtomicInteger();
  private final Sender sender;
  private final String type;
  private final int events;
  private volatile boolean ended;

  Crowd(Sender sender, String type, int events) {
    this.sender = sender;
    this.type = type;
    this.events = events;
  }

  Crowd start() {
    for (int i = 0; i < SENDERS; i++) {
      senders.add(threads.submit(this::run));
    }
    return this;
  }

  private void run() {
    for (int n = next.getAndIncrement(); n < events && !ended; n = next.getAndIncrement()) {
      while (!ended && !send("event-" + n)) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      }
    }
  }

  private boolean send(String eventId) {
    try {
      Sender.Answer answer = sender.send(eventId, type);
      if (answer.acknowledged()) {
        acknowledged.put(eventId, answer.reference());
        return true;
      }
      refusals.computeIfAbsent(answer.status(), status -> new AtomicInteger()).incrementAndGet();
      return false;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      ended = true;
      return false;
    }
  }

  int count() {
    return acknowledged.size();
  }

  /** The references of the acknowledged events, by event id. */
  Map<String, String> acknowledged() {
    return Map.copyOf(acknowledged);
  }

  /** The statuses other than 2xx that were answered. */
  Set<Integer> refusals() {
    return refusals.keySet();
  }

  /** No new event is begun, and none is sent again; waits for what is on its way. */
  void stop() throws InterruptedException, ExecutionException {
    ended = true;
    join();
  }

  void join() throws InterruptedException, ExecutionException {
    for (Future<?> one : senders) {
      one.get();
    }
  }

  @Override
  public void close() {
    ended = true;
    threads.shutdownNow();
  }
}
