package io.gammawebhook.registration.api;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The shape of an API at which webhooks are registered: data, read from a document of the {@link
 * ApiCatalogue} or from a configuration. Immutable.
 */
public final class ApiDescription {

  /** Where the API tells what it signs with. */
  public enum Telling {
    /** In the answer to a create. */
    CREATE,
    /** Whenever it is asked. */
    READ,
    /** In the answer to a rotation. */
    ROTATE
  }

  /** How an entry comes by another secret. */
  public enum Rotation {
    /** With an update that names it. */
    UPDATE,
    /** With a call of its own. */
    CALL,
    /** Not at all: another entry is made, and the old one deleted. */
    REPLACE
  }

  /**
   * What a user says of the account beside its credentials.
   *
   * @param needed whether nothing works without it
   * @param standard what it is where the user says nothing; null for nothing
   * @param pattern what it has to match as a whole; null for any text of 1 to 255 characters
   */
  public record Parameter(
      String name,
      String description,
      boolean needed,
      @Nullable String standard,
      @Nullable Pattern pattern) {}

  /**
   * What is wrong with a configuration of this API.
   *
   * @param option below the registration, such as {@code parameters.owner}
   * @param what words that follow the option's name, with the cure
   */
  public record Fault(String option, String what) {}

  private static final int LONGEST_PARAMETER = 255;

  private final Facts facts;
  private final Calls calls;
  private final Answers answers;

  ApiDescription(Facts facts, Calls calls, Answers answers) {
    this.facts = facts;
    this.calls = calls;
    this.answers = answers;
  }

  Facts facts() {
    return facts;
  }

  Calls calls() {
    return calls;
  }

  Answers answers() {
    return answers;
  }

  /** Such as {@code github}. */
  public String name() {
    return facts.name;
  }

  /** What people call it. */
  public String title() {
    return facts.title;
  }

  /** The page that it was described from; null if the description names none. */
  public @Nullable URI reference() {
    return facts.reference;
  }

  /** Where the API is unless the configuration says otherwise; null if it has to. */
  public @Nullable URI baseUrl() {
    return facts.baseUrl;
  }

  /** The signature scheme that its events are signed by unless told otherwise; null if unknown. */
  public @Nullable String scheme() {
    return facts.scheme;
  }

  /** What it needs to be told beside the credentials, in the order of the description. */
  public List<Parameter> parameters() {
    return facts.parameters;
  }

  /** Whether an entry can be one for all events, without naming them. */
  public boolean takesAllEvents() {
    return facts.allEvents != null;
  }

  /** Whether we may choose the secret. */
  public boolean secretGiven() {
    return calls.create.says(Values.SECRET);
  }

  /** Whether it tells the secret there. */
  public boolean tells(Telling where) {
    Call call =
        switch (where) {
          case CREATE -> calls.create;
          case READ -> calls.readSecret;
          case ROTATE -> calls.rotate;
        };
    return call != null && call.secret() != null;
  }

  /** How an entry comes by another secret. */
  public Rotation rotation() {
    if (calls.rotate != null) {
      return Rotation.CALL;
    }
    return updateSays(Values.SECRET) ? Rotation.UPDATE : Rotation.REPLACE;
  }

  /** Whether we may choose the new secret of a rotation. */
  public boolean rotatesToGiven() {
    return switch (rotation()) {
      case CALL -> calls.rotate != null && calls.rotate.says(Values.SECRET);
      case UPDATE -> true;
      case REPLACE -> secretGiven();
    };
  }

  /** Whether an update can switch an entry off and on. */
  public boolean canDisable() {
    return updateSays(Values.ENABLED) || updateSays(Values.DISABLED);
  }

  private boolean updateSays(String variable) {
    return calls.update.stream().anyMatch(call -> call.says(variable));
  }

  /** Whether an entry tells which events it sends; else they are not to be compared. */
  public boolean tellsEvents() {
    return answers.events != null;
  }

  /** Whether an entry tells whether it sends at all; else it is taken as one that does. */
  public boolean tellsEnabled() {
    return answers.enabled != null;
  }

  /** Whether the API keeps a text by which we know an entry as ours; else its address has to do. */
  public boolean keepsMarker() {
    return answers.marker != null;
  }

  /** Whether an update can put the marker on an entry that has none. */
  public boolean canMark() {
    return updateSays(Values.MARKER);
  }

  /**
   * Whether an update may name the secret. Where it may, it should, also where that stays the same:
   * there are APIs that drop one that is not named.
   */
  public boolean updateTakesSecret() {
    return updateSays(Values.SECRET);
  }

  /** Whether the API keeps a description. */
  public boolean keepsDescription() {
    return answers.description != null;
  }

  /**
   * Whether the API can be asked for an event to try an entry with.
   *
   * @param parameters those of the account: one of them may be needed for it
   */
  public boolean canTest(Map<String, String> parameters) {
    return calls.test != null && missing(calls.test, parameters).isEmpty();
  }

  /** What a call needs of the account and has not. */
  List<String> missing(Call call, Map<String, String> given) {
    return facts.parameters.stream()
        .filter(each -> each.standard == null && !given.containsKey(each.name))
        .map(Parameter::name)
        .filter(call::says)
        .toList();
  }

  /** All that is wrong with a configuration of this API; empty if nothing is. */
  public List<Fault> faults(Account account, Wanted wanted) {
    List<Fault> faults = new ArrayList<>(faults(account.parameters()));
    if (wanted.events().isEmpty() && !takesAllEvents()) {
      faults.add(new Fault("events", "must name the events: this API has no word for all of them"));
    }
    return List.copyOf(faults);
  }

  /** All that is wrong with the parameters of an account. */
  List<Fault> faults(Map<String, String> given) {
    List<Fault> faults = new ArrayList<>();
    for (Parameter parameter : facts.parameters) {
      String option = "parameters." + parameter.name;
      String text = given.get(parameter.name);
      if (text == null) {
        if (parameter.needed && parameter.standard == null) {
          faults.add(new Fault(option, "is needed: " + parameter.description));
        }
      } else if (text.isEmpty() || text.length() > LONGEST_PARAMETER || text.matches("\\.{1,2}")) {
        faults.add(
            new Fault(
                option,
                "must have 1 to "
                    + LONGEST_PARAMETER
                    + " characters and be neither . nor ..: "
                    + parameter.description));
      } else if (parameter.pattern != null && !parameter.pattern.matcher(text).matches()) {
        faults.add(
            new Fault(option, "must match " + parameter.pattern + ": " + parameter.description));
      }
    }
    List<String> known = facts.parameters.stream().map(Parameter::name).toList();
    for (String name : new TreeSet<>(given.keySet())) {
      if (!known.contains(name)) {
        faults.add(
            new Fault(
                "parameters." + name,
                "is nothing that "
                    + facts.title
                    + " takes; "
                    + (known.isEmpty() ? "delete it" : "it takes " + known)));
      }
    }
    return faults;
  }

  @Override
  public String toString() {
    return facts.name;
  }

  /**
   * What is no call.
   *
   * @param allEvents what stands for all events; null if nothing does
   * @param authHeader the header that the credentials are in
   * @param headers of every call
   * @param form whether bodies are forms; else they are JSON
   */
  record Facts(
      String name,
      String title,
      String summary,
      @Nullable URI reference,
      @Nullable URI baseUrl,
      @Nullable String scheme,
      List<Parameter> parameters,
      @Nullable AllEvents allEvents,
      String authHeader,
      Template authValue,
      Map<String, Template> headers,
      boolean form) {}

  /**
   * How all events are said.
   *
   * @param word the one name that stands for all; null if a null, or nothing, in the place of the
   *     names does
   */
  record AllEvents(@Nullable String word) {}

  /**
   * The calls.
   *
   * @param update one or more, in this order; the answer of the last one is an entry
   * @param rotate null if there is no such call
   * @param test null if there is no such call
   * @param readSecret null if there is no such call
   */
  record Calls(
      Call list,
      Call create,
      List<Call> update,
      Call delete,
      @Nullable Call rotate,
      @Nullable Call test,
      @Nullable Call readSecret) {}

  /**
   * Where things are in answers.
   *
   * @param items where the entries of a list are
   * @param events null if an entry does not tell them
   * @param enabled null if an entry does not tell it
   * @param message where an answer that is no success says why; null if nowhere
   * @param resetHeader the header with the second of the epoch at which a limit ends; null if none
   */
  record Answers(
      FieldPath items,
      Paging paging,
      FieldPath id,
      FieldPath url,
      @Nullable FieldPath events,
      @Nullable Flag enabled,
      @Nullable FieldPath disabledReason,
      @Nullable FieldPath description,
      @Nullable FieldPath marker,
      @Nullable FieldPath message,
      @Nullable String resetHeader,
      List<Special> specials) {}

  /**
   * A yes or no.
   *
   * @param yes what the field holds for yes, as text
   */
  record Flag(FieldPath path, String yes) {}

  /**
   * Answers that mean something else than their status usually does.
   *
   * @param header one that has to be there, in lower case; null for any headers
   * @param value what the header has to be; null for anything
   * @param text what the body has to hold; null for anything
   */
  record Special(
      int status,
      @Nullable String header,
      @Nullable String value,
      @Nullable String text,
      ApiOutcome.Kind kind) {

    boolean fits(HttpHeaders headers, byte[] body) {
      if (header != null) {
        String there = headers.firstValue(header).orElse(null);
        if (there == null || (value != null && !there.strip().equals(value))) {
          return false;
        }
      }
      return text == null || new String(body, StandardCharsets.UTF_8).contains(text);
    }
  }
}
