package io.gammawebhook.springboot;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.ConstructorBinding;

/**
 * How a source signs: {@code scheme: github} names a scheme of the catalogue, {@code scheme:
 * file:/etc/hooks/shop.yaml} a file; a definition in place has the catalogue's own form.
 *
 * @param name The scheme's name, for people. Default: that of the source or of the entry.
 * @param description What it is, for people.
 * @param reference Address of the sender's page that says so, for people.
 * @param signature Where the signature is and how it is made: 'header', 'format', 'signed',
 *     'algorithm' and more. Needed.
 * @param timestamp Where the signed time is: 'header' or 'field', 'format', 'tolerance'.
 * @param event Where the event's id and type are: 'id', 'type', 'unique-id' or 'cloudevents'.
 * @param answer What the sender wants to hear: 'accepted', 'body'.
 * @param handshakes By which requests the sender asks whether the endpoint is ours, by name.
 */
public record SchemeProperties(
    @Nullable String name,
    @Nullable String description,
    @Nullable String reference,
    @Nullable Map<String, String> signature,
    @Nullable Map<String, String> timestamp,
    @Nullable Map<String, String> event,
    @Nullable Map<String, String> answer,
    @Nullable Map<String, Map<String, String>> handshakes) {

  private static final String FILE = "file:";

  @ConstructorBinding
  public SchemeProperties {}

  /** The file that holds the definition, of {@code file:} and its path; null for none. */
  @Nullable String file() {
    return name != null && name.startsWith(FILE) ? name.substring(FILE.length()) : null;
  }

  /** The short form: only a name. Found by the binder's conversion of a text. */
  public static SchemeProperties valueOf(String name) {
    return new SchemeProperties(name, null, null, null, null, null, null, null);
  }

  /** Whether it is the catalogue's scheme for senders that sign nothing. */
  public boolean isUnsigned() {
    return !isDefinition() && "none".equals(name);
  }

  boolean isDefinition() {
    return signature != null;
  }

  /** The definition in the catalogue's form. */
  Map<String, Object> definition(String source) {
    Map<String, Object> definition = new LinkedHashMap<>();
    definition.put("name", name == null ? source : name);
    put(definition, "description", description == null ? "Defined in place" : description);
    put(definition, "reference", reference);
    put(definition, "signature", signature);
    put(definition, "timestamp", timestamp);
    put(definition, "event", event);
    put(definition, "answer", answer);
    put(definition, "handshakes", handshakes);
    return definition;
  }

  private static void put(Map<String, Object> definition, String key, @Nullable Object value) {
    if (value != null) {
      definition.put(key, value);
    }
  }
}
