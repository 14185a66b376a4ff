package io.gammawebhook.registration.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The request of one call, of what its description says and what its variables stand for. */
final class CallRequest {

  private final ApiDescription api;
  private final Account account;
  private final Call call;
  private final Values values;

  CallRequest(ApiDescription api, Account account, Call call, Values values) {
    this.api = api;
    this.account = account;
    this.call = call;
    this.values = values;
  }

  /** Whether the id that goes into its path, if any does, leads nowhere else. */
  boolean isOfId() {
    return !(values.get(Values.ID) instanceof String id) || ApiAnswer.isId(id);
  }

  /** The whole address, with more parameters of the query. */
  URI uri(Map<String, String> more) {
    StringBuilder uri = new StringBuilder(account.baseUrl().toString());
    String path = call.path().fill(values, CallRequest::encoded);
    uri.append(path == null ? "" : path);
    Map<String, String> query = new LinkedHashMap<>();
    call.query()
        .forEach(
            (name, template) -> {
              String value = template.fill(values, UnaryOperator.identity());
              if (value != null) {
                query.put(name, value);
              }
            });
    query.putAll(more);
    char sign = '?';
    for (Map.Entry<String, String> each : query.entrySet()) {
      uri.append(sign).append(encoded(each.getKey())).append('=').append(encoded(each.getValue()));
      sign = '&';
    }
    return URI.create(uri.toString());
  }

  /**
   * @throws IllegalArgumentException if a header cannot hold its value; the message may show it
   */
  HttpRequest to(URI uri, Duration timeout) throws JsonProcessingException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri).timeout(timeout).header("User-Agent", "camel-gamma-webhook");
    Map<String, Template> headers = new LinkedHashMap<>();
    headers.put("Accept", Template.parse("application/json"));
    put(headers, api.facts().headers());
    put(headers, call.headers());
    headers.forEach(
        (name, template) -> {
          String value = template.fill(values, UnaryOperator.identity());
          if (value != null) {
            request.header(name, value);
          }
        });
    request.header(
        api.facts().authHeader(),
        String.valueOf(
            api.facts()
                .authValue()
                .fill(
                    new Values(api, account)
                        .with(Values.CREDENTIALS, account.credentials().reveal()),
                    UnaryOperator.identity())));
    BodyPublisher body = BodyPublishers.noBody();
    if (call.body() != null) {
      JsonNode tree = call.body().fill(values);
      boolean form = api.facts().form();
      request.header(
          "Content-Type", form ? "application/x-www-form-urlencoded" : "application/json");
      body =
          BodyPublishers.ofByteArray(
              form
                  ? BodyTemplate.form(tree).getBytes(StandardCharsets.UTF_8)
                  : ApiAnswer.JSON.writeValueAsBytes(tree));
    }
    return request.method(call.method(), body).build();
  }

  private static void put(Map<String, Template> headers, Map<String, Template> more) {
    more.forEach(
        (name, value) -> {
          headers.keySet().removeIf(name::equalsIgnoreCase);
          headers.put(name, value);
        });
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }
}
