package io.gammawebhook.camel;

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

  public void open() {
    state = State.OPEN;
  }

  public void close() {
    state = State.CLOSED;
  }

  public boolean isOpen() {
    return state == State.OPEN;
  }

  /** Whether routes may still come that open paths of their own, such as a source Kamelet's. */
  public boolean isStarting() {
    return state == State.STARTING;
  }

  /** The application has started, with or without Camel: no more paths are awaited. */
  public synchronized void started() {
    if (state == State.STARTING) {
      state = State.CLOSED;
    }
  }
}
