package io.gammawebhook.springboot.http;

import io.gammawebhook.event.RawBody;
import io.gammawebhook.receive.WebhookRequest;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Takes over what the steps need from the container's request, which is reused after the answer.
 */
final class Requests {

  private Requests() {}

  static WebhookRequest of(HttpServletRequest request, String path, String sender, RawBody body) {
    return new WebhookRequest(
        request.getMethod(), path, request.getQueryString(), headers(request), sender, body);
  }

  private static Map<String, List<String>> headers(HttpServletRequest request) {
    Map<String, List<String>> headers = new HashMap<>();
    for (Enumeration<String> names = request.getHeaderNames(); names.hasMoreElements(); ) {
      String name = names.nextElement();
      headers.put(name.toLowerCase(Locale.ROOT), all(request.getHeaders(name)));
    }
    return Collections.unmodifiableMap(headers);
  }

  private static List<String> all(Enumeration<String> values) {
    if (!values.hasMoreElements()) {
      return List.of();
    }
    // Nearly always there is one.
    String first = values.nextElement();
    if (!values.hasMoreElements()) {
      return List.of(first);
    }
    List<String> all = new ArrayList<>();
    all.add(first);
    while (values.hasMoreElements()) {
      all.add(values.nextElement());
    }
    return Collections.unmodifiableList(all);
  }
}
