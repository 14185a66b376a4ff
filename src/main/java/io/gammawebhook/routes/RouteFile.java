package io.gammawebhook.routes;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.ResourceHelper;

/**
 * A file of routes as it was at one moment. What was checked is what is loaded, whatever happens to
 * the file in between.
 *
 * @param name the file, as it is named in the configuration's pattern
 * @param text all of it
 */
public record RouteFile(String name, String text) {

  /**
   * Reads a file.
   *
   * @throws IOException if it cannot be read
   */
  public static RouteFile read(Resource resource) throws IOException {
    try (InputStream in = resource.getInputStream()) {
      if (in == null) {
        throw new IOException("there is no such file");
      }
      return new RouteFile(name(resource), new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  static String name(Resource resource) {
    String location = resource.getLocation();
    return location.startsWith("file:") ? location.substring("file:".length()) : location;
  }

  /** For Camel's loader, which names it in what it says. */
  Resource resource() {
    return ResourceHelper.fromString("file:" + name, text);
  }

  RouteFile with(String otherText) {
    return new RouteFile(name, otherText);
  }
}
