package io.gammawebhook.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gammawebhook.simulator.Hook.Wish;
import io.gammawebhook.verify.InvalidSecretException;
import io.gammawebhook.verify.SecretText;
import io.gammawebhook.verify.SignatureScheme;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The registrations, and what may be one. Whoever asks holds the simulator's lock. */
final class Hooks {

  static final int MOST = 100;

  private static final Set<String> FIELDS =
      Set.of("url", "events", "description", "enabled", "secret", "metadata");

  private static final int LONGEST_URL = 2048;
  private static final int MOST_EVENTS = 100;
  private static final int MOST_METADATA = 20;
  private static final int LONGEST_TEXT = 500;

  /** Why something is refused. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    final int status;
    final String code;

    Refused(int status, String code, String message) {
      super(message);
      this.status = status;
      this.code = code;
    }

    static Refused invalid(String message) {
      return new Refused(422, "invalid", message);
    }
  }

  private final GammaSimulator.Builder settings;
  private final SignatureScheme scheme;
  private final Random ids;
  private final SecureRandom secrets = new SecureRandom();
  private final Map<String, Hook> hooks = new LinkedHashMap<>();
  private long made;

  Hooks(GammaSimulator.Builder settings, SignatureScheme scheme, long seed) {
    this.settings = settings;
    this.scheme = scheme;
    this.ids = new Random(seed + 1);
  }

  /** In the order in which they were made. */
  List<Hook> all() {
    return new ArrayList<>(hooks.values());
  }

  List<Hook> wanting(String type) {
    return hooks.values().stream().filter(hook -> hook.wants(type)).toList();
  }

  Hook get(String id) {
    Hook hook = hooks.get(id);
    if (hook == null) {
      throw new Refused(404, "not_found", "There is no such webhook");
    }
    return hook;
  }

  /**
   * Makes one.
   *
   * @return it; its secret is the given one, or a new one
   */
  Hook create(JsonNode given) {
    ObjectNode fields = object(given);
    if (!fields.hasNonNull("url")) {
      throw Refused.invalid("url is missing");
    }
    if (hooks.size() >= MOST) {
      throw Refused.invalid("There are " + MOST + " webhooks already, which is the most");
    }
    Wish wish = wish(fields, new Wish("", List.of("*"), null, true, Map.of()), true);
    refuseTwice(wish.url(), null);
    SecretText secret = secret(fields);
    Hook hook = new Hook(++made, "wh_" + hex(), wish, settings.clock.instant());
    change(hook, secret == null ? newSecret() : secret);
    hooks.put(hook.id, hook);
    return hook;
  }

  void update(Hook hook, JsonNode given) {
    ObjectNode fields = object(given);
    Wish wish = wish(fields, hook.wish(), hook.isEnabled());
    refuseTwice(wish.url(), hook);
    SecretText secret = secret(fields);
    if (secret != null) {
      change(hook, secret);
    }
    Instant now = settings.clock.instant();
    hook.change(wish, now);
  }

  /** Gives it the secret that the body names, or a new one. */
  void rotate(Hook hook, JsonNode given) {
    ObjectNode fields = object(given);
    for (Iterator<String> names = fields.fieldNames(); names.hasNext(); ) {
      if (!names.next().equals("secret")) {
        throw Refused.invalid("A rotation has the field secret only");
      }
    }
    SecretText secret = secret(fields);
    change(hook, secret == null ? newSecret() : secret);
  }

  Hook delete(String id) {
    Hook hook = get(id);
    hooks.remove(id);
    return hook;
  }

  private SecretText newSecret() {
    return SecretText.valueOf(scheme.secretEncoding().generate(secrets));
  }

  private void change(Hook hook, SecretText secret) {
    hook.secret(
        secret,
        scheme.parseSecret(secret.reveal()),
        System.nanoTime() + Deliveries.waiting(settings.rotationOverlap, settings.speed));
  }

  private @Nullable SecretText secret(ObjectNode fields) {
    if (!fields.hasNonNull("secret")) {
      return null;
    }
    SecretText secret = SecretText.valueOf(text(fields, "secret", 2000));
    try {
      scheme.parseSecret(secret.reveal());
    } catch (InvalidSecretException e) {
      throw Refused.invalid("secret " + e.getMessage());
    }
    return secret;
  }

  private void refuseTwice(String url, @Nullable Hook but) {
    if (!settings.sameUrlTwice
        && hooks.values().stream().anyMatch(hook -> hook != but && hook.wish().url().equals(url))) {
      throw new Refused(409, "already_registered", "This url is registered already");
    }
  }

  private static ObjectNode object(JsonNode given) {
    if (!(given instanceof ObjectNode fields)) {
      throw Refused.invalid("The body must be a JSON object");
    }
    return fields;
  }

  /** The wish with what is given; null sets a field back. */
  private static Wish wish(ObjectNode given, Wish before, boolean enabledBefore) {
    given
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!FIELDS.contains(name)) {
                throw Refused.invalid("A field is unknown; there are " + sorted(FIELDS));
              }
            });
    return new Wish(
        given.has("url") ? url(text(given, "url", LONGEST_URL)) : before.url(),
        given.has("events") ? events(given.path("events")) : before.events(),
        given.has("description") ? description(given) : before.description(),
        given.has("enabled") ? enabled(given.path("enabled")) : enabledBefore,
        given.has("metadata") ? metadata(given.path("metadata")) : before.metadata());
  }

  private static List<String> sorted(Set<String> names) {
    return names.stream().sorted().toList();
  }

  private static String text(JsonNode given, String name, int longest) {
    JsonNode value = given.path(name);
    if (!value.isTextual() || value.textValue().length() > longest) {
      throw Refused.invalid(name + " must be a text of at most " + longest + " characters");
    }
    return value.textValue();
  }

  private static @Nullable String description(ObjectNode given) {
    return given.path("description").isNull() ? null : text(given, "description", LONGEST_TEXT);
  }

  private static boolean enabled(JsonNode given) {
    if (!given.isBoolean()) {
      throw Refused.invalid("enabled must be true or false");
    }
    return given.booleanValue();
  }

  private static String url(String text) {
    try {
      URI url = new URI(text);
      boolean http = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
      if (http && url.getHost() != null && url.getUserInfo() == null && url.getFragment() == null) {
        return text;
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw Refused.invalid(
        "url must be an http or https address with a host, and without user or fragment");
  }

  private static List<String> events(JsonNode given) {
    List<String> events = new ArrayList<>();
    boolean fits = given.isArray() && given.size() <= MOST_EVENTS;
    for (JsonNode each : given) {
      fits &= each.isTextual() && each.textValue().matches("[A-Za-z0-9_.*-]{1,100}");
      events.add(each.asText());
    }
    if (!fits && !given.isNull()) {
      throw Refused.invalid(
          "events must be a list of at most "
              + MOST_EVENTS
              + " event types, in which * stands for any characters");
    }
    return events.isEmpty() ? List.of("*") : events;
  }

  private static Map<String, String> metadata(JsonNode given) {
    Map<String, String> metadata = new LinkedHashMap<>();
    boolean fits = given.isObject() && given.size() <= MOST_METADATA;
    for (Map.Entry<String, JsonNode> each : given.properties()) {
      fits &=
          each.getValue().isTextual()
              && each.getKey().length() <= LONGEST_TEXT
              && each.getValue().textValue().length() <= LONGEST_TEXT;
      metadata.put(each.getKey(), each.getValue().asText());
    }
    if (!fits && !given.isNull()) {
      throw Refused.invalid(
          "metadata must be at most "
              + MOST_METADATA
              + " texts of at most "
              + LONGEST_TEXT
              + " characters by name");
    }
    return metadata;
  }

  private String hex() {
    byte[] bytes = new byte[12];
    ids.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
