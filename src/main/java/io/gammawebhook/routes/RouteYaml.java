package io.gammawebhook.routes;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** The nodes of a file, each of which knows its line. */
final class RouteYaml {

  private static final int MOST_DEPTH = 100;
  private static final int MOST_NODES = 200_000;

  private static final Set<String> SHARED =
      Set.of(
          "routeTemplate", "route-template", "routeConfiguration", "route-configuration", "beans");

  private final RouteFile file;
  private final SequenceNode root;

  private RouteYaml(RouteFile file, SequenceNode root) {
    this.file = file;
    this.root = root;
  }

  /** What came of reading a file: its nodes, or what is wrong with it. */
  record Parsed(@Nullable RouteYaml yaml, List<RouteProblem> problems) {}

  /** A file's YAML, or what is wrong with it. */
  record Composed(@Nullable Node root, List<RouteProblem> problems) {}

  static Parsed parse(RouteFile file) {
    Composed composed = compose(file);
    Node node = composed.root();
    if (node == null) {
      return new Parsed(null, composed.problems());
    }
    return node instanceof SequenceNode sequence
        ? new Parsed(new RouteYaml(file, sequence), List.of())
        : new Parsed(
            null,
            List.of(
                new RouteProblem(
                    file.name(),
                    line(node),
                    "The file is no list",
                    "Begin each route with '- route:', at the start of a line.")));
  }

  static Composed compose(RouteFile file) {
    if (file.text().isBlank()) {
      return wrong(
          file,
          0,
          "The file is empty",
          "Write a route into it; to stop its routes, remove the file.");
    }
    @Nullable Node node;
    try {
      LoadSettings settings = LoadSettings.builder().setLabel(file.name()).build();
      node = new Compose(settings).composeString(file.text()).orElse(null);
      if (node != null && !isWithin(node, MOST_NODES, MOST_DEPTH)) {
        return tooDeep(file);
      }
    } catch (StackOverflowError e) {
      return tooDeep(file);
    } catch (MarkedYamlEngineException e) {
      return syntax(file, e);
    } catch (YamlEngineException e) {
      return wrong(file, 0, "This is no YAML: " + oneLine(e.getMessage()), "Correct it.");
    }
    return node == null
        ? wrong(
            file,
            0,
            "There are only comments in the file",
            "Write a route into it; to stop its routes, remove the file.")
        : new Composed(node, List.of());
  }

  private static Composed tooDeep(RouteFile file) {
    return wrong(
        file,
        0,
        "The file nests deeper than "
            + MOST_DEPTH
            + " levels, is nested in itself by an alias, or"
            + " its aliases make more than "
            + MOST_NODES
            + " nodes of it",
        "Write it without aliases, in less levels, or as several files.");
  }

  /** Aliases count as what they stand for, as whoever walks through the nodes sees them. */
  private static boolean isWithin(Node root, int most, int depth) {
    return count(root, most, depth) >= 0;
  }

  /** How many nodes are left of those allowed; below 0 if there are more, or deeper ones. */
  private static int count(Node node, int left, int depth) {
    int rest = left - 1;
    if (depth == 0) {
      return -1;
    }
    if (node instanceof SequenceNode list) {
      for (Node element : list.getValue()) {
        rest = rest < 0 ? rest : count(element, rest, depth - 1);
      }
    } else if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        rest = rest < 0 ? rest : count(tuple.getKeyNode(), rest, depth - 1);
        rest = rest < 0 ? rest : count(tuple.getValueNode(), rest, depth - 1);
      }
    }
    return rest;
  }

  private static Composed syntax(RouteFile file, MarkedYamlEngineException e) {
    int line = e.getProblemMark().or(e::getContextMark).map(mark -> mark.getLine() + 1).orElse(0);
    String problem = oneLine(e.getProblem());
    if (problem.contains("'\\t") || lineOf(file.text(), line).matches("\\s*\\t.*")) {
      return wrong(
          file,
          line,
          "The line is indented with a tab, which YAML does not allow",
          "Indent with spaces.");
    }
    String context = e.getContext() == null ? "" : oneLine(e.getContext()) + ", ";
    return wrong(
        file,
        line,
        "This is no YAML: " + context + problem,
        problem.contains("mapping values are not allowed")
            ? "Put text that holds a colon into quotes, and look at the indentation."
            : "Look at the indentation of this line and the one before, and at quotes and brackets"
                + " that are not closed.");
  }

  private static Composed wrong(RouteFile file, int line, String fault, String cure) {
    return new Composed(null, List.of(new RouteProblem(file.name(), line, fault, cure)));
  }

  static String oneLine(@Nullable String text) {
    return text == null ? "" : text.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  private static String lineOf(String text, int line) {
    return text.lines().skip(Math.max(0, line - 1)).findFirst().orElse("");
  }

  static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
  }

  SequenceNode root() {
    return root;
  }

  /** The values of all keys of a name, wherever they are. */
  List<Node> values(String key) {
    List<Node> found = new ArrayList<>();
    visit(
        root,
        (name, value) -> {
          if (name.getValue().equals(key)) {
            found.add(value);
          }
          return false;
        });
    return found;
  }

  /** The line of the first key of a name at or after a line; that line if there is none. */
  int lineOfKey(String key, int from) {
    int[] found = {from};
    visit(
        root,
        (name, value) -> {
          if (line(name) >= from && name.getValue().equals(key)) {
            found[0] = line(name);
            return true;
          }
          return false;
        });
    return found[0];
  }

  /** The line at which an element gets an id; 0 if it is none of this file's. */
  int lineOfId(String id) {
    int[] found = {0};
    visit(
        root,
        (name, value) -> {
          if (name.getValue().equals("id")
              && value instanceof ScalarNode scalar
              && scalar.getValue().equals(id)) {
            found[0] = line(name);
            return true;
          }
          return false;
        });
    return found[0];
  }

  /** The line of the first value at or after a line that holds a text; that line if none does. */
  int lineOfValue(String text, int from) {
    int[] found = {from};
    visit(
        root,
        (name, value) -> {
          if (line(value) >= from
              && value instanceof ScalarNode scalar
              && scalar.getValue().contains(text)) {
            found[0] = line(value);
            return true;
          }
          return false;
        });
    return found[0];
  }

  /**
   * The file with nothing left but what other files may refer to: templates, configurations and
   * beans. Lines stay where they are.
   */
  Optional<RouteFile> sharedOnly() {
    StringBuilder text = new StringBuilder();
    String[] lines = file.text().split("\\R", -1);
    boolean[] kept = new boolean[lines.length];
    boolean any = false;
    for (int i = 0; i < root.getValue().size(); i++) {
      Node entry = root.getValue().get(i);
      boolean shared =
          entry instanceof MappingNode mapping
              && mapping.getValue().stream()
                  .anyMatch(
                      tuple ->
                          tuple.getKeyNode() instanceof ScalarNode key
                              && SHARED.contains(key.getValue()));
      if (shared) {
        any = true;
        int end =
            i + 1 < root.getValue().size() ? line(root.getValue().get(i + 1)) - 1 : lines.length;
        for (int line = line(entry) - 1; line < end; line++) {
          kept[line] = true;
        }
      }
    }
    for (int line = 0; line < lines.length; line++) {
      text.append(kept[line] ? lines[line] : "").append('\n');
    }
    return any ? Optional.of(file.with(text.toString())) : Optional.empty();
  }

  /** Visits keys with their values in the order of the file until one is what was looked for. */
  private static boolean visit(Node node, BiPredicate<ScalarNode, Node> visitor) {
    if (node instanceof SequenceNode sequence) {
      for (Node element : sequence.getValue()) {
        if (visit(element, visitor)) {
          return true;
        }
      }
    } else if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        if (tuple.getKeyNode() instanceof ScalarNode key
            && visitor.test(key, tuple.getValueNode())) {
          return true;
        }
        if (visit(tuple.getValueNode(), visitor)) {
          return true;
        }
      }
    }
    return false;
  }
}
