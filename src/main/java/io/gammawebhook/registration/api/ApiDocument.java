package io.gammawebhook.registration.api;

import java.util.Map;
import java.util.function.UnaryOperator;

/** A description as written. */
final class ApiDocument {
  static ApiDocument ofYaml(String origin, String yaml) {
    throw new UnsupportedOperationException();
  }

  static ApiDocument ofMap(String origin, Map<String, ?> definition, UnaryOperator<String> places) {
    throw new UnsupportedOperationException();
  }
}
