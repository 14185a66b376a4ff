package io.gammawebhook.registration.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The description of {@code docs/apis.md}, as a user would write it. */
final class ExampleApi {

  static final Path FILE = Path.of("src/test/resources/apis/example.yaml");

  private ExampleApi() {}

  static String yaml() {
    try {
      return Files.readString(FILE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
