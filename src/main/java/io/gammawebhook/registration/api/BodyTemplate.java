package io.gammawebhook.registration.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A body with variables in it. One that stands alone keeps its type, so that events are a list and
 * enabled is a boolean; what has no value is left out with its name. Values are data: they are
 * written by the writer of the format, never pasted.
 */
sealed interface BodyTemplate {

  /** The variables in it. */
  Set<String> variables();

  /** As JSON; null if it is left out. */
  @Nullable JsonNode fill(Values values);

  /**
   * A scalar of YAML.
   *
   * @param tag its tag, such as {@code tag:yaml.org,2002:bool}
   * @throws IllegalArgumentException if it is wrong; the message follows the name of an option
   */
  static BodyTemplate scalar(String tag, String text) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    return switch (tag.substring(tag.lastIndexOf(':') + 1)) {
      case "null" -> new Literal(json.nullNode());
      case "bool" -> new Literal(json.booleanNode(Boolean.parseBoolean(text)));
      case "int" -> {
        try {
          yield new Literal(json.numberNode(Long.parseLong(text)));
        } catch (NumberFormatException e) {
          throw new IllegalArgumentException("must be a smaller number, or in quotes", e);
        }
      }
      default -> new Text(Template.parse(text));
    };
  }

  /** A form, {@code a[b]=c} for what is nested, {@code a[]=b} for each of a list. */
  static String form(JsonNode tree) {
    StringBuilder form = new StringBuilder();
    write(form, "", tree);
    return form.toString();
  }

  private static void write(StringBuilder form, String name, JsonNode node) {
    if (node.isObject()) {
      node.properties()
          .forEach(
              field ->
                  write(
                      form,
                      name.isEmpty() ? field.getKey() : name + "[" + field.getKey() + "]",
                      field.getValue()));
    } else if (node.isArray()) {
      node.forEach(each -> write(form, name + "[]", each));
    } else {
      form.append(form.isEmpty() ? "" : "&")
          .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
          .append('=')
          .append(URLEncoder.encode(node.isNull() ? "" : node.asText(), StandardCharsets.UTF_8));
    }
  }

  /** What it says for everybody. */
  record Literal(JsonNode value) implements BodyTemplate {
    @Override
    public Set<String> variables() {
      return Set.of();
    }

    @Override
    public JsonNode fill(Values values) {
      return value;
    }
  }

  /** A text with variables. */
  record Text(Template template) implements BodyTemplate {
    @Override
    public Set<String> variables() {
      return template.variables();
    }

    @Override
    public @Nullable JsonNode fill(Values values) {
      JsonNodeFactory json = JsonNodeFactory.instance;
      String alone = template.alone();
      if (alone == null) {
        String text = template.fill(values, UnaryOperator.identity());
        return text == null ? null : json.textNode(text);
      }
      Object value = values.get(alone);
      if (value == null) {
        return null;
      }
      if (value == Values.NULL) {
        return json.nullNode();
      }
      if (value instanceof Boolean flag) {
        return json.booleanNode(flag);
      }
      if (value instanceof List<?> several) {
        ArrayNode array = json.arrayNode();
        several.forEach(each -> array.add(String.valueOf(each)));
        return array;
      }
      return json.textNode(value.toString());
    }
  }

  /** Several. */
  record Several(List<BodyTemplate> items) implements BodyTemplate {
    @Override
    public Set<String> variables() {
      return all(items.stream());
    }

    @Override
    public JsonNode fill(Values values) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      for (BodyTemplate item : items) {
        JsonNode filled = item.fill(values);
        if (filled != null) {
          array.add(filled);
        }
      }
      return array;
    }
  }

  /** Fields by name, in their order. */
  record Fields(Map<String, BodyTemplate> fields) implements BodyTemplate {
    @Override
    public Set<String> variables() {
      return all(fields.values().stream());
    }

    @Override
    public JsonNode fill(Values values) {
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      fields.forEach(
          (name, field) -> {
            JsonNode filled = field.fill(values);
            if (filled != null) {
              object.set(name, filled);
            }
          });
      return object;
    }
  }

  private static Set<String> all(Stream<BodyTemplate> parts) {
    Set<String> names = new TreeSet<>();
    parts.forEach(part -> names.addAll(part.variables()));
    return names;
  }
}
