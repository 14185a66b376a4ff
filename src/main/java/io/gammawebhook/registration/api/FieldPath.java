package io.gammawebhook.registration.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import java.util.regex.Pattern;

/** Where a field of an answer is: names with dots between them, {@code $} for the whole. */
record FieldPath(List<String> names) {

  private static final Pattern FORM =
      Pattern.compile("[A-Za-z0-9_-]{1,64}(\\.[A-Za-z0-9_-]{1,64}){0,7}");

  /**
   * @throws IllegalArgumentException if it is none; the message follows the name of an option
   */
  static FieldPath parse(String text) {
    if (text.equals("$")) {
      return new FieldPath(List.of());
    }
    String path = text.startsWith("$.") ? text.substring(2) : text;
    if (!FORM.matcher(path).matches()) {
      throw new IllegalArgumentException(
          "must be the names of fields with dots between them, such as config.url, or $ for the"
              + " whole answer, was '"
              + text
              + "'");
    }
    return new FieldPath(List.of(path.split("\\.")));
  }

  /** What is there; a missing node or a null if nothing is. */
  JsonNode in(JsonNode tree) {
    JsonNode at = tree;
    for (String name : names) {
      at = at.isObject() ? at.path(name) : MissingNode.getInstance();
    }
    return at;
  }

  @Override
  public String toString() {
    return names.isEmpty() ? "$" : String.join(".", names);
  }
}
