package io.gammawebhook.event;

/**
 * The name of one consumer of a source's events, unique within the source: 1 to 100 printable ASCII
 * characters without spaces. The default is the route's own id.
 */
public record SubscriptionName(String value) {

  public SubscriptionName {
    if (value.isEmpty()
        || value.length() > 100
        || !value.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new IllegalArgumentException(
          "A subscription name is 1 to 100 printable ASCII characters without spaces; got '"
              + value
              + "'");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
