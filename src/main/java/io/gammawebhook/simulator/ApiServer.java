package io.gammawebhook.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.gammawebhook.simulator.Hooks.Refused;
import io.gammawebhook.verify.SecretText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The registration API over HTTP. */
final class ApiServer implements AutoCloseable {

  static final int LARGEST_PAGE = 100;

  private static final String BASE = "/v1";
  private static final Pattern PATH =
      Pattern.compile(BASE + "/webhooks(?:/([^/]{1,200})(?:/(rotate|test))?)?");

  private static final int MOST_BYTES = 64 << 10;
  private static final int MOST_AT_A_TIME = 32;
  private static final int MOST_KEYS = 1000;
  private static final int LONGEST_KEY = 255;
  private static final int MOST_FAILURES = 1000;

  /** A paused API keeps a caller no longer than that. */
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(2);

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * What is answered.
   *
   * @param body null for none
   */
  private record Answer(int status, @Nullable ObjectNode body, @Nullable Duration retryAfter) {

    static Answer of(int status, @Nullable ObjectNode body) {
      return new Answer(status, body, null);
    }

    static Answer error(int status, String code, String message, @Nullable Duration retryAfter) {
      ObjectNode body = MAPPER.createObjectNode();
      body.putObject("error").put("code", code).put("message", message);
      return new Answer(status, body, retryAfter);
    }
  }

  /** An answer that a caller may ask for again by its key. */
  private record Remembered(byte[] request, Answer answer) {}

  /** Answers that were ordered in place of the real ones. */
  private static final class Failure {
    final @Nullable ApiCall call;
    final int status;
    final @Nullable Duration retryAfter;
    int left;

    Failure(@Nullable ApiCall call, int times, int status, @Nullable Duration retryAfter) {
      this.call = call;
      this.left = times;
      this.status = status;
      this.retryAfter = retryAfter;
    }
  }

  private final Lock lock;
  private final int pageSize;
  private final Hooks hooks;
  private final Deliveries deliveries;
  private final SecretText token;
  private final SecretText readOnlyToken;
  private final Consumer<Hook> tested;
  private final Consumer<Hook> changed;
  private final HttpServer server;
  private final Arrivals arrivals;
  private final Semaphore calls = new Semaphore(MOST_AT_A_TIME);

  private final List<Failure> failures = new ArrayList<>();
  private final Set<ApiCall> lost = EnumSet.noneOf(ApiCall.class);
  private final Map<String, Remembered> answers =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Remembered> eldest) {
          return size() > MOST_KEYS;
        }
      };
  private boolean paused;
  private boolean closed;

  /**
   * Opens the port.
   *
   * @param tested sends a test event
   * @param changed told of each registration that was made or changed
   */
  ApiServer(
      Lock lock,
      GammaSimulator.Builder settings,
      Hooks hooks,
      Deliveries deliveries,
      SecretText token,
      SecretText readOnlyToken,
      Consumer<Hook> tested,
      Consumer<Hook> changed) {
    this.lock = lock;
    this.pageSize = settings.pageSize;
    this.hooks = hooks;
    this.deliveries = deliveries;
    this.token = token;
    this.readOnlyToken = readOnlyToken;
    this.tested = tested;
    this.changed = changed;
    try {
      this.server = HttpServer.create(new InetSocketAddress(settings.address, settings.port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The simulator cannot listen on port " + settings.port + ": choose another", e);
    }
    this.arrivals = new Arrivals(MOST_AT_A_TIME, settings.arrival);
    server.setExecutor(arrivals);
    server.createContext("/", this::handle);
    server.start();
  }

  URI url() {
    InetSocketAddress at = server.getAddress();
    InetAddress address =
        at.getAddress().isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : at.getAddress();
    String host = address.getHostAddress();
    return URI.create(
        "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + at.getPort() + BASE);
  }

  void failNext(@Nullable ApiCall call, int times, int status, @Nullable Duration retryAfter) {
    if (failures.size() >= MOST_FAILURES) {
      throw new IllegalStateException(MOST_FAILURES + " failures are ordered already");
    }
    failures.add(new Failure(call, times, status, retryAfter));
  }

  void loseNextAnswer(ApiCall call) {
    lost.add(call);
  }

  void pause(boolean pause) {
    paused = pause;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      try {
        // Nothing of a stranger's body is read before he is answered.
        known(exchange);
      } catch (Refused e) {
        write(exchange, refusal(e));
        return;
      }
      byte[] body = exchange.getRequestBody().readNBytes(MOST_BYTES + 1);
      if (arrivals.hasCome() && calls.tryAcquire()) {
        try {
          answer(exchange, body);
        } finally {
          calls.release();
        }
      }
    }
  }

  /** Answers when it may; not at all where the connection is to end without. */
  private void answer(HttpExchange exchange, byte[] body) throws IOException {
    try {
      lock.await(() -> !paused || closed, LONGEST_PAUSE);
    } catch (InterruptedException e) {
      // Closed; the connection ends without an answer.
      Thread.currentThread().interrupt();
      return;
    }
    Optional<Answer> answer = lock.get(() -> Optional.ofNullable(answered(exchange, body)));
    if (answer.isPresent()) {
      write(exchange, answer.get());
    }
  }

  private static void write(HttpExchange exchange, Answer answer) throws IOException {
    if (answer.status() == 405) {
      exchange.getResponseHeaders().set("Allow", "GET, POST, PATCH, DELETE");
    }
    if (answer.status() == 401) {
      exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
    }
    if (answer.retryAfter() != null) {
      exchange
          .getResponseHeaders()
          .set("Retry-After", Long.toString(answer.retryAfter().toSeconds()));
    }
    if (answer.body() == null) {
      exchange.sendResponseHeaders(answer.status(), -1);
      return;
    }
    byte[] bytes = MAPPER.writeValueAsBytes(answer.body());
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(answer.status(), bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /** Null where the connection is to end without one. */
  private @Nullable Answer answered(HttpExchange exchange, byte[] body) {
    if (closed) {
      return null;
    }
    try {
      Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
      if (!path.matches()) {
        throw new Refused(404, "not_found", "There is nothing at this path");
      }
      ApiCall call = call(exchange.getRequestMethod(), path.group(1), path.group(2));
      Failure failure = failure(call);
      if (failure != null) {
        return Answer.error(
            failure.status, "simulated", "The simulator was told to fail", failure.retryAfter);
      }
      if (known(exchange).equals(readOnlyToken) && call != ApiCall.LIST && call != ApiCall.READ) {
        throw new Refused(403, "forbidden", "This token may only read");
      }
      if (body.length > MOST_BYTES) {
        throw new Refused(413, "too_large", "A body has at most " + MOST_BYTES + " bytes");
      }
      Answer answer = once(exchange, call, path.group(1), body);
      return lost.remove(call) ? null : answer;
    } catch (Refused e) {
      return refusal(e);
    }
  }

  private static Answer refusal(Refused e) {
    return Answer.error(e.status, e.code, Objects.requireNonNullElse(e.getMessage(), ""), null);
  }

  private static ApiCall call(String method, @Nullable String id, @Nullable String action) {
    ApiCall call =
        switch (method) {
          case "GET" -> id == null ? ApiCall.LIST : action == null ? ApiCall.READ : null;
          case "POST" ->
              id == null
                  ? ApiCall.CREATE
                  : action == null ? null : action.equals("test") ? ApiCall.TEST : ApiCall.ROTATE;
          case "PATCH" -> id != null && action == null ? ApiCall.UPDATE : null;
          case "DELETE" -> id != null && action == null ? ApiCall.DELETE : null;
          default -> null;
        };
    if (call == null) {
      throw new Refused(405, "method_not_allowed", "This path does not know the method");
    }
    return call;
  }

  private @Nullable Failure failure(ApiCall call) {
    for (Failure failure : failures) {
      if (failure.call == null || failure.call == call) {
        if (--failure.left <= 0) {
          failures.remove(failure);
        }
        return failure;
      }
    }
    return null;
  }

  /** The token that the caller showed; refused if it is none of ours. */
  private SecretText known(HttpExchange exchange) {
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    if (header == null || !header.startsWith("Bearer ")) {
      throw new Refused(401, "unauthorized", "Authorization: Bearer <token> is missing");
    }
    SecretText given = SecretText.valueOf(header.substring("Bearer ".length()));
    if (!given.equals(readOnlyToken) && !given.equals(token)) {
      throw new Refused(401, "unauthorized", "The token is unknown");
    }
    return given;
  }

  /** A POST with a key that was answered before is answered the same. */
  private Answer once(HttpExchange exchange, ApiCall call, @Nullable String id, byte[] body) {
    String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
    if (key == null || !exchange.getRequestMethod().equals("POST")) {
      return answer(exchange, call, id, body);
    }
    if (key.isEmpty() || key.length() > LONGEST_KEY) {
      throw Refused.invalid("Idempotency-Key must have 1 to " + LONGEST_KEY + " characters");
    }
    byte[] request = digest(exchange.getRequestURI().getPath(), body);
    Remembered before = answers.get(key);
    if (before != null) {
      if (!Arrays.equals(before.request(), request)) {
        throw new Refused(
            422, "idempotency_key_reused", "This Idempotency-Key was used for another request");
      }
      return before.answer();
    }
    Answer answer = answer(exchange, call, id, body);
    answers.put(key, new Remembered(request, answer));
    return answer;
  }

  private static byte[] digest(String path, byte[] body) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(path.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      return digest.digest(body);
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }

  private Answer answer(HttpExchange exchange, ApiCall call, @Nullable String given, byte[] body) {
    String id = Objects.requireNonNullElse(given, "");
    switch (call) {
      case LIST -> {
        return Answer.of(200, page(query(exchange.getRequestURI().getRawQuery())));
      }
      case CREATE -> {
        JsonNode wanted = json(body);
        Hook hook = hooks.create(wanted);
        changed.accept(hook);
        ObjectNode shown = shown(hook);
        if (!wanted.hasNonNull("secret")) {
          shown.put("secret", hook.secret().reveal());
        }
        return Answer.of(201, shown);
      }
      case READ -> {
        return Answer.of(200, shown(hooks.get(id)));
      }
      case UPDATE -> {
        Hook hook = hooks.get(id);
        hooks.update(hook, json(body));
        changed.accept(hook);
        return Answer.of(200, shown(hook));
      }
      case DELETE -> {
        deliveries.remove(hooks.delete(id));
        return Answer.of(204, null);
      }
      case ROTATE -> {
        Hook hook = hooks.get(id);
        hooks.rotate(hook, body.length == 0 ? MAPPER.createObjectNode() : json(body));
        return Answer.of(200, shown(hook).put("secret", hook.secret().reveal()));
      }
      case TEST -> {
        tested.accept(hooks.get(id));
        return Answer.of(202, null);
      }
    }
    throw new IllegalStateException("Unknown call " + call);
  }

  private static JsonNode json(byte[] body) {
    try {
      JsonNode read = MAPPER.readTree(body);
      return read == null ? MissingNode.getInstance() : read;
    } catch (JsonProcessingException e) {
      throw new Refused(400, "unreadable", "The body is not JSON");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> query(@Nullable String raw) {
    Map<String, String> query = new LinkedHashMap<>();
    for (String pair : raw == null ? new String[0] : raw.split("&", 10)) {
      String[] parts = pair.split("=", 2);
      if (!Set.of("limit", "cursor").contains(parts[0]) || parts.length < 2) {
        throw Refused.invalid("A list knows the parameters limit and cursor");
      }
      query.put(parts[0], parts[1]);
    }
    return query;
  }

  private ObjectNode page(Map<String, String> query) {
    String limit = query.getOrDefault("limit", Integer.toString(LARGEST_PAGE));
    if (!limit.matches("[0-9]{1,3}")
        || Integer.parseInt(limit) < 1
        || Integer.parseInt(limit) > LARGEST_PAGE) {
      throw Refused.invalid("limit must be between 1 and " + LARGEST_PAGE);
    }
    String cursor = query.getOrDefault("cursor", "0");
    if (!cursor.matches("[0-9]{1,18}")) {
      throw Refused.invalid("cursor is none of this API: begin again without one");
    }
    List<Hook> rest =
        hooks.all().stream().filter(hook -> hook.number > Long.parseLong(cursor)).toList();
    int most = Math.min(pageSize, Integer.parseInt(limit));
    List<Hook> shown = rest.subList(0, Math.min(rest.size(), most));
    ObjectNode page = MAPPER.createObjectNode();
    page.putArray("data").addAll(shown.stream().map(ApiServer::shown).toList());
    return page.put(
        "next_cursor",
        shown.size() == rest.size() ? null : Long.toString(shown.get(shown.size() - 1).number));
  }

  private static ObjectNode shown(Hook hook) {
    SimulatedRegistration shown = hook.shown();
    ObjectNode json = MAPPER.createObjectNode().put("id", shown.id()).put("url", shown.url());
    json.putArray("events")
        .addAll(shown.events().stream().map(MAPPER.getNodeFactory()::textNode).toList());
    json.put("description", shown.description())
        .put("enabled", shown.enabled())
        .put("disabled_reason", shown.disabledReason())
        .put("created_at", shown.createdAt().toString())
        .put("updated_at", shown.updatedAt().toString());
    ObjectNode metadata = json.putObject("metadata");
    hook.wish().metadata().forEach(metadata::put);
    return json;
  }

  @Override
  public void close() {
    lock.run(() -> closed = true);
    server.stop(0);
    arrivals.close();
  }
}
