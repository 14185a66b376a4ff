package io.gammawebhook.registration.api;

/** Makes a description of a document. */
final class ApiParser {
  static ApiDescription parse(ApiDocument document, String name) {
    throw new UnsupportedOperationException();
  }
}
