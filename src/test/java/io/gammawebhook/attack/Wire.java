package io.gammawebhook.attack;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * One request as its bytes go out.
 *
 * @param headers in order, each name as often as it is there
 */
record Wire(String method, String target, List<Map.Entry<String, String>> headers, byte[] body) {

  Wire {
    headers = List.copyOf(headers);
  }

  static Wire post(String target, Map<String, String> headers, byte[] body) {
    return new Wire("POST", target, new ArrayList<>(headers.entrySet()), body);
  }

  Wire method(String other) {
    return new Wire(other, target, headers, body);
  }

  Wire target(UnaryOperator<String> change) {
    return new Wire(method, change.apply(target), headers, body);
  }

  Wire body(byte[] other) {
    return new Wire(method, target, headers, other);
  }

  Wire without(String name) {
    List<Map.Entry<String, String>> others = new ArrayList<>(headers);
    others.removeIf(header -> header.getKey().equalsIgnoreCase(name));
    return new Wire(method, target, others, body);
  }

  Wire and(String name, String value) {
    List<Map.Entry<String, String>> more = new ArrayList<>(headers);
    more.add(Map.entry(name, value));
    return new Wire(method, target, more, body);
  }

  Wire with(String name, String value) {
    return without(name).and(name, value);
  }

  String header(String name) {
    return headers.stream()
        .filter(header -> header.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseThrow();
  }

  byte[] bytes() {
    StringBuilder head = new StringBuilder(method + " " + target + " HTTP/1.1\r\n");
    head.append("Host: localhost\r\nConnection: close\r\n");
    boolean framed =
        headers.stream()
            .anyMatch(
                header ->
                    header.getKey().equalsIgnoreCase("transfer-encoding")
                        || header.getKey().equalsIgnoreCase("content-length"));
    if (!framed) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    headers.forEach(
        header ->
            head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n"));
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    all.writeBytes(body);
    return all.toByteArray();
  }
}
