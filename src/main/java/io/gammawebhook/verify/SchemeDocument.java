package io.gammawebhook.verify;

import io.gammawebhook.json.YamlText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * A scheme as written: texts by dotted option, such as {@code signature.header}, with the place of
 * each where that is known.
 */
final class SchemeDocument {

  private static final int MAX_DEPTH = 4;

  private final String origin;
  private final Map<String, String> texts = new LinkedHashMap<>();
  private final Map<String, String> places = new LinkedHashMap<>();

  private SchemeDocument(String origin) {
    this.origin = origin;
  }

  /** Reads YAML. */
  static SchemeDocument ofYaml(String origin, String yaml) {
    SchemeDocument document = new SchemeDocument(origin);
    MappingNode mapping = YamlText.mapping(origin, yaml, InvalidSchemeException::new);
    document.flatten("", mapping, 1);
    return document;
  }

  /**
   * Takes what a configuration holds: maps, and scalars of any type.
   *
   * @param places says where an option is written; empty if that is not known
   */
  static SchemeDocument ofMap(String origin, Map<?, ?> definition, UnaryOperator<String> places) {
    SchemeDocument document = new SchemeDocument(origin);
    document.flatten("", definition, 1);
    for (String option : document.texts.keySet()) {
      String place = places.apply(option);
      if (!place.isEmpty()) {
        document.places.put(option, place);
        // A group is where its first option is.
        for (int dot = option.indexOf('.'); dot > 0; dot = option.indexOf('.', dot + 1)) {
          document.places.putIfAbsent(option.substring(0, dot), place);
        }
      }
    }
    return document;
  }

  private void flatten(String prefix, MappingNode mapping, int depth) {
    for (NodeTuple tuple : mapping.getValue()) {
      Node key = tuple.getKeyNode();
      if (!(key instanceof ScalarNode name)) {
        throw at(line(key), "an option's name must be plain text");
      }
      String option = prefix + name.getValue();
      Node value = tuple.getValueNode();
      if (value instanceof MappingNode nested) {
        // Also ends a document that refers to itself through an alias.
        refuseDepth(option, depth, line(value));
        places.put(option, line(key));
        flatten(option + ".", nested, depth + 1);
      } else if (value instanceof ScalarNode scalar) {
        put(option, scalar.getValue(), line(key));
      } else {
        throw at(line(value), option + " must be one text, not a list");
      }
    }
  }

  private void flatten(String prefix, Map<?, ?> definition, int depth) {
    for (Map.Entry<?, ?> entry : definition.entrySet()) {
      String option = prefix + entry.getKey();
      if (entry.getValue() instanceof Map<?, ?> nested) {
        refuseDepth(option, depth, null);
        flatten(option + ".", nested, depth + 1);
      } else {
        put(option, String.valueOf(entry.getValue()), null);
      }
    }
  }

  private void refuseDepth(String option, int depth, @Nullable String place) {
    if (depth == MAX_DEPTH) {
      throw at(place, option + " is nested too deeply");
    }
  }

  private void put(String option, String text, @Nullable String place) {
    if (texts.put(option, option.endsWith(".prefix") ? text : text.strip()) != null) {
      throw at(place, option + " is there twice; delete one of them");
    }
    if (place != null) {
      places.put(option, place);
    }
  }

  Map<String, String> texts() {
    return texts;
  }

  /** A fault of one option, with its place; of one that is missing, that of what it belongs to. */
  InvalidSchemeException fault(String option, String what) {
    String place = places.get(option);
    for (int dot = option.lastIndexOf('.'); place == null && dot > 0; ) {
      String group = option.substring(0, dot);
      place = places.get(group);
      dot = group.lastIndexOf('.');
    }
    return at(place, option + " " + what);
  }

  private InvalidSchemeException at(@Nullable String place, String what) {
    return new InvalidSchemeException((place == null ? origin : place) + ": " + what);
  }

  private String line(Node node) {
    return YamlText.place(origin, node);
  }
}
