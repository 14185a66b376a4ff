package io.gammawebhook.springboot.app.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** A running node, asked through its Actuator endpoint {@code webhooks}. */
final class NodeBackend implements Backend {

  private static final int MAX_ANSWER_BYTES = 64 * 1024 * 1024;

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final URI url;
  private final @Nullable String authorization;
  private final Duration timeout;

  /**
   * @param url of the endpoint, without a slash at the end
   * @param authorization the header's value; null for none
   * @param timeout of a whole answer
   */
  NodeBackend(URI url, @Nullable String authorization, Duration timeout) {
    this.url = url;
    this.authorization = authorization;
    this.timeout = timeout;
  }

  @Override
  public Reply read(String list, Map<String, String> parameters) {
    String query =
        parameters.entrySet().stream()
            .map(parameter -> encoded(parameter.getKey()) + "=" + encoded(parameter.getValue()))
            .collect(Collectors.joining("&"));
    return ask(
        HttpRequest.newBuilder(
                URI.create(
                    url
                        + (list.isEmpty() ? "" : "/" + list)
                        + (query.isEmpty() ? "" : "?" + query)))
            .GET(),
        "");
  }

  @Override
  public Reply order(String operation, Map<String, String> parameters) {
    try {
      return ask(
          HttpRequest.newBuilder(URI.create(url + "/" + operation))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(json.writeValueAsString(parameters))),
          ". It may have been carried out all the same: look with the command audit or operations");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    // The client's connections end with the process.
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /**
   * @param doubt what is unknown if no answer comes
   */
  private Reply ask(HttpRequest.Builder request, String doubt) {
    request.header("Accept", "application/json, application/problem+json");
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    CompletableFuture<HttpResponse<Void>> answer =
        client.sendAsync(
            request.build(),
            HttpResponse.BodyHandlers.ofByteArrayConsumer(
                bytes -> bytes.ifPresent(part -> append(body, part))));
    try {
      // The request's own time-out would end with the answer's head.
      HttpResponse<Void> head = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return reply(head, body.toByteArray());
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw unreachable(
          "No answer from "
              + url
              + " within "
              + timeout.toSeconds()
              + " s: see whether that node is well, or allow more with --timeout"
              + doubt);
    } catch (ExecutionException e) {
      throw noAnswer(e.getCause() == null ? e : e.getCause(), doubt);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable("Interrupted" + doubt);
    }
  }

  private static void append(ByteArrayOutputStream body, byte[] part) {
    if (body.size() + part.length > MAX_ANSWER_BYTES) {
      throw new IllegalStateException("an answer of more than " + MAX_ANSWER_BYTES + " bytes");
    }
    body.writeBytes(part);
  }

  private CommandFailure noAnswer(Throwable fault, String doubt) {
    if (fault instanceof SSLException) {
      return unreachable(
          "No TLS connection to "
              + url
              + " ("
              + fault.getMessage()
              + "): if its certificate is one of your own, name a trust store that holds it, as"
              + " java -Djavax.net.ssl.trustStore=<file> -jar …");
    }
    String reason = fault.getClass().getSimpleName();
    if (fault instanceof java.net.ConnectException
        || fault instanceof java.net.http.HttpConnectTimeoutException) {
      return unreachable(
          "Nobody answers at "
              + url
              + " ("
              + reason
              + "): start the node, name another with --url, or look into the store itself with"
              + " --store");
    }
    return unreachable(
        "The answer of "
            + url
            + " cannot be read ("
            + (fault.getMessage() == null ? reason : Console.clean(fault.getMessage()))
            + "): see whether a node of this application answers there"
            + doubt);
  }

  private Reply reply(HttpResponse<Void> head, byte[] body) {
    int status = head.statusCode();
    JsonNode tree = tree(body);
    boolean ours = tree != null && (status / 100 == 2 || tree.path("detail").isTextual());
    if (ours && tree != null) {
      return new Reply(status, tree);
    }
    if (status == 401) {
      throw notAllowed(
          authorization == null
              ? "wants to know who you are (401): log in with --user, or with --token-file"
              : "does not accept your password or token (401): see --user, --password-file and"
                  + " --token-file");
    }
    if (status == 403) {
      throw notAllowed(
          "does not allow it (403): ask those who run it for the right to use its endpoint"
              + " 'webhooks'. If reads are allowed and orders are not, its Spring Security may want"
              + " a CSRF token: docs/security.md shows the rules that the endpoint needs");
    }
    if (status / 100 == 3) {
      throw notAllowed(
          "sends elsewhere ("
              + status
              + head.headers()
                  .firstValue("Location")
                  .map(to -> " to " + Console.clean(to))
                  .orElse("")
              + "): if that is a page to log in at, use --user or --token-file; else name the address"
              + " with --url");
    }
    if (status == 404 || status == 405) {
      throw unreachable(
          "There is no endpoint at "
              + url
              + " ("
              + status
              + "): the node has it if management.endpoints.web.exposure.include names webhooks; for"
              + " another address use --url");
    }
    throw unreachable(
        "What answers at "
            + url
            + " is not the endpoint ("
            + status
            + ", "
            + head.headers().firstValue("Content-Type").map(Console::clean).orElse("without a type")
            + "): see its log, or what lies before it; for another address use --url");
  }

  /** Null for what is no JSON of an object or a list. */
  private @Nullable JsonNode tree(byte[] body) {
    try {
      JsonNode tree = json.readTree(body);
      return tree != null && tree.isContainerNode() ? tree : null;
    } catch (IOException e) {
      return null;
    }
  }

  private CommandFailure notAllowed(String message) {
    return new CommandFailure(ExitCodes.NOT_ALLOWED, "The node at " + url + " " + message);
  }

  private static CommandFailure unreachable(String message) {
    return new CommandFailure(ExitCodes.UNREACHABLE, message);
  }
}
