package io.gammawebhook.camel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the start whether Camel is the one that the plug-in was built on: another version than
 * those that it was tested with gets a warning; a class without a method that the plug-in calls or
 * overrides fails the start, and not the first event that needs it.
 */
public final class CamelCheck {

  private static final Logger LOG = LoggerFactory.getLogger(CamelCheck.class);

  /** Made by the build of what the plug-in's classes name. */
  private static final String BUILDS_ON = "camel-builds-on.txt";

  private final ClassLoader classes;
  private final String version;

  /**
   * @param classes where Camel's classes are
   * @param version Camel's, such as {@code 4.17.0}
   */
  CamelCheck(ClassLoader classes, String version) {
    this.classes = classes;
    this.version = version;
  }

  /**
   * Looks at the Camel that this class sees.
   *
   * @throws RefusedRouteException if something that the plug-in builds on is not there
   */
  public static void run() {
    Package camel = CamelContext.class.getPackage();
    @Nullable String version = camel == null ? null : camel.getImplementationVersion();
    new CamelCheck(CamelCheck.class.getClassLoader(), version == null ? "unknown" : version)
        .check(lines());
  }

  /**
   * @param lines the version that the tests ran with, then what is needed of it
   */
  void check(List<String> lines) {
    String tested = lines.get(0);
    if (tested.equals(version)) {
      // The build looked at it, which a start has no time for.
      return;
    }
    List<String> missing = missing(lines.subList(1, lines.size()));
    if (!missing.isEmpty()) {
      throw new RefusedRouteException(
          "Camel "
              + version
              + " is not the one that the Gamma webhook plug-in was built on: it has no "
              + String.join(", no ", missing.subList(0, Math.min(3, missing.size())))
              + (missing.size() > 3 ? " and " + (missing.size() - 3) + " more" : ""),
          "Use Camel "
              + tested
              + ", with which the plug-in was tested, or a release of the plug-in for Camel "
              + version
              + ".");
    }
    LOG.warn(
        "Camel {} is not a version that the Gamma webhook plug-in was tested with: that is {}. All"
            + " that it calls is there; watch the log all the same, or use a tested version",
        version,
        tested);
  }

  private static List<String> lines() {
    try (InputStream in =
            Objects.requireNonNull(
                CamelCheck.class.getResourceAsStream(BUILDS_ON), BUILDS_ON + " is not in the jar");
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return reader.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Each line is a class, {@code #}, a method and the types of its parameters. What is only there
   * in some hosts begins with a question mark: where the class is absent, its feature is.
   */
  private List<String> missing(List<String> lines) {
    List<String> missing = new ArrayList<>();
    Map<String, @Nullable Set<String>> known = new HashMap<>();
    for (String line : lines) {
      boolean optional = line.startsWith("?");
      String member = optional ? line.substring(1) : line;
      String owner = member.substring(0, member.indexOf('#'));
      @Nullable Set<String> members = known.computeIfAbsent(owner, this::members);
      if (members == null ? !optional : !members.contains(member.substring(owner.length() + 1))) {
        missing.add(member);
      }
    }
    return missing;
  }

  private @Nullable Set<String> members(String name) {
    try {
      Class<?> type = Class.forName(name, false, classes);
      return types(type)
          .flatMap(
              each ->
                  Stream.concat(
                      Arrays.stream(each.getDeclaredMethods()),
                      Arrays.stream(each.getDeclaredConstructors())))
          .map(CamelCheck::text)
          .collect(Collectors.toSet());
    } catch (ClassNotFoundException | LinkageError e) {
      // Or what the class itself needs is not there.
      return null;
    }
  }

  private static Stream<Class<?>> types(@Nullable Class<?> type) {
    return type == null
        ? Stream.empty()
        : Stream.concat(
            Stream.of(type),
            Stream.concat(
                types(type.getSuperclass()),
                Arrays.stream(type.getInterfaces()).flatMap(CamelCheck::types)));
  }

  private static String text(Executable member) {
    return (member instanceof Method ? member.getName() : "<init>")
        + Arrays.stream(member.getParameterTypes())
            .map(Class::getName)
            .collect(Collectors.joining(",", "(", ")"));
  }
}
