package io.gammawebhook.springboot;

import java.util.stream.Stream;
import org.springframework.core.env.Environment;

/** The address of the application on its own machine. */
public final class LocalUrl {

  private LocalUrl() {}

  /** Without a slash at the end; the port that is really open, where the server runs in here. */
  public static String of(Environment environment) {
    String configured = environment.getProperty("server.port", "8080");
    String port = environment.getProperty("local.server.port", configured);
    String scheme = isTls(environment) ? "https" : "http";
    String contextPath = environment.getProperty("server.servlet.context-path", "");
    return scheme + "://localhost:" + port + (contextPath.equals("/") ? "" : contextPath);
  }

  /** By what Spring Boot takes for TLS: a bundle, a key store, or files of PEM. */
  private static boolean isTls(Environment environment) {
    return environment.getProperty("server.ssl.enabled", Boolean.class, true)
        && Stream.of("bundle", "key-store", "certificate")
            .anyMatch(option -> environment.containsProperty("server.ssl." + option));
  }
}
