package io.gammawebhook.event;

/**
 * The sender's id of an event: 1 to {@value #MAX_LENGTH} UTF-16 units, any of them, since an id is
 * data. Compare it as it is: neither trimmed nor folded.
 */
public record EventId(String value) {

  public static final int MAX_LENGTH = 255;

  public EventId {
    if (value.isEmpty() || value.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "An event id has 1 to " + MAX_LENGTH + " characters; got " + value.length());
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
