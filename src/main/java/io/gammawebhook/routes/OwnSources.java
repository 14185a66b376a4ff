package io.gammawebhook.routes;

import static io.gammawebhook.routes.FileNames.child;
import static io.gammawebhook.routes.FileNames.text;

import java.net.URISyntaxException;
import java.util.Map;
import java.util.Set;
import org.apache.camel.util.URISupport;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** The sources that a file defines itself, by an endpoint or a Kamelet with a path, as written. */
final class OwnSources {

  private static final String KAMELET = "kamelet:gamma-webhook-source";
  private static final String COMPONENT = "webhook-inbox";

  private OwnSources() {}

  static void addTo(Set<String> sources, Node node) {
    if (node instanceof SequenceNode list) {
      list.getValue().forEach(element -> addTo(sources, element));
    } else if (node instanceof MappingNode mapping) {
      @Nullable Node uri = child(mapping, "uri");
      if (uri != null) {
        add(sources, text(uri), child(mapping, "parameters"));
      }
      for (NodeTuple tuple : mapping.getValue()) {
        if (text(tuple.getKeyNode()).equals("from")) {
          add(sources, text(tuple.getValueNode()), null);
        }
        addTo(sources, tuple.getValueNode());
      }
    }
  }

  private static void add(Set<String> sources, String uri, @Nullable Node parameters) {
    String[] parts = uri.replace("://", ":").split("\\?", 2);
    Map<String, Object> query = parsed(parts.length == 1 ? "" : parts[1]);
    boolean ours =
        parts[0].equals(KAMELET)
            || parts[0].startsWith(KAMELET + "/")
            || parts[0].equals(COMPONENT)
            || parts[0].startsWith(COMPONENT + ":");
    if (ours && value("path", query, parameters) != null) {
      String named = parts[0].startsWith(COMPONENT + ":") ? parts[0].split(":", 2)[1] : null;
      String source = named == null ? value("source", query, parameters) : named;
      if (source != null) {
        sources.add(source);
      }
    }
  }

  private static @Nullable String value(
      String name, Map<String, Object> query, @Nullable Node parameters) {
    @Nullable Node written = parameters == null ? null : child(parameters, name);
    if (written != null) {
      return text(written);
    }
    return query.get(name) instanceof String text ? text : null;
  }

  private static Map<String, Object> parsed(String query) {
    try {
      return URISupport.parseQuery(query);
    } catch (URISyntaxException e) {
      return Map.of();
    }
  }
}
