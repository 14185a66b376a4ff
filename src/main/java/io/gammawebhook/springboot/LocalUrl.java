package io.gammawebhook.springboot;

import org.springframework.core.env.Environment;

/** The address of the application on its own machine. */
public final class LocalUrl {

  private LocalUrl() {}

  /** Without a slash at the end; the port that is really open, where the server runs in here. */
  public static String of(Environment environment) {
    String configured = environment.getProperty("server.port", "8080");
    String port = environment.getProperty("local.server.port", configured);
    String scheme = environment.containsProperty("server.ssl.key-store") ? "https" : "http";
    String contextPath = environment.getProperty("server.servlet.context-path", "");
    return scheme + "://localhost:" + port + (contextPath.equals("/") ? "" : contextPath);
  }
}
