package io.gammawebhook.camel;

import java.net.URISyntaxException;
import java.util.Map;
import java.util.function.Function;
import org.apache.camel.util.URISupport;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint or Kamelet that defines its source itself, as a route file writes it: nothing of it
 * is resolved or made.
 *
 * @param source the source's name; null if it is not written
 * @param path the path that it opens
 */
public record OwnEndpoint(@Nullable String source, String path) {

  private static final String KAMELET = "kamelet:gamma-webhook-source";
  private static final String COMPONENT = "webhook-inbox";

  /**
   * Reads where a route begins.
   *
   * @param uri with or without a query
   * @param parameters finds what is written beside it; null for what is not
   * @return null for any other endpoint
   */
  public static @Nullable OwnEndpoint of(
      String uri, Function<String, @Nullable Object> parameters) {
    String[] parts = uri.replace("://", ":").split("\\?", 2);
    String plain = parts[0];
    boolean component = plain.equals(COMPONENT) || plain.startsWith(COMPONENT + ":");
    if (!component && !plain.equals(KAMELET) && !plain.startsWith(KAMELET + "/")) {
      return null;
    }
    Map<String, Object> query = parsed(parts.length == 1 ? "" : parts[1]);
    Function<String, @Nullable String> written =
        name -> {
          @Nullable Object beside = parameters.apply(name);
          @Nullable Object value = beside == null ? query.get(name) : beside;
          return value == null ? null : value.toString();
        };
    @Nullable String path = written.apply("path");
    if (path == null) {
      return null;
    }
    boolean inUri = plain.startsWith(COMPONENT + ":");
    return new OwnEndpoint(
        inUri ? plain.substring(COMPONENT.length() + 1) : written.apply("source"), path);
  }

  private static Map<String, Object> parsed(String query) {
    try {
      return URISupport.parseQuery(query);
    } catch (URISyntaxException e) {
      return Map.of();
    }
  }
}
