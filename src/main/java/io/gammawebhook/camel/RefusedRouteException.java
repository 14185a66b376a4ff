package io.gammawebhook.camel;

/**
 * A route cannot work as it is written, so the application does not start. What is wrong and what
 * to do about it are kept apart, for whoever shows them.
 */
public final class RefusedRouteException extends IllegalStateException {

  private static final long serialVersionUID = 1;

  private final String fault;
  private final String cure;

  /**
   * @param fault what is wrong, as a sentence without its full stop; never a secret
   * @param cure what to do, as one or more sentences
   */
  public RefusedRouteException(String fault, String cure) {
    super(fault + ". " + cure);
    this.fault = fault;
    this.cure = cure;
  }

  public String fault() {
    return fault;
  }

  public String cure() {
    return cure;
  }
}
