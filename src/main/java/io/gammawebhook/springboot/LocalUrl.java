package io.gammawebhook.springboot;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/** The address of the application on its own machine. */
public final class LocalUrl {

  private LocalUrl() {}

  /** Without a slash at the end; the port that is really open, where the server runs in here. */
  public static String of(Environment environment) {
    String configured = environment.getProperty("server.port", "8080");
    String port = environment.getProperty("local.server.port", configured);
    String scheme = isTls(environment, "server.ssl.") ? "https" : "http";
    String contextPath = environment.getProperty("server.servlet.context-path", "");
    return scheme + "://localhost:" + port + (contextPath.equals("/") ? "" : contextPath);
  }

  /**
   * The address of an endpoint of Actuator, by the configuration alone.
   *
   * @throws IllegalStateException if the configuration does not say it; the message says why not
   */
  public static String ofEndpoint(Environment environment, String id) {
    String serverPort = environment.getProperty("server.port", "8080");
    String port = environment.getProperty("management.server.port", serverPort);
    boolean apart = !port.equals(serverPort);
    String property = apart ? "management.server.port" : "server.port";
    if (!port.matches("[1-9]\\d*")) {
      throw new IllegalStateException(
          property + (port.equals("0") ? " is 0, any that is free" : " is " + port));
    }
    String address =
        environment.getProperty(apart ? "management.server.address" : "server.address");
    String before =
        apart
            ? environment.getProperty("management.server.base-path", "")
            : environment.getProperty("server.servlet.context-path", "")
                + withoutSlash(environment.getProperty("spring.mvc.servlet.path", ""));
    return (isTls(environment, apart ? "management.server.ssl." : "server.ssl.") ? "https" : "http")
        + "://"
        + host(address)
        + ":"
        + port
        + withoutSlash(before)
        + withoutSlash(environment.getProperty("management.endpoints.web.base-path", "/actuator"))
        + "/"
        + environment.getProperty("management.endpoints.web.path-mapping." + id, id);
  }

  /** An address that can be called, for one that is listened at. */
  private static String host(@Nullable String address) {
    if (address == null || address.isBlank() || address.equals("0.0.0.0") || address.equals("::")) {
      return "localhost";
    }
    return address.contains(":") ? "[" + address + "]" : address;
  }

  private static String withoutSlash(String path) {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  /** By what Spring Boot takes for TLS: a bundle, a key store, or files of PEM. */
  private static boolean isTls(Environment environment, String prefix) {
    return environment.getProperty(prefix + "enabled", Boolean.class, true)
        && Stream.of("bundle", "key-store", "certificate")
            .anyMatch(option -> environment.containsProperty(prefix + option));
  }
}
