package io.gammawebhook.registration.api;

import io.gammawebhook.json.YamlText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A description as written, and what is wrong with it: all of it, so it is read on after a fault.
 */
final class ApiDocument {

  /** An alias may refer to what it is in. */
  private static final int MAX_DEPTH = 10;

  private static final int MAX_OPTIONS = 2_000;

  private final String origin;
  private final List<String> faults = new ArrayList<>();
  private final Section root;
  private int options;

  private ApiDocument(String origin, MappingNode mapping) {
    this.origin = origin;
    this.root = new Section("", mapping, mapping, 1);
  }

  static ApiDocument ofYaml(String origin, String yaml) {
    return new ApiDocument(origin, YamlText.mapping(origin, yaml, InvalidApiException::new));
  }

  Section root() {
    return root;
  }

  /**
   * @throws InvalidApiException if there is a fault
   */
  void throwFaults() {
    if (!faults.isEmpty()) {
      throw new InvalidApiException(faults);
    }
  }

  /** Options that belong together, by name. */
  final class Section {
    private final String path;

    /** Where it begins: its name, where it has one. */
    private final Node node;

    private final int depth;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Map<String, Node> keys = new LinkedHashMap<>();
    private final Set<String> known = new TreeSet<>();

    private Section(String path, Node node, MappingNode mapping, int depth) {
      this.path = path;
      this.node = node;
      this.depth = depth;
      for (NodeTuple tuple : mapping.getValue()) {
        if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
          throw invalid(tuple.getKeyNode(), "an option's name must be plain text");
        }
        count(key);
        if (values.put(key.getValue(), tuple.getValueNode()) != null) {
          throw invalid(key, path(key.getValue()) + " is there twice; delete one of them");
        }
        keys.put(key.getValue(), key);
      }
    }

    private String path(String name) {
      return path.isEmpty() ? name : path + "." + name;
    }

    /** Notes what is wrong with an option of it. */
    void fault(String name, String what) {
      faults.add(place(keys.getOrDefault(name, node)) + ": " + path(name) + " " + what);
    }

    /** The names of all options. */
    Set<String> names() {
      known.addAll(values.keySet());
      return values.keySet();
    }

    boolean has(String name) {
      known.add(name);
      return values.containsKey(name);
    }

    /** Whether a null is written there. */
    boolean isNull(String name) {
      return has(name) && values.get(name) instanceof ScalarNode scalar && isNull(scalar);
    }

    private static boolean isNull(ScalarNode scalar) {
      return scalar.getTag().getValue().endsWith(":null");
    }

    /** The text there; null if there is none. */
    @Nullable String text(String name) {
      if (!has(name)) {
        return null;
      }
      if (values.get(name) instanceof ScalarNode scalar) {
        return scalar.getValue();
      }
      fault(name, "must be one text" + quotes(values.get(name)));
      return null;
    }

    /** What the reader makes of the text there; null if there is none, or it is wrong. */
    <T> @Nullable T as(String name, Function<String, T> reader) {
      String text = text(name);
      if (text == null) {
        return null;
      }
      try {
        return reader.apply(text);
      } catch (IllegalArgumentException e) {
        fault(name, String.valueOf(e.getMessage()));
        return null;
      }
    }

    /** As {@link #as}; it has to be there. */
    <T> @Nullable T needed(String name, String example, Function<String, T> reader) {
      if (!has(name)) {
        fault(name, "is needed: " + example);
        return null;
      }
      return as(name, reader);
    }

    /** Those there; null if there are none. */
    @Nullable Section section(String name) {
      if (!has(name)) {
        return null;
      }
      if (values.get(name) instanceof MappingNode mapping) {
        return nested(name, keys.getOrDefault(name, mapping), mapping);
      }
      fault(name, "must be a mapping of options");
      return null;
    }

    /** Each of several there, or the only one; empty if there are none. */
    List<Section> sections(String name) {
      Node value = has(name) ? values.get(name) : null;
      if (!(value instanceof SequenceNode sequence)) {
        Section only = section(name);
        return only == null ? List.of() : List.of(only);
      }
      List<Section> sections = new ArrayList<>();
      for (Node each : sequence.getValue()) {
        if (each instanceof MappingNode mapping) {
          sections.add(nested(name + "[" + sections.size() + "]", mapping, mapping));
        } else {
          fault(name, "must be a list of mappings");
        }
      }
      return sections;
    }

    private Section nested(String name, Node begin, MappingNode mapping) {
      if (depth == MAX_DEPTH) {
        throw invalid(mapping, path(name) + " is nested too deeply");
      }
      return new Section(path(name), begin, mapping, depth + 1);
    }

    /** The body there; null if there is none, or it is wrong. */
    BodyTemplate.@Nullable Fields body(String name) {
      BodyTemplate body = has(name) ? body(path(name), values.get(name), depth) : null;
      if (body == null || body instanceof BodyTemplate.Fields) {
        return (BodyTemplate.Fields) body;
      }
      fault(name, "must be a mapping of fields");
      return null;
    }

    private @Nullable BodyTemplate body(String at, @Nullable Node value, int level) {
      if (value == null || level == MAX_DEPTH) {
        throw invalid(value == null ? node : value, at + " is nested too deeply");
      }
      count(value);
      if (value instanceof ScalarNode scalar) {
        return scalar(at, scalar);
      }
      if (value instanceof SequenceNode sequence) {
        List<BodyTemplate> items = new ArrayList<>();
        for (Node item : sequence.getValue()) {
          BodyTemplate template = body(at + "[" + items.size() + "]", item, level + 1);
          if (template == null) {
            return null;
          }
          items.add(template);
        }
        return new BodyTemplate.Several(List.copyOf(items));
      }
      if (!quotes(value).isEmpty()) {
        faults.add(place(value) + ": " + at + " must be one text" + quotes(value));
        return null;
      }
      Map<String, BodyTemplate> fields = new LinkedHashMap<>();
      Section section = new Section(at, value, (MappingNode) value, level);
      for (Map.Entry<String, Node> field : section.values.entrySet()) {
        BodyTemplate template = body(at + "." + field.getKey(), field.getValue(), level + 1);
        if (template == null) {
          return null;
        }
        fields.put(field.getKey(), template);
      }
      return new BodyTemplate.Fields(fields);
    }

    private @Nullable BodyTemplate scalar(String at, ScalarNode scalar) {
      try {
        return BodyTemplate.scalar(scalar.getTag().getValue(), scalar.getValue());
      } catch (IllegalArgumentException e) {
        faults.add(place(scalar) + ": " + at + " " + e.getMessage());
        return null;
      }
    }

    /** Notes each option that nothing has looked for, with those that are. */
    void refuseOthers() {
      for (String name : values.keySet()) {
        if (!known.contains(name)) {
          fault(
              name,
              "is not an option here; delete or correct it: "
                  + (path.isEmpty() ? "there are " : path + " has ")
                  + String.join(", ", known));
        }
      }
    }
  }

  /** {@code url: {id}} is a mapping to YAML. */
  private static String quotes(@Nullable Node value) {
    return value instanceof MappingNode mapping
            && mapping.getValue().size() == 1
            && mapping.getValue().get(0).getValueNode() instanceof ScalarNode scalar
            && scalar.getValue().isEmpty()
        ? "; a variable that stands first is written in quotes, such as \"{id}\""
        : "";
  }

  private void count(Node node) {
    if (++options > MAX_OPTIONS) {
      throw invalid(node, "there are more than " + MAX_OPTIONS + " options; shorten it");
    }
  }

  private InvalidApiException invalid(Node node, String what) {
    return new InvalidApiException(place(node) + ": " + what);
  }

  private String place(Node node) {
    return YamlText.place(origin, node);
  }
}
