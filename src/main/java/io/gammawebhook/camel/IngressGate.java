package io.gammawebhook.camel;

/**
 * Whether requests are let in. It is closed until Camel has started fully, and from the first sign
 * of a shutdown on: then senders get 503 and come again, never a 404. Safe for use by many threads.
 */
public final class IngressGate {

  private volatile boolean open;

  public void open() {
    open = true;
  }

  public void close() {
    open = false;
  }

  public boolean isOpen() {
    return open;
  }
}
