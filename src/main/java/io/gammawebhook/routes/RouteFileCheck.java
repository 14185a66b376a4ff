package io.gammawebhook.routes;

import com.jayway.jsonpath.JsonPath;
import io.gammawebhook.camel.DefinedSources;
import io.gammawebhook.camel.IngressRoutes;
import io.gammawebhook.camel.WebhookInboxConsumer;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.MultipleConsumersSupport;
import org.apache.camel.NamedNode;
import org.apache.camel.NoSuchBeanException;
import org.apache.camel.NoSuchLanguageException;
import org.apache.camel.component.kamelet.KameletEndpoint;
import org.apache.camel.impl.engine.RouteService;
import org.apache.camel.model.ChoiceDefinition;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.FilterDefinition;
import org.apache.camel.model.FromDefinition;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.model.SetHeaderDefinition;
import org.apache.camel.model.SetHeadersDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.model.ValidateDefinition;
import org.apache.camel.model.WhenDefinition;
import org.apache.camel.model.language.ExpressionDefinition;
import org.apache.camel.util.ObjectHelper;
import org.apache.camel.util.StringHelper;
import org.apache.camel.util.URISupport;
import org.jspecify.annotations.Nullable;

/**
 * Checks one file of routes in a Camel context that starts nothing: no inbox is opened, no port, no
 * subscription is registered and no thread is left. What is wrong is said with the line and a hint,
 * as far as possible all at once. Used by one thread at a time.
 */
final class RouteFileCheck {

  private final ModelCamelContext real;
  private final NearestName nearest;
  private final YamlKeys keys;

  /**
   * @param real the context whose beans, properties, components and Kamelets the routes will have
   */
  RouteFileCheck(ModelCamelContext real, NearestName nearest) {
    this.real = real;
    this.nearest = nearest;
    this.keys = new YamlKeys(nearest);
  }

  /**
   * Checks a file.
   *
   * @param others the other files, whose templates, configurations and beans it may use
   */
  CheckedFile check(RouteFile file, List<RouteFile> others) {
    RouteYaml.Parsed parsed = RouteYaml.parse(file);
    @Nullable RouteYaml yaml = parsed.yaml();
    if (yaml == null) {
      return new CheckedFile(file, parsed.problems(), List.of(), Set.of(), Set.of(), List.of());
    }
    noteSources(yaml, others);
    FileNames names = FileNames.of(file, yaml);
    List<RouteProblem> problems = new ArrayList<>(keys.problems(file, yaml));
    problems.addAll(names.twice);
    List<Claim> claims = new ArrayList<>(names.claims);
    for (Claim claim : claims) {
      if (claim.kind() == Claim.Kind.ROUTE
          && claim.name().startsWith(IngressRoutes.ROUTE_ID_PREFIX)) {
        problems.add(
            new RouteProblem(
                file.name(),
                claim.line(),
                "The route id '"
                    + claim.name()
                    + "' is one of the ingress, by which webhooks come in",
                "Give the route another id."));
      }
    }
    List<Claim> calls = new ArrayList<>();
    if (problems.isEmpty()) {
      ScratchContext scratch = ScratchContext.of(real);
      try {
        Trial trial = new Trial(scratch, file, yaml);
        problems.addAll(trial.run(others, names));
        claims.addAll(trial.claims);
        calls.addAll(trial.calls);
      } finally {
        scratch.discard();
      }
    }
    return new CheckedFile(
        file,
        problems.stream().distinct().toList(),
        claims,
        names.templates,
        names.configurations,
        calls);
  }

  /** A route may name a source that a route of another file defines. */
  private void noteSources(RouteYaml yaml, List<RouteFile> others) {
    Set<String> written = new TreeSet<>();
    OwnSources.addTo(written, yaml.root());
    for (RouteFile other : others) {
      @Nullable RouteYaml otherYaml = RouteYaml.parse(other).yaml();
      if (otherYaml != null) {
        OwnSources.addTo(written, otherYaml.root());
      }
    }
    Set<String> sources = new TreeSet<>();
    for (String source : written) {
      try {
        sources.add(real.resolvePropertyPlaceholders(source));
      } catch (IllegalArgumentException e) {
        // Said of the file that it stands in.
        continue;
      }
    }
    DefinedSources.of(real).set(sources);
  }

  /** A file in its scratch context. */
  private final class Trial {
    private final ScratchContext scratch;
    private final RouteFile file;
    private final RouteYaml yaml;
    private final RouteFaults faults;
    private final List<RouteProblem> problems = new ArrayList<>();
    private final List<Claim> claims = new ArrayList<>();
    private final List<Claim> calls = new ArrayList<>();
    private final Map<String, Integer> endpointLines = new LinkedHashMap<>();

    Trial(ScratchContext scratch, RouteFile file, RouteYaml yaml) {
      this.scratch = scratch;
      this.file = file;
      this.yaml = yaml;
      this.faults = new RouteFaults(scratch, nearest, file, yaml);
    }

    List<RouteProblem> run(List<RouteFile> others, FileNames names) {
      FileDefinitions definitions;
      try {
        borrow(others, names);
        definitions = FileDefinitions.read(scratch, file);
        definitions.prepare();
      } catch (Exception e) {
        problems.add(faults.explain("The file", 0, e));
        return problems;
      }
      definitions.routes().forEach(this::route);
      if (problems.isEmpty()) {
        make(definitions);
      }
      return problems;
    }

    /** What the other files share. What is wrong with them is said of them. */
    private void borrow(List<RouteFile> others, FileNames names) {
      for (RouteFile other : others) {
        @Nullable RouteYaml otherYaml = RouteYaml.parse(other).yaml();
        @Nullable RouteFile shared = otherYaml == null ? null : otherYaml.sharedOnly().orElse(null);
        if (shared != null) {
          try {
            FileDefinitions.read(scratch, shared).prepare();
          } catch (Exception e) {
            continue;
          }
        }
      }
      // Two files with one name are told apart by their claims, not by Camel.
      Set<String> own = new TreeSet<>();
      names.claims.stream()
          .filter(claim -> !claim.name().isEmpty())
          .forEach(claim -> own.add(claim.kind() + claim.name()));
      scratch
          .getRouteConfigurationDefinitions()
          .removeIf(other -> own.contains(Claim.Kind.CONFIGURATION + other.getId()));
      List<RouteTemplateDefinition> templates = scratch.getRouteTemplateDefinitions();
      templates.removeIf(other -> own.contains(Claim.Kind.TEMPLATE + other.getId()));
    }

    private void route(RouteDefinition route) {
      String where =
          route.hasCustomIdAssigned() ? "The route '" + route.getId() + "'" : "The route";
      FromDefinition from = route.getInput();
      endpoint(where, from.getEndpointUri(), line(from, line(route, 0)));
      for (ProcessorDefinition<?> step :
          ProcessorDefinitionHelper.filterTypeInOutputs(
              route.getOutputs(), ProcessorDefinition.class)) {
        int line = line(step, line(route, 0));
        String what = named(where, step);
        if (step instanceof ToDefinition to && !(step instanceof ToDynamicDefinition)) {
          endpoint(what, to.getEndpointUri(), line);
          String uri = String.valueOf(to.getEndpointUri());
          if (uri.startsWith("direct:") && !uri.contains("{{")) {
            calls.add(new Claim(Claim.Kind.ENDPOINT, "direct:" + direct(uri), line));
          }
        }
        if (step instanceof ExpressionNode node) {
          expression(what, node.getExpression(), line, isPredicate(step));
        }
        if (step instanceof ChoiceDefinition choice) {
          for (WhenDefinition when : choice.getWhenClauses()) {
            expression(what, when.getExpression(), line(when, line), true);
          }
        }
        if (step instanceof SetHeadersDefinition headers) {
          for (SetHeaderDefinition header : headers.getHeaders()) {
            expression(what, header.getExpression(), line(header, line), false);
          }
        }
      }
    }

    private static String direct(String uri) {
      return StringHelper.before(
              uri.substring("direct:".length()), "?", uri.substring("direct:".length()))
          .replaceFirst("^//", "");
    }

    private static boolean isPredicate(ProcessorDefinition<?> step) {
      return step instanceof FilterDefinition || step instanceof ValidateDefinition;
    }

    private static String named(String where, ProcessorDefinition<?> step) {
      String name =
          step.hasCustomIdAssigned()
              ? "the step '" + step.getId() + "'"
              : "a step '" + step.getShortName() + "'";
      return where + ", in " + name + ",";
    }

    private static int line(NamedNode node, int otherwise) {
      return node.getLineNumber() > 0 ? node.getLineNumber() : otherwise;
    }

    private void endpoint(String where, @Nullable String uri, int line) {
      if (uri == null) {
        return;
      }
      try {
        Endpoint made = scratch.getEndpoint(uri);
        endpointLines.putIfAbsent(made.getEndpointUri(), line);
      } catch (RuntimeException e) {
        problems.add(faults.explain(where, line, e));
      }
    }

    private void expression(
        String where, @Nullable ExpressionDefinition expression, int line, boolean predicate) {
      if (expression == null) {
        return;
      }
      try {
        compileJsonPath(expression);
        if (predicate) {
          scratch.createPredicate(expression);
        } else {
          scratch.createExpression(expression);
        }
      } catch (RuntimeException e) {
        problems.add(illegal(where, expression, yaml.lineOfValue(text(expression), line), e));
      }
    }

    /** Camel compiles it when the first event comes. */
    private static void compileJsonPath(ExpressionDefinition expression) {
      @Nullable String path = expression.getExpression();
      if ("jsonpath".equals(expression.getLanguage())
          && path != null
          && path.strip().startsWith("$")
          && !path.contains("${")
          && !path.contains("{{")) {
        JsonPath.compile(path);
      }
    }

    private RouteProblem illegal(
        String where, ExpressionDefinition expression, int line, RuntimeException fault) {
      Throwable root = fault;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      @Nullable String reason = root.getMessage();
      if (ObjectHelper.getException(NoSuchLanguageException.class, fault) != null
          || ObjectHelper.getException(NoSuchBeanException.class, fault) != null
          || String.valueOf(reason).contains("Property with key")) {
        return faults.explain(where, line, fault);
      }
      String language = String.valueOf(expression.getLanguage());
      return new RouteProblem(
          file.name(),
          line,
          where
              + " has an expression that is no "
              + (language.equals("jsonpath") ? "JSONPath" : language)
              + ": "
              + (reason == null ? root.getClass().getSimpleName() : RouteYaml.oneLine(reason)),
          language.equals("jsonpath")
              ? "A JSONPath begins with $, as $.type or $[?(@.type == 'order.placed')]; look at"
                  + " brackets and quotes."
              : "Look at brackets and quotes, and at the names of functions.");
    }

    private static String text(ExpressionDefinition expression) {
      return RouteYaml.oneLine(expression.getExpression());
    }

    /** Makes the routes as a start would, up to the moment before anything starts. */
    private void make(FileDefinitions definitions) {
      try {
        definitions.addRoutes();
        for (RouteTemplateDefinition template : definitions.templates()) {
          if (IngressRoutes.TEMPLATE_ID.equals(template.getId())) {
            scratch.addRouteFromTemplate(
                IngressRoutes.ROUTE_ID_PREFIX + "check",
                IngressRoutes.TEMPLATE_ID,
                Map.of("source", "check", "path", "/check"));
          }
        }
        scratch.init();
      } catch (Exception e) {
        problems.add(faults.explain(whose(e), lineOf(e), e));
        return;
      }
      kameletParameters();
      for (RouteService service : scratch.services()) {
        try {
          service.setUp();
          claim(service);
        } catch (Exception e) {
          String id = service.getId();
          problems.add(faults.explain("The route '" + id + "'", lineOf(service), e));
        }
      }
    }

    private String whose(Throwable fault) {
      @Nullable String route = routeOf(fault);
      return route == null || yaml.lineOfId(route) == 0 ? "A route" : "The route '" + route + "'";
    }

    private int lineOf(Throwable fault) {
      @Nullable String route = routeOf(fault);
      int line = route == null ? 0 : yaml.lineOfId(route);
      return line == 0 ? RouteYaml.line(yaml.root()) : line;
    }

    private static @Nullable String routeOf(Throwable fault) {
      FailedToCreateRouteException create =
          ObjectHelper.getException(FailedToCreateRouteException.class, fault);
      if (create != null) {
        return create.getRouteId();
      }
      FailedToStartRouteException start =
          ObjectHelper.getException(FailedToStartRouteException.class, fault);
      return start == null ? null : start.getRouteId();
    }

    /** Of a route that a Kamelet made, where the Kamelet is used. */
    private int lineOf(RouteService service) {
      int own = yaml.lineOfId(service.getId());
      if (own > 0 && !service.getRoute().isCreatedByKamelet()) {
        return own;
      }
      for (Endpoint endpoint : scratch.getEndpoints()) {
        if (endpoint instanceof KameletEndpoint kamelet
            && kamelet.getRouteId().equals(service.getId())) {
          return endpointLines.getOrDefault(kamelet.getEndpointUri(), RouteYaml.line(yaml.root()));
        }
      }
      return RouteYaml.line(yaml.root());
    }

    private void claim(RouteService service) {
      @Nullable Consumer consumer = service.getInput();
      if (consumer == null) {
        return;
      }
      int line = lineOf(service);
      Endpoint endpoint = consumer.getEndpoint();
      if (consumer instanceof WebhookInboxConsumer inbox) {
        WebhookInboxConsumer.Place place = inbox.check();
        claims.add(
            new Claim(Claim.Kind.SUBSCRIPTION, place.source() + "/" + place.subscription(), line));
        if (place.path() != null) {
          claims.add(new Claim(Claim.Kind.SOURCE, place.source().value(), line));
          claims.add(new Claim(Claim.Kind.PATH, place.path(), line));
        }
      } else if (!(endpoint instanceof KameletEndpoint)
          && !(endpoint instanceof MultipleConsumersSupport several
              && several.isMultipleConsumersSupported())
          && !service.getId().startsWith(IngressRoutes.ROUTE_ID_PREFIX)) {
        String uri = URISupport.sanitizeUri(endpoint.getEndpointUri()).replace("://", ":");
        claims.add(
            new Claim(
                Claim.Kind.ENDPOINT,
                uri.startsWith("direct:") ? "direct:" + direct(uri) : uri,
                line));
      }
    }

    /** Camel takes any parameter of a Kamelet, and passes those that it does not know by. */
    private void kameletParameters() {
      for (Endpoint endpoint : scratch.getEndpoints()) {
        @Nullable Integer line = endpointLines.get(endpoint.getEndpointUri());
        if (line == null || !(endpoint instanceof KameletEndpoint kamelet)) {
          continue;
        }
        @Nullable RouteTemplateDefinition template =
            scratch.getRouteTemplateDefinition(kamelet.getTemplateId());
        if (template == null || template.getTemplateParameters() == null) {
          continue;
        }
        Set<String> known = new TreeSet<>();
        template.getTemplateParameters().forEach(parameter -> known.add(parameter.getName()));
        for (String given : given(kamelet)) {
          if (!known.contains(given) && !known.contains(StringHelper.dashToCamelCase(given))) {
            problems.add(
                new RouteProblem(
                    file.name(),
                    yaml.lineOfKey(given, line),
                    "The Kamelet " + kamelet.getTemplateId() + " has no parameter '" + given + "'",
                    nearest.of(given, known).map(meant -> "Did you mean " + meant + "? ").orElse("")
                        + "It has "
                        + (known.isEmpty() ? "none" : String.join(", ", known))
                        + "."));
          }
        }
      }
    }

    private Set<String> given(KameletEndpoint kamelet) {
      Set<String> own =
          scratch.getCamelContextExtension().getEndpointUriFactory("kamelet").propertyNames();
      String query = StringHelper.after(kamelet.getEndpointUri(), "?", "");
      Set<String> names = new TreeSet<>();
      try {
        names.addAll(URISupport.parseQuery(query, true).keySet());
      } catch (URISyntaxException e) {
        return Set.of();
      }
      names.removeAll(own);
      return names;
    }
  }
}
