package io.gammawebhook.routes;

import io.gammawebhook.camel.RefusedRouteException;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.NoSuchBeanException;
import org.apache.camel.NoSuchEndpointException;
import org.apache.camel.NoSuchLanguageException;
import org.apache.camel.spi.EndpointUriFactory;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.util.URISupport;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/**
 * Says in a sentence and a cure what Camel says in an exception. Of Camel's messages only names are
 * taken where they hold the values of options, which may be secrets.
 */
final class RouteFaults {

  private static final Pattern UNKNOWN_OPTION = Pattern.compile("Unknown parameters=\\[\\{(.*)}]");
  private static final Pattern OPTION = Pattern.compile("(?:^|, )([A-Za-z][A-Za-z0-9._-]*)=");
  private static final Pattern NO_COMPONENT =
      Pattern.compile("No component found with scheme: ([A-Za-z0-9+.-]+)");
  private static final Pattern PLACEHOLDER = Pattern.compile("Property with key \\[([^\\]]+)]");
  private static final Pattern MISSING_PARAMETER =
      Pattern.compile(
          "Route template (\\S+) the following mandatory parameters must be provided:"
              + " ([A-Za-z0-9, -]+)");
  private static final Pattern NO_TEMPLATE =
      Pattern.compile("Cannot find RouteTemplate with id (\\S+)");
  private static final Pattern NAMED_OPTION =
      Pattern.compile("(?:option '|parameter '|is wrong: )([A-Za-z]+)['|:]");
  private static final Pattern NO_NUMBER = Pattern.compile("For input string: \"([^\"]*)\"");
  private static final Pattern NO_KAMELET_FILE =
      Pattern.compile("Resource not found: .*?([A-Za-z0-9-]+)\\.kamelet\\.yaml");
  private static final Pattern NO_KAMELET = Pattern.compile("Kamelet with id (\\S+) not found");

  /** Where a component is in a library that is not called like it. */
  private static final Map<String, String> LIBRARIES =
      Map.ofEntries(
          Map.entry("https", "http"),
          Map.entry("smtp", "mail"),
          Map.entry("smtps", "mail"),
          Map.entry("imap", "mail"),
          Map.entry("imaps", "mail"),
          Map.entry("pop3", "mail"),
          Map.entry("sftp", "ftp"),
          Map.entry("ftps", "ftp"),
          Map.entry("cron", "quartz"),
          Map.entry("mqtt", "paho-mqtt5"),
          Map.entry("rabbitmq", "spring-rabbitmq"),
          Map.entry("redis", "spring-redis"),
          Map.entry("elasticsearch", "elasticsearch"),
          Map.entry("sql-stored", "sql"));

  private final CamelContext context;
  private final NearestName nearest;
  private final RouteFile file;
  private final RouteYaml yaml;

  RouteFaults(CamelContext context, NearestName nearest, RouteFile file, RouteYaml yaml) {
    this.context = context;
    this.nearest = nearest;
    this.file = file;
    this.yaml = yaml;
  }

  /**
   * Explains a fault.
   *
   * @param where what it is about, as the beginning of a sentence, such as {@code The route 'a'}
   * @param line its line, unless the fault itself knows better
   */
  RouteProblem explain(String where, int line, Throwable fault) {
    List<Throwable> chain = chain(fault);
    int at = line;
    for (Throwable cause : chain) {
      if (cause instanceof MarkedYamlEngineException marked
          && marked.getProblemMark().isPresent()) {
        at = marked.getProblemMark().get().getLine() + 1;
      }
    }
    for (Throwable cause : chain) {
      @Nullable RouteProblem known = known(where, at, cause);
      if (known != null) {
        return known;
      }
    }
    Throwable root = chain.get(chain.size() - 1);
    String message = RouteYaml.oneLine(root.getMessage());
    return problem(
        at,
        where
            + " does not start: "
            + (message.isEmpty() ? root.getClass().getSimpleName() : withoutFullStop(message)),
        "Correct the cause; Camel's documentation of what the line names says what it needs.");
  }

  /** Of a file that was sound, and whose routes did not start all the same. */
  RouteProblem explainStart(int line, Throwable fault) {
    for (Throwable cause : chain(fault)) {
      @Nullable String route = null;
      if (cause instanceof FailedToCreateRouteException create) {
        route = create.getRouteId();
      } else if (cause instanceof FailedToStartRouteException start) {
        route = start.getRouteId();
      }
      // The inner ones may be of what a Kamelet made.
      int own = route == null ? 0 : yaml.lineOfId(route);
      if (own > 0) {
        return explain("The route '" + route + "'", own, fault);
      }
    }
    return explain("A route", line, fault);
  }

  /** Of a file that Camel's loader does not take. */
  static RouteProblem unreadable(RouteFile file, int line, Throwable fault) {
    int at = line;
    Throwable root = fault;
    for (Throwable cause : chain(fault)) {
      root = cause;
      if (cause instanceof MarkedYamlEngineException marked
          && marked.getProblemMark().isPresent()) {
        at = marked.getProblemMark().get().getLine() + 1;
        break;
      }
    }
    String message =
        root instanceof MarkedYamlEngineException marked ? marked.getProblem() : root.getMessage();
    return new RouteProblem(
        file.name(),
        at,
        "Camel does not take it: " + withoutFullStop(RouteYaml.oneLine(message)),
        "Correct the line, and look at its indentation.");
  }

  private @Nullable RouteProblem known(String where, int line, Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    if (cause instanceof RefusedRouteException refused) {
      Matcher named = NAMED_OPTION.matcher(refused.fault());
      int at = named.find() ? yaml.lineOfKey(named.group(1), line) : line;
      return problem(at, refused.fault(), refused.cure());
    }
    if (cause instanceof NoSuchBeanException bean) {
      return problem(
          yaml.lineOfValue(String.valueOf(bean.getName()), line),
          where + " needs the bean '" + bean.getName() + "', which is not there",
          nearest
                  .of(String.valueOf(bean.getName()), Set.of("dataSource", "mailSender"))
                  .map(name -> "Did you mean " + name + "? ")
                  .orElse("")
              + "Correct the name, or define the bean in this file under 'beans'.");
    }
    if (cause instanceof NoSuchLanguageException language) {
      return problem(
          line,
          where + " uses the language '" + language.getLanguage() + "', which is not there",
          library(language.getLanguage()));
    }
    Matcher component = NO_COMPONENT.matcher(message);
    if (component.find()) {
      return noComponent(where, line, component.group(1));
    }
    Matcher option = UNKNOWN_OPTION.matcher(message);
    if (option.find()) {
      return unknownOption(where, line, message, option.group(1));
    }
    Matcher placeholder = PLACEHOLDER.matcher(message);
    if (placeholder.find()) {
      String key = placeholder.group(1);
      return problem(
          line,
          where + " names {{" + key + "}}, which is not set",
          (key.startsWith("env:")
                  ? "Set the environment variable " + key.substring("env:".length())
                  : "Set the property " + key + " in the configuration")
              + ", write {{"
              + key
              + ":default}}, or correct the name.");
    }
    Matcher missing = MISSING_PARAMETER.matcher(message);
    if (missing.find()) {
      return problem(
          line,
          where
              + " uses "
              + missing.group(1)
              + " without what it needs: "
              + missing.group(2).strip(),
          "Add it to the parameters.");
    }
    Matcher template = NO_TEMPLATE.matcher(message);
    if (template.find()) {
      return problem(
          line,
          where
              + " uses the Kamelet or route template "
              + template.group(1)
              + ", which is not there",
          "Correct the name, or add its file.");
    }
    Matcher kamelet = NO_KAMELET.matcher(message);
    if (kamelet.find()) {
      return noKamelet(where, line, kamelet.group(1));
    }
    Matcher number = NO_NUMBER.matcher(message);
    if (number.find()) {
      return problem(
          yaml.lineOfValue(number.group(1), line),
          where + " has '" + number.group(1) + "' where a number belongs",
          "Write a whole number.");
    }
    Matcher resource = NO_KAMELET_FILE.matcher(message);
    if (resource.find()) {
      return noKamelet(where, line, resource.group(1));
    }
    if (cause instanceof NoSuchEndpointException endpoint) {
      String uri = String.valueOf(endpoint.getUri());
      int colon = uri.indexOf(':');
      return noComponent(where, line, colon < 0 ? uri.split("\\?", 2)[0] : uri.substring(0, colon));
    }
    if (cause instanceof MarkedYamlEngineException marked && marked.getProblem() != null) {
      return problem(
          line,
          "This is no route: " + RouteYaml.oneLine(marked.getProblem()),
          "Correct the line, and look at its indentation.");
    }
    return null;
  }

  private RouteProblem noKamelet(String where, int line, String name) {
    return problem(
        yaml.lineOfValue("kamelet:" + name, yaml.lineOfValue(name, line)),
        where + " uses the Kamelet " + name + ", which is not there",
        nearest.of(name, kamelets()).map(meant -> "Did you mean " + meant + "? ").orElse("")
            + "Correct the name, or add kamelets/"
            + name
            + ".kamelet.yaml.");
  }

  /** The names of those of the jar. */
  private Set<String> kamelets() {
    try {
      return PluginHelper.getPackageScanResourceResolver(context)
          .findResources("classpath:kamelets/*.kamelet.yaml")
          .stream()
          .map(found -> found.getLocation().replaceAll("^.*/|\\.kamelet\\.yaml$", ""))
          .collect(Collectors.toSet());
    } catch (Exception e) {
      return Set.of();
    }
  }

  private RouteProblem noComponent(String where, int line, String scheme) {
    Set<String> there = components();
    return problem(
        line,
        where + " names the component '" + scheme + "', which is not there",
        nearest.of(scheme, there).map(meant -> "Did you mean " + meant + "? ").orElse("")
            + library(scheme));
  }

  private static String library(String name) {
    return "Correct the name, or, if it is one of Camel's, add the library org.apache.camel.springboot:camel-"
        + LIBRARIES.getOrDefault(name, name)
        + "-starter to the class path: the runnable application has those that its routes use.";
  }

  private RouteProblem unknownOption(String where, int line, String message, String parameters) {
    List<String> names = new ArrayList<>();
    Matcher option = OPTION.matcher(parameters);
    while (option.find()) {
      names.add(option.group(1));
    }
    String first = names.isEmpty() ? "?" : names.get(0);
    Matcher scheme = Pattern.compile("endpoint: ([A-Za-z][A-Za-z0-9+.-]*):").matcher(message);
    Set<String> known = scheme.find() ? options(scheme.group(1)) : Set.of();
    return problem(
        yaml.lineOfKey(first, line),
        where
            + " has "
            + (names.size() == 1 ? "the option " : "the options ")
            + String.join(", ", names)
            + ", which "
            + (names.size() == 1 ? "is none" : "are none"),
        nearest
            .of(first, known)
            .map(meant -> "Did you mean " + meant + "?")
            .orElse("Correct the name, or remove it."));
  }

  private Set<String> options(String scheme) {
    EndpointUriFactory factory = context.getCamelContextExtension().getEndpointUriFactory(scheme);
    return factory == null ? Set.of() : factory.propertyNames();
  }

  /** The schemes of all components on the class path. */
  private Set<String> components() {
    Set<String> names = new TreeSet<>();
    try {
      for (URL url :
          Collections.list(
              loader().getResources("META-INF/services/org/apache/camel/component.properties"))) {
        try (var in = url.openStream()) {
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> line.startsWith("components="))
              .map(line -> line.substring("components=".length()))
              .flatMap(list -> Arrays.stream(list.split(" ")))
              .forEach(names::add);
        }
      }
    } catch (IOException e) {
      return names;
    }
    return names;
  }

  private ClassLoader loader() {
    return Optional.ofNullable(context.getApplicationContextClassLoader())
        .orElse(RouteFaults.class.getClassLoader());
  }

  private RouteProblem problem(int line, String fault, String cure) {
    return new RouteProblem(file.name(), line, withoutFullStop(fault), cure);
  }

  private static String withoutFullStop(String text) {
    String safe = URISupport.sanitizeUri(text);
    return safe.endsWith(".") ? safe.substring(0, safe.length() - 1) : safe;
  }

  private static List<Throwable> chain(Throwable fault) {
    List<Throwable> chain = new ArrayList<>();
    for (Throwable at = fault; at != null && chain.size() < 20; at = at.getCause()) {
      chain.add(at);
    }
    return chain;
  }
}
