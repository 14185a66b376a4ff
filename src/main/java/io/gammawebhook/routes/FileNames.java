package io.gammawebhook.routes;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** The names that a file gives and uses, as they are written. */
final class FileNames {

  final List<Claim> claims = new ArrayList<>();
  final Set<String> templates = new TreeSet<>();
  final Set<String> configurations = new TreeSet<>();
  final List<RouteProblem> twice = new ArrayList<>();

  private final RouteFile file;

  private FileNames(RouteFile file) {
    this.file = file;
  }

  static FileNames of(RouteFile file, RouteYaml yaml) {
    FileNames names = new FileNames(file);
    for (Node entry : yaml.root().getValue()) {
      if (entry instanceof MappingNode mapping) {
        mapping.getValue().forEach(names::entry);
      }
    }
    names.findTwice();
    return names;
  }

  private void entry(NodeTuple tuple) {
    Node value = tuple.getValueNode();
    switch (text(tuple.getKeyNode())) {
      case "route" -> {
        claim(Claim.Kind.ROUTE, value, "id");
        steps(value, true);
        @Nullable Node configuration = child(value, "routeConfigurationId");
        configurations.add(configuration == null ? "" : text(configuration));
      }
      case "from" -> {
        steps(value, true);
        configurations.add("");
      }
      case "routeTemplate", "route-template" -> claim(Claim.Kind.TEMPLATE, value, "id");
      case "routeConfiguration", "route-configuration" -> {
        if (child(value, "id") == null) {
          claims.add(new Claim(Claim.Kind.CONFIGURATION, "", RouteYaml.line(value)));
        } else {
          claim(Claim.Kind.CONFIGURATION, value, "id");
        }
      }
      case "templatedRoute", "templated-route" -> {
        claim(Claim.Kind.ROUTE, value, "routeId");
        @Nullable Node template = child(value, "routeTemplateRef");
        if (template != null) {
          templates.add(text(template));
        }
      }
      case "beans" -> {
        if (value instanceof SequenceNode list) {
          list.getValue().forEach(bean -> claim(Claim.Kind.BEAN, bean, "name"));
        }
      }
      default -> {
        // Nothing that another file could name.
      }
    }
  }

  private void claim(Claim.Kind kind, Node owner, String key) {
    @Nullable Node name = child(owner, key);
    if (name != null) {
      claims.add(new Claim(kind, text(name), RouteYaml.line(name)));
    }
  }

  /** The ids within a route; that of the route itself and of its first endpoint are others. */
  private void steps(Node node, boolean skipId) {
    if (node instanceof SequenceNode list) {
      list.getValue().forEach(element -> steps(element, false));
    } else if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        String key = text(tuple.getKeyNode());
        if (key.equals("id") && !skipId && !text(tuple.getValueNode()).startsWith("{{")) {
          claims.add(
              new Claim(
                  Claim.Kind.STEP, text(tuple.getValueNode()), RouteYaml.line(tuple.getKeyNode())));
        } else if (!key.equals("parameters") && !key.equals("properties")) {
          steps(tuple.getValueNode(), key.equals("from"));
        }
      }
    }
  }

  private void findTwice() {
    Map<String, Claim> first = new HashMap<>();
    for (Claim claim : claims) {
      if (claim.kind() == Claim.Kind.CONFIGURATION && claim.name().isEmpty()) {
        continue;
      }
      @Nullable Claim before = first.putIfAbsent(claim.kind() + " " + claim.name(), claim);
      if (before != null) {
        twice.add(claim.collision(file.name(), "line " + before.line()));
      }
    }
  }

  static @Nullable Node child(Node node, String key) {
    if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        if (text(tuple.getKeyNode()).equals(key)) {
          return tuple.getValueNode();
        }
      }
    }
    return null;
  }

  static String text(Node node) {
    return node instanceof ScalarNode scalar ? scalar.getValue() : "";
  }
}
