package io.gammawebhook.registration.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.gammawebhook.json.JsonTree;
import io.gammawebhook.registration.api.ApiDescription.Answers;
import io.gammawebhook.registration.api.ApiDescription.Flag;
import io.gammawebhook.verify.SecretText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what an API answers, within bounds. */
final class ApiAnswer {

  /** An answer is not as it is described; the message says where, in our words only. */
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1;

    Unreadable(String what) {
      super(what, null, false, false);
    }
  }

  static final ObjectMapper JSON =
      new ObjectMapper(JsonTree.FACTORY).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** It becomes part of a path: nothing there may lead elsewhere. */
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.~:@=+-]{0,254}");

  private static final int LONGEST_SECRET = 1_024;
  private static final int MOST_EVENTS = 1_000;

  /** More than ours may have, so that a text that is cut is none of ours. */
  private static final int LONGEST_TEXT = 2 * Wanted.LONGEST_URL;

  private static final int LONGEST_CURSOR = 2_048;

  private final ApiDescription api;
  private final Answers at;
  private final Censor censor;

  /**
   * @param censor of all that the API was told in confidence
   */
  ApiAnswer(ApiDescription api, Censor censor) {
    this.api = api;
    this.at = api.answers();
    this.censor = censor;
  }

  static boolean isId(String id) {
    return ID.matcher(id).matches() && !id.contains("..");
  }

  static JsonNode json(byte[] body) throws Unreadable {
    try {
      JsonNode tree = JSON.readTree(body);
      return tree == null ? MissingNode.getInstance() : tree;
    } catch (JsonProcessingException | StackOverflowError e) {
      throw new Unreadable("is not JSON");
    } catch (IOException e) {
      throw new Unreadable("cannot be read");
    }
  }

  /** The entries of a list. */
  List<Registered> entries(JsonNode tree) throws Unreadable {
    JsonNode items = at.items().in(tree);
    if (!items.isArray()) {
      throw new Unreadable("has no list at " + at.items() + " (items)");
    }
    List<Registered> entries = new ArrayList<>();
    for (JsonNode item : items) {
      entries.add(entry(item, null));
    }
    return entries;
  }

  /** One entry. */
  Registered entry(JsonNode item, @Nullable SecretText secret) throws Unreadable {
    return new Registered(
        id(item),
        needed(item, at.url(), "url"),
        events(item),
        enabled(item),
        disabledReason(item),
        optional(item, at.description()),
        marker(item),
        secret);
  }

  private String id(JsonNode item) throws Unreadable {
    JsonNode id = at.id().in(item);
    String text = id.isTextual() || id.isIntegralNumber() ? id.asText() : "";
    if (!isId(text)) {
      throw new Unreadable("has no id that could be one at " + at.id() + " (fields.id)");
    }
    if (censor.isSecret(text)) {
      throw new Unreadable("has a secret in an id at " + at.id() + " (fields.id)");
    }
    return text;
  }

  private String needed(JsonNode item, FieldPath path, String field) throws Unreadable {
    String text = optional(item, path);
    if (text == null || text.isEmpty()) {
      throw new Unreadable("has an entry without a text at " + path + " (fields." + field + ")");
    }
    return text;
  }

  private @Nullable String optional(JsonNode item, @Nullable FieldPath path) {
    JsonNode value = path == null ? null : path.in(item);
    return value == null || !value.isTextual() ? null : bounded(value.asText());
  }

  private @Nullable String disabledReason(JsonNode item) {
    String reason = optional(item, at.disabledReason());
    return reason == null ? null : censor.line(reason);
  }

  /** One that is no text is none of ours, and says that the entry is another one's. */
  private @Nullable String marker(JsonNode item) {
    JsonNode value = at.marker() == null ? null : at.marker().in(item);
    if (value == null || value.isMissingNode() || value.isNull()) {
      return null;
    }
    return bounded(value.isTextual() ? value.asText() : "JSON " + value);
  }

  private String bounded(String text) {
    return censor.text(text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) : text);
  }

  private List<String> events(JsonNode item) throws Unreadable {
    FieldPath path = at.events();
    ApiDescription.AllEvents all = api.facts().allEvents();
    if (path == null) {
      return List.of();
    }
    JsonNode events = path.in(item);
    if (all != null && all.word() == null && (events.isMissingNode() || events.isNull())) {
      return List.of();
    }
    if (!events.isArray()) {
      throw new Unreadable("has an entry without a list at " + path + " (fields.events)");
    }
    List<String> names = new ArrayList<>();
    for (JsonNode event : events) {
      if (all != null && event.asText().equals(all.word())) {
        return List.of();
      }
      if (names.size() < MOST_EVENTS) {
        names.add(bounded(event.asText()));
      }
    }
    return names.isEmpty() ? Registered.NO_EVENTS : names;
  }

  private boolean enabled(JsonNode item) throws Unreadable {
    return at.enabled() == null || flag(item, at.enabled(), "fields.enabled");
  }

  /** An absent flag counts as false where that is a yes; else it has to be there. */
  private static boolean flag(JsonNode tree, Flag flag, String option) throws Unreadable {
    JsonNode value = flag.path().in(tree);
    if (value.isTextual() || value.isBoolean()) {
      return value.asText().equals(flag.yes());
    }
    if ((value.isMissingNode() || value.isNull()) && flag.yes().equals("false")) {
      return true;
    }
    throw new Unreadable("has neither yes nor no at " + flag.path() + " (" + option + ")");
  }

  /** The secret of an answer; null if it has none. */
  static @Nullable SecretText secret(JsonNode tree, FieldPath path) throws Unreadable {
    JsonNode value = path.in(tree);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    String text = value.isTextual() ? value.asText() : "";
    if (text.isEmpty()
        || text.length() > LONGEST_SECRET
        || text.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw new Unreadable("has no secret that could be one at " + path);
    }
    return SecretText.valueOf(text);
  }

  /** What the next page is called; null if there is none. */
  static @Nullable String cursor(Paging.Cursor paging, JsonNode tree, List<Registered> page)
      throws Unreadable {
    if (paging.more() != null && !flag(tree, paging.more(), "paging.more")) {
      return null;
    }
    FieldPath next = paging.next();
    if (next == null) {
      if (page.isEmpty()) {
        throw new Unreadable("says that there is more behind an empty page (paging.more)");
      }
      return page.get(page.size() - 1).id();
    }
    JsonNode value = next.in(tree);
    if (value.isMissingNode() || value.isNull()) {
      if (paging.more() != null) {
        throw new Unreadable("does not name the next page at " + next + " (paging.next)");
      }
      return null;
    }
    String cursor = value.isTextual() || value.isIntegralNumber() ? value.asText() : "";
    if (value.isTextual() && cursor.isEmpty() && paging.more() == null) {
      return null;
    }
    if (cursor.isEmpty() || cursor.length() > LONGEST_CURSOR) {
      throw new Unreadable("has no name of a page that could be one at " + next + " (paging.next)");
    }
    return cursor;
  }

  /** What a refusal says; empty if it says nothing that can be read. */
  String message(byte[] body) {
    FieldPath path = at.message();
    if (path == null) {
      return "";
    }
    try {
      JsonNode message = path.in(json(body));
      return message.isTextual() ? message.asText() : "";
    } catch (Unreadable e) {
      return "";
    }
  }
}
