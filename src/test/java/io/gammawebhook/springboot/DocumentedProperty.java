package io.gammawebhook.springboot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gammawebhook.verify.SecretText;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What is known of a property: from the metadata that IDEs read, or, for the values of maps, from
 * the record that they are bound to.
 *
 * @param name with the placeholder {@code <name>} for the key of a map
 * @param type a Java type
 * @param fallback the default as written in configuration; null for none
 * @param description without the sentence that tells a default that is no literal
 * @param computed a default that is no literal, in words; null for none
 * @param optional whether it may be left out though it has no default
 */
record DocumentedProperty(
    String name,
    String type,
    @Nullable String fallback,
    String description,
    @Nullable String computed,
    boolean optional) {

  private static final Path SOURCES = Path.of("src/main/java");
  private static final Pattern DEFAULT =
      Pattern.compile(" ?(?:Default: |The default is )(.+?)\\.(?= [A-Z]|$)");
  private static final Map<String, String> WORDS =
      Map.ofEntries(
          Map.entry("java.lang.String", "text"),
          Map.entry("java.lang.Boolean", "`true` or `false`"),
          Map.entry("java.lang.Integer", "whole number"),
          Map.entry("double", "number"),
          Map.entry("java.lang.Double", "number"),
          Map.entry("boolean", "`true` or `false`"),
          Map.entry("int", "whole number"),
          Map.entry("long", "whole number"),
          Map.entry("java.lang.Long", "whole number"),
          Map.entry("java.time.Duration", "time"),
          Map.entry("java.time.Instant", "instant"),
          Map.entry("org.springframework.util.unit.DataSize", "size"),
          Map.entry(SecretText.class.getName(), "secret text"),
          Map.entry(SchemeProperties.class.getName(), "name, or definition"));

  static DocumentedProperty of(
      String name, String type, @Nullable String fallback, String text, boolean optional) {
    Matcher told = DEFAULT.matcher(text);
    boolean found = told.find();
    return new DocumentedProperty(
        name,
        type,
        fallback,
        found ? told.replaceFirst("").strip() : text,
        found ? told.group(1) : null,
        optional);
  }

  /** All properties in the metadata of the jar, by name. */
  static List<DocumentedProperty> ofMetadata() throws IOException {
    return StreamSupport.stream(metadata().path("properties").spliterator(), false)
        .map(
            property ->
                of(
                    property.path("name").asText(),
                    property.path("type").asText(),
                    literal(property.path("defaultValue")),
                    property.path("description").asText(),
                    isNullable(property)))
        .sorted(Comparator.comparing(DocumentedProperty::name))
        .toList();
  }

  /** The metadata as it is in the jar. */
  static JsonNode metadata() throws IOException {
    URL classes = GammaWebhookProperties.class.getProtectionDomain().getCodeSource().getLocation();
    return new ObjectMapper()
        .readTree(new URL(classes, "META-INF/spring-configuration-metadata.json"));
  }

  private static @Nullable String literal(JsonNode value) {
    if (value.isMissingNode()) {
      return null;
    }
    return value.isArray()
        ? StreamSupport.stream(value.spliterator(), false)
            .map(JsonNode::asText)
            .collect(Collectors.joining(","))
        : value.asText();
  }

  /** Whether the record that a property comes from lets it be null. */
  private static boolean isNullable(JsonNode property) {
    String name = property.path("name").asText();
    String last = name.substring(name.lastIndexOf('.') + 1);
    try {
      Class<?> type = Class.forName(property.path("sourceType").asText());
      return type.isRecord()
          && Arrays.stream(type.getRecordComponents())
              .filter(component -> kebab(component.getName()).equals(last))
              .anyMatch(
                  component ->
                      component.getAnnotatedType().isAnnotationPresent(Nullable.class)
                          || Map.class.isAssignableFrom(component.getType()));
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(name, e);
    }
  }

  /** The properties of a record that is a map's value, those of records in it too. */
  static List<DocumentedProperty> ofRecord(String prefix, Class<?> record) throws IOException {
    Map<String, String> texts = javadoc(record);
    Constructor<?> canonical =
        Arrays.stream(record.getDeclaredConstructors())
            .max(Comparator.comparingInt(Constructor::getParameterCount))
            .orElseThrow();
    List<DocumentedProperty> properties = new ArrayList<>();
    RecordComponent[] components = record.getRecordComponents();
    for (int i = 0; i < components.length; i++) {
      String name = prefix + "." + kebab(components[i].getName());
      if (components[i].getType() == GammaWebhookProperties.Limits.class) {
        properties.addAll(ofRecord(name, components[i].getType()));
        continue;
      }
      Parameter parameter = canonical.getParameters()[i];
      DefaultValue fallback = parameter.getAnnotation(DefaultValue.class);
      properties.add(
          of(
              name,
              typeName(components[i].getGenericType()),
              fallback == null || String.join("", fallback.value()).isEmpty()
                  ? null
                  : String.join(",", fallback.value()),
              Objects.requireNonNull(texts.get(components[i].getName()), name),
              fallback == null || fallback.value().length == 0));
    }
    return properties;
  }

  private static String typeName(Type type) {
    return type instanceof ParameterizedType some
        ? some.getRawType().getTypeName()
            + Arrays.stream(some.getActualTypeArguments())
                .map(Type::getTypeName)
                .collect(Collectors.joining(",", "<", ">"))
        : ((Class<?>) type).getName();
  }

  /** The texts behind the {@code @param} tags of a record. */
  private static Map<String, String> javadoc(Class<?> record) throws IOException {
    Class<?> outer = record.isMemberClass() ? record.getDeclaringClass() : record;
    String source = Files.readString(SOURCES.resolve(outer.getName().replace('.', '/') + ".java"));
    int declared = source.indexOf("record " + record.getSimpleName() + "(");
    String comment = source.substring(source.lastIndexOf("/**", declared), declared);
    comment = comment.substring(0, comment.indexOf("*/")).replaceAll("\\s*\\n\\s*\\* ?", " ");
    return Arrays.stream(comment.split("@param ", -1))
        .skip(1)
        .map(tag -> tag.strip().split(" ", 2))
        .collect(
            Collectors.toMap(
                tag -> tag[0],
                tag ->
                    tag[1]
                        .replaceAll("\\s+", " ")
                        .replace("&lt;", "<")
                        .replace("&gt;", ">")
                        .strip()));
  }

  /** The type in words that somebody who writes YAML knows. */
  String typeInWords() {
    String elements =
        type.startsWith("java.util.List<") ? type.substring(15, type.length() - 1) : null;
    if (elements != null) {
      return "list of "
          + switch (elements) {
            case "java.lang.String" -> "texts";
            case "java.time.Duration" -> "times";
            default -> "secrets";
          };
    }
    if (type.startsWith("java.util.Map<")) {
      return "map";
    }
    String words = WORDS.get(type);
    return words != null ? words : constants();
  }

  private String constants() {
    try {
      return Arrays.stream(Class.forName(type).getEnumConstants())
          .map(constant -> "`" + kebab(constant.toString()) + "`")
          .collect(Collectors.joining(" or "));
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("What is " + type + " of " + name + "?", e);
    }
  }

  static String kebab(String camelCase) {
    return camelCase
        .replaceAll("([a-z])([A-Z])", "$1-$2")
        .replace('_', '-')
        .toLowerCase(Locale.ROOT);
  }
}
