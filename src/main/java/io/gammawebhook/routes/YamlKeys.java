package io.gammawebhook.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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

/**
 * Looks at a file's keys, and at whether what they hold is a list, a group or a value, by the
 * schema of Camel's YAML DSL that is in its jar. A general validator says of a misspelt step that
 * none of eighty alternatives fits; this one names the key that was probably meant. Safe for use by
 * many threads.
 */
final class YamlKeys {

  private static final String SCHEMA = "/schema/camelYamlDsl.json";

  private final JsonNode schema;
  private final NearestName nearest;

  YamlKeys(NearestName nearest) {
    this.nearest = nearest;
    try (InputStream in = YamlKeys.class.getResourceAsStream(SCHEMA)) {
      if (in == null) {
        throw new IllegalStateException("camel-yaml-dsl lacks " + SCHEMA);
      }
      schema = new ObjectMapper().readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException("camel-yaml-dsl has no readable " + SCHEMA, e);
    }
  }

  /** All keys that are none, and all values of the wrong form. */
  List<RouteProblem> problems(RouteFile file, RouteYaml yaml) {
    List<RouteProblem> problems = new ArrayList<>();
    visit(new Place(file.name(), "the file"), yaml.root(), List.of(schema), problems);
    return problems;
  }

  private record Place(String file, String in) {
    Place at(String key) {
      return new Place(file, "'" + key + "'");
    }
  }

  private void visit(Place place, Node node, List<JsonNode> alternatives, List<RouteProblem> out) {
    List<JsonNode> schemas = new ArrayList<>();
    alternatives.forEach(alternative -> flatten(alternative, schemas));
    if (node instanceof SequenceNode sequence) {
      List<JsonNode> items =
          schemas.stream().map(s -> s.path("items")).filter(JsonNode::isObject).toList();
      if (items.isEmpty()) {
        if (isOnly(schemas, Set.of("object", "string", "boolean", "number", "integer"))) {
          out.add(form(place, node, "a list", forms(schemas)));
        }
        return;
      }
      sequence.getValue().forEach(element -> visit(place, element, items, out));
    } else if (node instanceof MappingNode mapping) {
      if (isOnly(schemas, Set.of("array", "string", "boolean", "number", "integer"))) {
        out.add(form(place, node, "a group of keys", forms(schemas)));
        return;
      }
      keys(place, mapping, schemas, out);
    } else if (node instanceof ScalarNode scalar && isOnly(schemas, Set.of("array", "object"))) {
      boolean empty = scalar.getValue().isEmpty();
      // Some steps need no options: an empty group is one.
      if (!empty || isOnly(schemas, Set.of("array"))) {
        out.add(form(place, node, empty ? "nothing" : "a single value", forms(schemas)));
      }
    }
  }

  private void keys(
      Place place, MappingNode mapping, List<JsonNode> schemas, List<RouteProblem> out) {
    Map<String, List<JsonNode>> known = new LinkedHashMap<>();
    boolean open = schemas.isEmpty();
    for (JsonNode one : schemas) {
      JsonNode properties = one.path("properties");
      open |= isOpen(one);
      properties
          .fields()
          .forEachRemaining(
              property ->
                  known
                      .computeIfAbsent(property.getKey(), key -> new ArrayList<>())
                      .add(property.getValue()));
    }
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        continue;
      }
      @Nullable List<JsonNode> value = known.get(key.getValue());
      if (value != null) {
        List<JsonNode> told = value.stream().filter(s -> !s.isEmpty()).toList();
        visit(place.at(key.getValue()), tuple.getValueNode(), told, out);
      } else if (!open && !isDeprecatedSpelling(key.getValue(), known.keySet())) {
        out.add(unknown(place, key, known.keySet()));
      }
    }
  }

  /** Camel still takes kebab-case, as in its older files. */
  private static boolean isDeprecatedSpelling(String key, Set<String> known) {
    StringBuilder camel = new StringBuilder();
    for (int i = 0; i < key.length(); i++) {
      boolean dash = key.charAt(i) == '-' && i + 1 < key.length();
      camel.append(dash ? Character.toUpperCase(key.charAt(++i)) : key.charAt(i));
    }
    return key.indexOf('-') > 0 && known.contains(camel.toString());
  }

  private RouteProblem unknown(Place place, ScalarNode key, Set<String> known) {
    String list =
        known.size() <= 12 ? " Known are " + String.join(", ", new TreeSet<>(known)) + "." : "";
    String cure =
        nearest
            .of(key.getValue(), known)
            .map(meant -> "Did you mean " + meant + "?" + list)
            .orElse("Correct the name, or look at the indentation of the line." + list);
    return new RouteProblem(
        place.file(),
        RouteYaml.line(key),
        "There is no key '" + key.getValue() + "' in " + place.in(),
        cure);
  }

  private static RouteProblem form(Place place, Node node, String is, String must) {
    return new RouteProblem(
        place.file(),
        RouteYaml.line(node),
        "What stands in " + place.in() + " is " + is + ", and has to be " + must,
        must.equals("a list")
            ? "Begin each element with '- ', and look at the indentation."
            : "Look at the indentation, and at dashes.");
  }

  private static String forms(List<JsonNode> schemas) {
    Set<String> types = types(schemas);
    if (types.contains("array")) {
      return "a list";
    }
    return types.contains("object") ? "a group of keys" : "a single value";
  }

  private static boolean isOnly(List<JsonNode> schemas, Set<String> wrong) {
    Set<String> types = types(schemas);
    return !types.isEmpty() && wrong.containsAll(types);
  }

  private static Set<String> types(List<JsonNode> schemas) {
    Set<String> types = new TreeSet<>();
    for (JsonNode one : schemas) {
      if (one.path("type").isTextual()) {
        types.add(one.path("type").asText());
      } else if (one.path("enum").isArray()) {
        types.add("string");
      }
    }
    return types;
  }

  /** Whether any key may be in it. */
  private static boolean isOpen(JsonNode one) {
    return one.path("additionalProperties").isObject()
        || one.path("additionalProperties").asBoolean(false)
        || (one.path("type").asText().equals("object")
            && !one.has("properties")
            && !one.has("anyOf")
            && !one.has("oneOf")
            && one.path("additionalProperties").isMissingNode());
  }

  /** A schema and all that it may be instead, without references. */
  private void flatten(JsonNode one, List<JsonNode> into) {
    JsonNode reference = one.path("$ref");
    if (reference.isTextual()) {
      JsonNode target = schema.at(reference.asText().substring(1));
      if (into.stream().noneMatch(known -> known == target)) {
        flatten(target, into);
      }
      return;
    }
    into.add(one);
    for (String several : List.of("oneOf", "anyOf", "allOf")) {
      for (JsonNode part : one.path(several)) {
        if (!part.has("not")) {
          flatten(part, into);
        }
      }
    }
  }
}
