package io.gammawebhook.inbox;

/**
 * How much one source may have in quarantine.
 *
 * @param requests 1 to 100,000
 * @param bytes of bodies and headers, 1 MB to 10 GB
 */
public record QuarantineBounds(int requests, long bytes) {

  public static final QuarantineBounds DEFAULT = new QuarantineBounds(1_000, 64L << 20);

  /**
   * @throws IllegalArgumentException if one is out of its bounds; the message names the property
   *     and the cure
   */
  public QuarantineBounds {
    if (requests < 1 || requests > 100_000) {
      throw new IllegalArgumentException(
          "gamma.webhook.inbox.quarantine-requests must be between 1 and 100000, was " + requests);
    }
    if (bytes < 1L << 20 || bytes > 10L << 30) {
      throw new IllegalArgumentException(
          "gamma.webhook.inbox.quarantine-size must be between 1MB and 10GB, was " + bytes + "B");
    }
  }
}
