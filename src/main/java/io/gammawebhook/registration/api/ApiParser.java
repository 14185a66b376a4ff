package io.gammawebhook.registration.api;

import io.gammawebhook.registration.api.ApiDescription.AllEvents;
import io.gammawebhook.registration.api.ApiDescription.Answers;
import io.gammawebhook.registration.api.ApiDescription.Calls;
import io.gammawebhook.registration.api.ApiDescription.Facts;
import io.gammawebhook.registration.api.ApiDescription.Flag;
import io.gammawebhook.registration.api.ApiDescription.Parameter;
import io.gammawebhook.registration.api.ApiDescription.Special;
import io.gammawebhook.registration.api.ApiDocument.Section;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Makes a description of a document, or says all that is wrong with it. */
final class ApiParser {

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
  private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}");
  private static final Pattern QUERY = Pattern.compile("[A-Za-z0-9_.~\\[\\]-]{1,100}");

  /** Those that the client writes itself, or that are no business of a description. */
  private static final Set<String> OWN_HEADERS =
      Set.of(
          "host",
          "content-length",
          "content-type",
          "connection",
          "expect",
          "upgrade",
          "transfer-encoding",
          "user-agent");

  private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE");

  private static final Set<String> WANTED =
      Set.of(
          Values.URL,
          Values.EVENTS,
          Values.SECRET,
          Values.ENABLED,
          Values.DISABLED,
          Values.DESCRIPTION,
          Values.MARKER);

  private final ApiDocument document;
  private final Section root;
  private final Set<String> parameters = new TreeSet<>();

  /** Those that may have no value. */
  private final Set<String> optional = new TreeSet<>();

  private ApiParser(ApiDocument document) {
    this.document = document;
    this.root = document.root();
  }

  /**
   * @param name the API's name where the document gives none
   */
  static ApiDescription parse(ApiDocument document, String name) {
    return new ApiParser(document).description(name);
  }

  private ApiDescription description(String defaultName) {
    Facts facts = facts(defaultName);
    Calls calls = calls();
    Answers answers = answers();
    root.refuseOthers();
    if (calls != null && answers != null) {
      checkFit(facts, calls, answers);
    }
    document.throwFaults();
    if (calls == null || answers == null) {
      throw new IllegalStateException("A part is missing, and no fault says so");
    }
    return new ApiDescription(facts, calls, answers);
  }

  private Facts facts(String defaultName) {
    String name = root.as("name", text -> matched(text, NAME, "lower-case letters, digits and -"));
    String title = root.text("title");
    String summary = root.text("description");
    URI reference = root.as("reference", ApiParser::address);
    URI baseUrl = root.as("base-url", ApiParser::address);
    String scheme =
        root.as("scheme", text -> matched(text, NAME, "the name of a signature scheme"));
    List<Parameter> declared = parameters();
    Section auth = root.section("auth");
    String authHeader = "Authorization";
    Template authValue = Template.parse("");
    if (auth == null) {
      if (!root.has("auth")) {
        root.fault("auth", "is needed: header and value, such as \"Bearer {credentials}\"");
      }
    } else {
      String header = auth.needed("header", "such as Authorization", ApiParser::headerName);
      Template value = auth.needed("value", "such as \"Bearer {credentials}\"", Template::parse);
      if (header != null) {
        authHeader = header;
      }
      if (value != null) {
        authValue = value;
        if (!value.variables().equals(Set.of(Values.CREDENTIALS))) {
          auth.fault("value", "must hold {credentials} and no other variable");
        }
      }
      auth.refuseOthers();
    }
    Map<String, Template> headers = headers(root, Set.of());
    for (String header : headers.keySet()) {
      if (header.equalsIgnoreCase(authHeader)) {
        root.fault("headers", "must not hold " + header + ", which auth writes");
      }
    }
    Boolean form = root.as("format", text -> oneOf(List.of("json", "form"), text).equals("form"));
    AllEvents all = allEvents(Boolean.TRUE.equals(form));
    return new Facts(
        name == null ? defaultName : name,
        title == null ? defaultName : title,
        summary == null ? "" : summary,
        reference,
        baseUrl,
        scheme,
        declared,
        all,
        authHeader,
        authValue,
        headers,
        Boolean.TRUE.equals(form));
  }

  private List<Parameter> parameters() {
    Section section = root.section("parameters");
    List<Parameter> declared = new ArrayList<>();
    if (section == null) {
      return declared;
    }
    for (String name : section.names()) {
      Section each = section.section(name);
      if (!NAME.matcher(name).matches() || Values.KNOWN.contains(name)) {
        section.fault(
            name, "must be lower-case letters, digits and -, and none of " + sorted(Values.KNOWN));
      }
      if (each == null) {
        continue;
      }
      parameters.add(name);
      String description = each.needed("description", "what a user has to give", text -> text);
      Boolean needed = each.as("needed", ApiParser::bool);
      String standard = each.text("default");
      Pattern pattern = each.as("pattern", ApiParser::pattern);
      each.refuseOthers();
      if (Boolean.FALSE.equals(needed) && standard == null) {
        optional.add(name);
      }
      declared.add(
          new Parameter(
              name,
              description == null ? "" : description,
              needed == null || needed,
              standard,
              pattern));
    }
    return List.copyOf(declared);
  }

  private @Nullable AllEvents allEvents(boolean form) {
    Section events = root.section("events");
    if (events == null) {
      return null;
    }
    AllEvents all = null;
    if (events.isNull("all")) {
      if (form) {
        events.fault("all", "must be a name: a form cannot say null");
      }
      all = new AllEvents(null);
    } else {
      String word = events.needed("all", "the name for all events, such as \"*\"", text -> text);
      all = word == null ? null : new AllEvents(word);
    }
    events.refuseOthers();
    return all;
  }

  private Map<String, Template> headers(Section section, Set<String> variables) {
    Map<String, Template> headers = new LinkedHashMap<>();
    Section given = section.section("headers");
    if (given != null) {
      for (String name : given.names()) {
        Template value = given.as(name, Template::parse);
        try {
          headerName(name);
        } catch (IllegalArgumentException e) {
          given.fault(name, String.valueOf(e.getMessage()));
        }
        if (value != null) {
          headers.put(name, value);
          checkVariables(given, name, value.variables(), variables);
        }
      }
    }
    return headers;
  }

  private @Nullable Calls calls() {
    Section calls = root.section("calls");
    if (calls == null) {
      root.fault(
          "calls",
          "is needed: list, create, update, delete and, where there are, rotate,"
              + " test and read-secret");
      return null;
    }
    Call list = call(calls, "list", Set.of(), false, false);
    Set<String> wanted = new TreeSet<>(WANTED);
    wanted.add(Values.IDEMPOTENCY_KEY);
    Call create = call(calls, "create", wanted, false, true);
    Set<String> known = new TreeSet<>(WANTED);
    known.add(Values.ID);
    List<Call> update = new ArrayList<>();
    List<Section> steps = calls.sections("update");
    for (Section step : steps) {
      Call call = call(step, known, true, false);
      if (call != null) {
        update.add(call);
      }
    }
    if (steps.isEmpty()) {
      calls.fault("update", "is needed: one call, or a list of them");
    }
    Call delete = call(calls, "delete", Set.of(Values.ID), true, false);
    Call rotate = option(calls, "rotate", Set.of(Values.ID, Values.SECRET), true);
    Call test = option(calls, "test", Set.of(Values.ID), false);
    Call readSecret = option(calls, "read-secret", Set.of(Values.ID), true);
    calls.refuseOthers();
    if (readSecret != null && readSecret.secret() == null) {
      calls.fault("read-secret", "must say where the secret is in its answer: secret");
    }
    return list == null || create == null || delete == null || update.size() < steps.size()
        ? null
        : new Calls(list, create, List.copyOf(update), delete, rotate, test, readSecret);
  }

  private @Nullable Call option(
      Section calls, String name, Set<String> variables, boolean tellsSecret) {
    return calls.has(name) ? call(calls, name, variables, true, tellsSecret) : null;
  }

  private @Nullable Call call(
      Section calls, String name, Set<String> variables, boolean ofOne, boolean tellsSecret) {
    Section section = calls.section(name);
    if (section == null) {
      if (!calls.has(name)) {
        calls.fault(name, "is needed: at least method and path");
      }
      return null;
    }
    return call(section, variables, ofOne, tellsSecret);
  }

  /**
   * @param ofOne whether it is about one entry, so that its id has to be in the path
   * @param tellsSecret whether its answer may tell the secret
   */
  private @Nullable Call call(
      Section section, Set<String> variables, boolean ofOne, boolean tellsSecret) {
    String method = section.needed("method", "such as POST", text -> oneOf(METHODS, text));
    Template path = section.needed("path", "such as /webhooks/{id}", ApiParser::path);
    if (path != null) {
      checkVariables(section, "path", path.variables(), ofOne ? Set.of(Values.ID) : Set.of());
      if (ofOne && !path.variables().contains(Values.ID)) {
        section.fault("path", "must hold {id}: the call is about one entry");
      }
      for (String variable : path.variables()) {
        if (optional.contains(variable)) {
          section.fault(
              "path", "must not hold {" + variable + "}, which may be absent; give it a default");
        }
      }
    }
    Map<String, Template> query = new LinkedHashMap<>();
    Section asked = section.section("query");
    if (asked != null) {
      for (String name : asked.names()) {
        Template value = asked.as(name, Template::parse);
        if (!QUERY.matcher(name).matches()) {
          asked.fault(name, "must be letters, digits and _ . ~ - [ ]");
        }
        if (value != null) {
          query.put(name, value);
          checkVariables(asked, name, value.variables(), Set.of());
        }
      }
    }
    Map<String, Template> headers =
        headers(
            section,
            variables.contains(Values.IDEMPOTENCY_KEY) ? Set.of(Values.IDEMPOTENCY_KEY) : Set.of());
    BodyTemplate.Fields body = section.body("body");
    if (body != null) {
      checkVariables(section, "body", body.variables(), variables);
      if (List.of("GET", "DELETE").contains(method == null ? "" : method)) {
        section.fault("body", "goes with no " + method + "; delete it, or correct the method");
      }
    }
    Set<Integer> success = section.as("success", ApiParser::statuses);
    FieldPath secret = tellsSecret ? section.as("secret", FieldPath::parse) : null;
    section.refuseOthers();
    return method == null || path == null
        ? null
        : new Call(
            method, path, query, headers, body, success == null ? Set.of() : success, secret);
  }

  private void checkVariables(
      Section section, String option, Set<String> used, Set<String> allowed) {
    for (String variable : used) {
      if (!allowed.contains(variable) && !parameters.contains(variable)) {
        Set<String> known = new TreeSet<>(allowed);
        known.addAll(parameters);
        section.fault(
            option,
            "has the variable {"
                + variable
                + "}, which is unknown here; "
                + (known.isEmpty() ? "there is none" : "there are " + sorted(known)));
      }
    }
  }

  private @Nullable Answers answers() {
    FieldPath items = root.needed("items", "where the entries of a list are", FieldPath::parse);
    Paging paging = paging();
    Section fields = root.section("fields");
    if (fields == null) {
      if (!root.has("fields")) {
        root.fault("fields", "is needed: where an entry has its id, url and the rest");
      }
      return null;
    }
    FieldPath id = fields.needed("id", "such as id", FieldPath::parse);
    FieldPath url = fields.needed("url", "such as url", FieldPath::parse);
    FieldPath events = fields.as("events", FieldPath::parse);
    Flag enabled = fields.as("enabled", ApiParser::flag);
    FieldPath disabledReason = fields.as("disabled-reason", FieldPath::parse);
    FieldPath description = fields.as("description", FieldPath::parse);
    FieldPath marker = fields.as("marker", FieldPath::parse);
    fields.refuseOthers();
    FieldPath message = null;
    String reset = null;
    List<Special> specials = new ArrayList<>();
    Section errors = root.section("errors");
    if (errors != null) {
      message = errors.as("message", FieldPath::parse);
      reset = errors.as("limit-reset", ApiParser::headerName);
      for (Section each : errors.sections("special")) {
        Special special = special(each);
        if (special != null) {
          specials.add(special);
        }
      }
      errors.refuseOthers();
    }
    return items == null || paging == null || id == null || url == null
        ? null
        : new Answers(
            items,
            paging,
            id,
            url,
            events,
            enabled,
            disabledReason,
            description,
            marker,
            message,
            reset,
            List.copyOf(specials));
  }

  private static @Nullable Special special(Section section) {
    Integer status = section.needed("status", "such as 422", ApiParser::refusal);
    String header = section.as("header", text -> headerName(text).toLowerCase(Locale.ROOT));
    String value = section.text("value");
    String text = section.text("text");
    ApiOutcome.Kind kind =
        section.needed(
            "means",
            "such as conflict",
            word ->
                ApiOutcome.Kind.valueOf(
                    oneOf(
                            Arrays.stream(ApiOutcome.Kind.values())
                                .map(each -> each.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                                .toList(),
                            word)
                        .toUpperCase(Locale.ROOT)
                        .replace('-', '_')));
    if (header == null && text == null) {
      section.fault("status", "alone says nothing special; add header or text");
    }
    if (value != null && header == null) {
      section.fault("value", "belongs to a header; add it");
    }
    section.refuseOthers();
    return status == null || kind == null ? null : new Special(status, header, value, text, kind);
  }

  private @Nullable Paging paging() {
    Section section = root.section("paging");
    if (section == null) {
      return root.has("paging") ? null : new Paging.None();
    }
    String kind =
        section.needed(
            "kind",
            "cursor, last-id, link-header or page-number",
            text -> oneOf(List.of("cursor", "last-id", "link-header", "page-number"), text));
    if (kind == null) {
      // What else is there may be right for the kind that is meant.
      return null;
    }
    Paging paging = paging(section, kind);
    section.refuseOthers();
    return paging;
  }

  private static @Nullable Paging paging(Section section, String kind) {
    if (kind.equals("link-header")) {
      return new Paging.Link();
    }
    String parameter =
        section.needed(
            "parameter", "the query's name", text -> matched(text, QUERY, "a name of the query"));
    if (kind.equals("page-number")) {
      Integer first = section.as("first", ApiParser::pageNumber);
      return parameter == null ? null : new Paging.Number(parameter, first == null ? 1 : first);
    }
    FieldPath next =
        kind.equals("cursor")
            ? section.needed("next", "where the answer has the next page's name", FieldPath::parse)
            : null;
    Flag more = section.as("more", ApiParser::flag);
    if (kind.equals("last-id") && more == null) {
      section.fault("more", "is needed: where the answer says that there is more");
      return null;
    }
    return parameter == null || (kind.equals("cursor") && next == null)
        ? null
        : new Paging.Cursor(parameter, next, more);
  }

  /** What the parts have to say together. */
  private void checkFit(Facts facts, Calls calls, Answers answers) {
    if (!calls.create().says(Values.URL)) {
      root.fault("calls", "must say {url} in the body of create");
    }
    if (calls.update().stream().noneMatch(call -> call.says(Values.URL))) {
      root.fault("calls", "must say {url} in the body of update");
    }
    if (calls.create().says(Values.MARKER) != (answers.marker() != null)) {
      root.fault(
          "fields", "must have marker where, and only where, create says {marker} in its body");
    }
    boolean read = calls.readSecret() != null;
    if (!calls.create().says(Values.SECRET) && calls.create().secret() == null && !read) {
      root.fault(
          "calls",
          "must let somebody know the secret: say {secret} in the body of create, or where its"
              + " answer has it (create.secret), or describe read-secret");
    }
    Call rotate = calls.rotate();
    if (rotate != null && !rotate.says(Values.SECRET) && rotate.secret() == null && !read) {
      root.fault(
          "calls",
          "must let somebody know the new secret: say {secret} in the body of rotate, or where its"
              + " answer has it (rotate.secret), or describe read-secret");
    }
    if (facts.allEvents() != null && !calls.create().says(Values.EVENTS)) {
      root.fault("events", "says something of events, but create does not say {events}");
    }
  }

  private static Template path(String text) {
    if (!text.matches("/[!-~]{0,499}") || text.contains("?") || text.contains("#")) {
      throw new IllegalArgumentException(
          "must begin with / and hold neither ? nor #, such as /webhooks/{id}, was '" + text + "'");
    }
    return Template.parse(text);
  }

  private static Flag flag(String text) {
    int equals = text.indexOf('=');
    return equals < 0
        ? new Flag(FieldPath.parse(text), "true")
        : new Flag(FieldPath.parse(text.substring(0, equals)), text.substring(equals + 1));
  }

  private static URI address(String text) {
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("must be an address such as https://api.example.com", e);
    }
    if (!"https".equals(uri.getScheme()) || uri.getHost() == null) {
      throw new IllegalArgumentException(
          "must be an address such as https://api.example.com, was '" + text + "'");
    }
    return uri;
  }

  private static String headerName(String text) {
    if (!HEADER.matcher(text).matches() || OWN_HEADERS.contains(text.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "must be a header's name, and none of " + sorted(OWN_HEADERS) + ", was '" + text + "'");
    }
    return text;
  }

  private static String matched(String text, Pattern pattern, String form) {
    if (!pattern.matcher(text).matches()) {
      throw new IllegalArgumentException("must be " + form + ", was '" + text + "'");
    }
    return text;
  }

  private static Pattern pattern(String text) {
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "must be a regular expression, and is not: " + e.getDescription(), e);
    }
  }

  private static boolean bool(String text) {
    return oneOf(List.of("true", "false"), text).equals("true");
  }

  private static int pageNumber(String text) {
    return oneOf(List.of("0", "1"), text).equals("0") ? 0 : 1;
  }

  private static int refusal(String text) {
    if (!text.matches("[45]\\d\\d")) {
      throw new IllegalArgumentException("must be between 400 and 599, was '" + text + "'");
    }
    return Integer.parseInt(text);
  }

  private static Set<Integer> statuses(String text) {
    Set<Integer> statuses = new TreeSet<>();
    for (String each : text.split(" +", -1)) {
      if (!each.matches("2\\d\\d")) {
        throw new IllegalArgumentException(
            "must be statuses between 200 and 299 with blanks between them, was '" + text + "'");
      }
      statuses.add(Integer.parseInt(each));
    }
    return statuses;
  }

  private static String oneOf(List<String> words, String text) {
    if (!words.contains(text)) {
      throw new IllegalArgumentException("must be one of " + words + ", was '" + text + "'");
    }
    return text;
  }

  private static String sorted(Set<String> names) {
    return String.join(", ", new TreeSet<>(names));
  }
}
