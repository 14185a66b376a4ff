package io.gammawebhook.json;

import java.util.Optional;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/** Documents in YAML whose faults name the line. */
public final class YamlText {

  private YamlText() {}

  /**
   * The mapping that a document is.
   *
   * @param origin what a fault calls it, such as the file's path
   * @param fault makes an exception of a sentence that names the place
   */
  public static MappingNode mapping(
      String origin, String yaml, Function<String, ? extends RuntimeException> fault) {
    Optional<Node> read;
    try {
      read = new Compose(LoadSettings.builder().setLabel(origin).build()).composeString(yaml);
    } catch (YamlEngineException | IllegalArgumentException e) {
      // The latter for a tag that it cannot read.
      throw fault.apply(origin + " is not YAML: " + e.getMessage());
    }
    Node root = read.orElseThrow(() -> fault.apply(origin + " is empty"));
    if (root instanceof MappingNode mapping) {
      return mapping;
    }
    throw fault.apply(place(origin, root) + ": must be a mapping of options");
  }

  /** The origin, and the line of the node where that is known. */
  public static String place(String origin, Node node) {
    return node.getStartMark()
        .map(mark -> origin + ", line " + (mark.getLine() + 1))
        .orElse(origin);
  }
}
