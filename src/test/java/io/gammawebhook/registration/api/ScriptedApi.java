package io.gammawebhook.registration.api;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.gammawebhook.verify.SecretText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** An API over HTTP that answers what it is told to, one answer a call, and keeps what it got. */
final class ScriptedApi implements AutoCloseable {

  static final String TOKEN = "tok_Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA";
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  record Got(String method, String uri, Map<String, List<String>> headers, String body) {

    String call() {
      return method + " " + uri;
    }

    @Nullable String header(String name) {
      List<String> values = headers.get(name);
      return values == null ? null : values.get(0);
    }
  }

  static {
    // Else each answer with a body waits 40 ms for the client's ack.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private interface Answer {
    void give(HttpExchange exchange) throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Queue<Answer> answers = new ArrayDeque<>();
  private final List<Got> got = new ArrayList<>();
  private final CountDownLatch end = new CountDownLatch(1);

  ScriptedApi() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    Answer answer;
    synchronized (this) {
      got.add(
          new Got(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              Map.copyOf(exchange.getRequestHeaders()),
              new String(body, StandardCharsets.UTF_8)));
      answer = answers.poll();
    }
    try {
      if (answer == null) {
        exchange.sendResponseHeaders(599, -1);
      } else {
        answer.give(exchange);
      }
    } finally {
      exchange.close();
    }
  }

  /** Answers the next call so. */
  synchronized ScriptedApi answer(int status, String body, String... headers) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    answers.add(
        exchange -> {
          for (int i = 0; i < headers.length; i += 2) {
            exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
          }
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
          }
        });
    return this;
  }

  /** Answers the next call never. */
  synchronized ScriptedApi silence() {
    answers.add(exchange -> await());
    return this;
  }

  /** Begins to answer the next call, and does not end. */
  synchronized ScriptedApi halfAnAnswer() {
    answers.add(
        exchange -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          await();
        });
    return this;
  }

  /** Closes the connection of the next call without an answer. */
  synchronized ScriptedApi hangUp() {
    answers.add(HttpExchange::close);
    return this;
  }

  private void await() {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  synchronized List<Got> got() {
    return List.copyOf(got);
  }

  synchronized List<String> calls() {
    return got.stream().map(Got::call).toList();
  }

  synchronized Got last() {
    return got.get(got.size() - 1);
  }

  URI url() {
    return URI.create("http://localhost:" + server.getAddress().getPort());
  }

  /** A client of the API of that name, as if it were here. */
  RegistrationApi client(String name, Map<String, String> parameters) {
    return client(new ApiCatalogue().named(name), parameters);
  }

  RegistrationApi client(ApiDescription api, Map<String, String> parameters) {
    return client(api, parameters, Duration.ofSeconds(10));
  }

  RegistrationApi client(ApiDescription api, Map<String, String> parameters, Duration timeout) {
    return new HttpRegistrationApi(
        api, new Account(url(), SecretText.valueOf(TOKEN), parameters, timeout), () -> NOW);
  }

  @Override
  public void close() {
    end.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
