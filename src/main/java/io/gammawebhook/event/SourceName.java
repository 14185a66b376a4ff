package io.gammawebhook.event;

import java.util.regex.Pattern;

/**
 * The name of a configured sender, such as {@code gamma}: 1 to 63 lower-case letters, digits and
 * hyphens, starting with a letter or digit. It appears in paths, metrics tags, SQL rows and routes.
 */
public record SourceName(String value) {

  private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  public SourceName {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "A source name is 1 to 63 lower-case letters, digits and hyphens and starts with a letter"
              + " or digit; got '"
              + value
              + "'");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
