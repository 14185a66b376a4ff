package io.gammawebhook.camel;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whether requests are let in. It is closed until Camel has started fully, and from the first sign
 * of a shutdown on: then senders get 503 and come again, never a 404. Safe for use by many threads.
 */
public final class IngressGate {

  private enum State {
    STARTING,
    OPEN,
    CLOSED
  }

  private volatile State state = State.STARTING;
  private final Set<String> awaited = ConcurrentHashMap.newKeySet();

  public void open() {
    state = State.OPEN;
    awaited.clear();
  }

  public void close() {
    state = State.CLOSED;
  }

  public boolean isOpen() {
    return state == State.OPEN;
  }

  /**
   * Says that a route will open a path, so that whoever asks for it before is told to come again.
   * It counts until all paths are open.
   *
   * @param path the exact path, without the host's context path
   */
  public void await(String path) {
    if (state == State.STARTING) {
      awaited.add(path);
    }
  }

  /**
   * Says that a path's route is exchanged for another one, so that whoever asks for it meanwhile is
   * told to come again. It counts until {@link #release}.
   */
  public void hold(String path) {
    awaited.add(path);
  }

  /** Ends a {@link #hold}. */
  public void release(String path) {
    awaited.remove(path);
  }

  /** Whether a path is known to be opened by a route that is still to start. */
  public boolean isAwaited(String path) {
    return awaited.contains(path);
  }

  /** Whether routes may still come that open paths of their own, such as a source Kamelet's. */
  public boolean isStarting() {
    return state == State.STARTING;
  }

  /** The application has started, with or without Camel: no more paths are awaited. */
  public synchronized void started() {
    if (state == State.STARTING) {
      state = State.CLOSED;
      awaited.clear();
    }
  }
}
