package io.gammawebhook.routes;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.dsl.yaml.KameletRoutesBuilderLoader;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Checks a file with a Kamelet: its YAML, its name, that its template uses what it declares and
 * declares what it uses, and that its beans have classes. Makes no route of it. Used by one thread
 * at a time.
 */
public final class KameletCheck {

  private static final String SUFFIX = ".kamelet.yaml";

  /**
   * A parameter or a bean; what has a dot or a colon before its end is a property or a function.
   */
  private static final Pattern PARAMETER =
      Pattern.compile("\\{\\{\\??([A-Za-z][A-Za-z0-9_-]*)(?::[^}]*)?}}");

  private static final Set<String> FUNCTIONS = Set.of("env", "sys", "service", "bean");

  private final CamelContext context;
  private final NearestName nearest;

  /**
   * @param context the context that the Kamelets are for; it need not have started
   */
  public KameletCheck(CamelContext context, NearestName nearest) {
    this.context = context;
    this.nearest = nearest;
  }

  /** All that is wrong with a file. */
  public List<RouteProblem> problems(RouteFile file) {
    RouteYaml.Composed composed = RouteYaml.compose(file);
    @Nullable Node root = composed.root();
    if (root == null) {
      return composed.problems();
    }
    List<RouteProblem> problems = new ArrayList<>();
    @Nullable Node template = at(root, "spec", "template");
    if (template == null) {
      problems.add(
          problem(
              file, root, "The Kamelet has no spec.template", "Write the template of its route."));
      return problems;
    }
    name(file, root, problems);
    parameters(file, at(root, "spec", "definition", "properties"), template, problems);
    if (problems.isEmpty()) {
      load(file, root, problems);
    }
    return problems;
  }

  private static void name(RouteFile file, Node root, List<RouteProblem> problems) {
    @Nullable Node name = at(root, "metadata", "name");
    String base = String.valueOf(Path.of(file.name()).getFileName());
    String expected =
        base.endsWith(SUFFIX) ? base.substring(0, base.length() - SUFFIX.length()) : base;
    if (name == null || !FileNames.text(name).equals(expected)) {
      problems.add(
          problem(
              file,
              name == null ? root : name,
              "The Kamelet is called '"
                  + (name == null ? "" : FileNames.text(name))
                  + "', and its file says '"
                  + expected
                  + "'",
              "Camel finds it by its file: give both one name."));
    }
  }

  private void parameters(
      RouteFile file, @Nullable Node properties, Node template, List<RouteProblem> problems) {
    Map<String, Node> declared = new TreeMap<>();
    if (properties instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        declared.put(FileNames.text(tuple.getKeyNode()), tuple.getKeyNode());
      }
    }
    Set<String> known = new TreeSet<>(declared.keySet());
    if (FileNames.child(template, "beans") instanceof SequenceNode beans) {
      for (Node bean : beans.getValue()) {
        @Nullable Node name = FileNames.child(bean, "name");
        if (name != null) {
          known.add(FileNames.text(name));
        }
        beanClass(file, bean, problems);
      }
    }
    Set<String> used = new TreeSet<>();
    use(file, template, known, used, problems);
    declared.forEach(
        (name, key) -> {
          if (!used.contains(name)) {
            problems.add(
                problem(
                    file,
                    key,
                    "The parameter '" + name + "' is declared, and the template does not use it",
                    "Write {{" + name + "}} where it belongs, or remove it."));
          }
        });
  }

  private void use(
      RouteFile file, Node node, Set<String> known, Set<String> used, List<RouteProblem> problems) {
    if (node instanceof SequenceNode list) {
      list.getValue().forEach(element -> use(file, element, known, used, problems));
    } else if (node instanceof MappingNode mapping) {
      mapping.getValue().forEach(t -> use(file, t.getValueNode(), known, used, problems));
    } else if (node instanceof ScalarNode scalar) {
      Matcher parameter = PARAMETER.matcher(scalar.getValue());
      while (parameter.find()) {
        String name = parameter.group(1);
        used.add(name);
        if (!known.contains(name) && !FUNCTIONS.contains(name)) {
          problems.add(
              problem(
                  file,
                  node,
                  "The template uses {{" + name + "}}, which is no parameter of the Kamelet",
                  nearest.of(name, known).map(meant -> "Did you mean " + meant + "? ").orElse("")
                      + "Declare it under spec.definition.properties, or correct the name."));
        }
      }
    }
  }

  private void beanClass(RouteFile file, Node bean, List<RouteProblem> problems) {
    @Nullable Node type = FileNames.child(bean, "type");
    String text = type == null ? "" : FileNames.text(type);
    String name = text.startsWith("#class:") ? text.substring("#class:".length()) : text;
    int end = name.indexOf('(');
    String className = end < 0 ? name : name.substring(0, end);
    if (type != null
        && !className.isBlank()
        && !className.contains("{{")
        && !className.startsWith("#")
        && context.getClassResolver().resolveClass(className) == null) {
      problems.add(
          problem(
              file,
              type,
              "The bean's class " + className + " is not on the class path",
              "Correct the name, or add the library that has it."));
    }
  }

  private void load(RouteFile file, Node root, List<RouteProblem> problems) {
    ScratchContext scratch = ScratchContext.of(context);
    try {
      KameletRoutesBuilderLoader loader = new KameletRoutesBuilderLoader();
      loader.setCamelContext(scratch);
      ServiceHelper.startService(loader);
      RouteBuilder builder = (RouteBuilder) loader.loadRoutesBuilder(file.resource());
      builder.prepareModel(scratch);
    } catch (Exception e) {
      problems.add(RouteFaults.unreadable(file, RouteYaml.line(root), e));
    } finally {
      scratch.discard();
    }
  }

  private static @Nullable Node at(Node root, String... path) {
    @Nullable Node node = root;
    for (String key : path) {
      node = node == null ? null : FileNames.child(node, key);
    }
    return node;
  }

  private static RouteProblem problem(RouteFile file, Node node, String fault, String cure) {
    return new RouteProblem(file.name(), RouteYaml.line(node), fault, cure);
  }
}
