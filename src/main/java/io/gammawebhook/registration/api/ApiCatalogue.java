package io.gammawebhook.registration.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The descriptions of APIs in the jar, one YAML document each under {@code io/gammawebhook/apis},
 * and the way to read a user's own. Safe for use by many threads.
 */
public final class ApiCatalogue {

  private static final String FOLDER = "/io/gammawebhook/apis/";

  private static final List<String> NAMES =
      resource("index.yaml")
          .lines()
          .filter(line -> line.startsWith("- "))
          .map(line -> line.substring(2).strip())
          .sorted()
          .toList();

  /** The names of those in the jar, sorted. */
  public List<String> names() {
    return NAMES;
  }

  /**
   * The description of that name.
   *
   * @throws InvalidApiException if the jar has none; the message names those it has
   */
  public ApiDescription named(String name) {
    if (!NAMES.contains(name)) {
      throw new InvalidApiException(
          "There is no API '"
              + name
              + "'; use one of "
              + NAMES
              + ", or file: and the path of a description");
    }
    String file = name + ".yaml";
    return fromYaml("apis/" + file, name, resource(file));
  }

  /**
   * Reads a user's description.
   *
   * @param origin what a fault calls it, such as the file's path
   * @param name the API's name where the document gives none
   * @throws InvalidApiException if it is wrong; each fault names origin, line, option and cure
   */
  public ApiDescription fromYaml(String origin, String name, String yaml) {
    return ApiParser.parse(ApiDocument.ofYaml(origin, yaml), name);
  }

  private static String resource(String file) {
    try (InputStream in = ApiCatalogue.class.getResourceAsStream(FOLDER + file)) {
      if (in == null) {
        throw new IllegalStateException("The jar is broken: it lacks " + FOLDER + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
