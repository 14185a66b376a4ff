package io.gammawebhook.inbox;

import com.jayway.jsonpath.JsonPath;
import io.gammawebhook.json.JsonTree;
import io.gammawebhook.json.Steps;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A condition on a JSON body: a JSONPath that leads to something, such as {@code
 * $[?(@.customer.email == 'a@example.com')]}, or a JSONPath, {@code =} and a text, such as {@code
 * $.customer.email=a@example.com}, which fits if a text or number there is that text. A body that
 * is no JSON within {@link JsonTree}'s bounds fits nothing. Safe for use by many threads.
 */
public final class BodyMatch {

  /** Longer ones are refused. */
  public static final int MAX_LENGTH = 1_000;

  private static final long BASE_STEPS = 50_000;
  private static final long STEPS_PER_BYTE = 20;

  private final String text;
  private final JsonPath path;
  private final @Nullable String value;

  /**
   * @throws IllegalArgumentException if it is none; the message says why
   */
  public BodyMatch(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException("must have " + MAX_LENGTH + " characters at most");
    }
    if (!text.startsWith("$")) {
      throw new IllegalArgumentException("must begin with $, as in $.customer.email");
    }
    if (text.contains("=~")) {
      throw new IllegalArgumentException(
          "must have no regular expression, which may take any time: compare with == or in");
    }
    this.text = text;
    int equals = equalsSign(text);
    this.path = JsonTree.compile(equals < 0 ? text : text.substring(0, equals).strip());
    this.value = equals < 0 ? null : text.substring(equals + 1).strip();
  }

  /** The first {@code =} outside of brackets and quotes; -1 if there is none. */
  private static int equalsSign(String text) {
    int depth = 0;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (c == '[' || c == '(') {
        depth++;
      } else if (c == ']' || c == ')') {
        depth--;
      } else if (c == '=' && depth == 0) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Whether a body fits.
   *
   * @throws TooMuchWorkException if that takes too long to find out
   */
  public boolean matches(byte[] body) {
    Steps steps = new Steps(BASE_STEPS + STEPS_PER_BYTE * body.length);
    try {
      List<@Nullable Object> found = JsonTree.find(body, path, steps);
      return value == null
          ? !found.isEmpty()
          : found.stream()
              .anyMatch(
                  each ->
                      (each instanceof String || each instanceof Number)
                          && each.toString().equals(value));
    } catch (Steps.UsedUp e) {
      throw new TooMuchWorkException(
          "'match' takes too long: name the place in the body by its fields, as in"
              + " $.customer.email, in place of searching for it at every depth");
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof BodyMatch match && match.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** As it was given. */
  @Override
  public String toString() {
    return text;
  }
}
