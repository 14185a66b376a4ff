package io.gammawebhook.routes;

import static io.gammawebhook.routes.FileNames.child;
import static io.gammawebhook.routes.FileNames.text;

import io.gammawebhook.camel.OwnEndpoint;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** The sources that a file defines itself, by an endpoint or a Kamelet with a path, as written. */
final class OwnSources {

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
    @Nullable OwnEndpoint own =
        OwnEndpoint.of(
            uri,
            name -> {
              @Nullable Node value = parameters == null ? null : child(parameters, name);
              return value == null ? null : text(value);
            });
    if (own != null && own.source() != null) {
      sources.add(own.source());
    }
  }
}
