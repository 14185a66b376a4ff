package io.gammawebhook.verify;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The signature schemes in the jar, one small YAML document each under {@code
 * io/gammawebhook/schemes}, and a user's own. Safe for use by many threads.
 */
public final class SchemeCatalogue {

  private static final String FOLDER = "/io/gammawebhook/schemes/";

  private static final List<String> IN_THE_JAR =
      resource("index.yaml")
          .lines()
          .filter(line -> line.startsWith("- "))
          .map(line -> line.substring(2).strip())
          .toList();

  private final Map<String, SignatureScheme> own;
  private final List<String> names;

  /** Those in the jar. */
  public SchemeCatalogue() {
    this(Map.of());
  }

  /**
   * Those in the jar, and a user's own by name.
   *
   * @throws InvalidSchemeException if one has the name of another: what it means must not depend on
   *     where it is read
   */
  public SchemeCatalogue(Map<String, SignatureScheme> own) {
    this.own = Map.copyOf(own);
    for (String name : own.keySet()) {
      if (IN_THE_JAR.contains(name)) {
        throw new InvalidSchemeException(
            "There is a scheme '" + name + "' in the jar already; choose another name");
      }
    }
    names = Stream.concat(IN_THE_JAR.stream(), own.keySet().stream()).sorted().toList();
  }

  /** The names of all schemes, sorted. */
  public List<String> names() {
    return names;
  }

  /** The names of those that sign something. */
  public List<String> signing() {
    return names.stream().filter(name -> byName(name).isSigned()).toList();
  }

  /**
   * The scheme of that name.
   *
   * @throws InvalidSchemeException if the catalogue has none; the message names those it has
   */
  public SignatureScheme byName(String name) {
    if (!names.contains(name)) {
      throw new InvalidSchemeException(
          "There is no scheme '" + name + "'; use one of " + names + " or an inline definition");
    }
    SignatureScheme known = own.get(name);
    if (known != null) {
      return known;
    }
    String file = name + ".yaml";
    return SchemeParser.parse(SchemeDocument.ofYaml("schemes/" + file, resource(file)), name);
  }

  /** What the scheme of that name in the jar is for, in a few words. */
  public String description(String name) {
    return SchemeDocument.ofYaml(name, resource(name + ".yaml"))
        .texts()
        .getOrDefault("description", "");
  }

  /**
   * Reads a scheme document of the user.
   *
   * @param origin what a message calls it, such as the file's path
   * @param name the scheme's name where the document gives none
   * @throws InvalidSchemeException if it is wrong; the message names origin, line, option and cure
   */
  public SignatureScheme fromYaml(String origin, String name, String yaml) {
    return SchemeParser.parse(SchemeDocument.ofYaml(origin, yaml), name);
  }

  /**
   * Reads a scheme that is written inside a configuration.
   *
   * @param origin what a message calls it, such as {@code gamma.webhook.sources.x.scheme}
   * @param definition nested maps of the same options as a document has
   * @param places says where an option, such as {@code signature.header}, is written, which a
   *     message then names in place of the origin; empty if that is not known
   * @throws InvalidSchemeException if it is wrong; the message names place, option and cure
   */
  public SignatureScheme inline(
      String origin, Map<String, ?> definition, UnaryOperator<String> places) {
    return SchemeParser.parse(SchemeDocument.ofMap(origin, definition, places), "inline");
  }

  private static String resource(String file) {
    try (InputStream in = SchemeCatalogue.class.getResourceAsStream(FOLDER + file)) {
      if (in == null) {
        throw new IllegalStateException("The jar is broken: it lacks " + FOLDER + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
