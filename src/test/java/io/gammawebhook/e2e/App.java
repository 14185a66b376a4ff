package io.gammawebhook.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gammawebhook.springboot.app.GammaWebhookApp;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** A started application on a free port, with its stores in a folder of the test. */
public final class App implements AutoCloseable {

  private static final String DEFAULTS = "classpath:io/gammawebhook/springboot/app/";

  private final ConfigurableApplicationContext context;
  private final Path folder;

  private App(ConfigurableApplicationContext context, Path folder) {
    this.context = context;
    this.folder = folder;
  }

  /** A host that has nothing but the plug-in on its class path, and routes of its own. */
  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Host {}

  /** The runnable product with the routes in {@code routes/}. */
  static App product(Path folder, Map<String, ?> properties) {
    Map<String, Object> all = new LinkedHashMap<>(properties);
    all.put(
        "spring.config.additional-location",
        DEFAULTS + "defaults.yaml," + DEFAULTS + "gamma-source.yaml");
    return run(folder, all, GammaWebhookApp.class);
  }

  /** An existing application with the plug-in. */
  public static App host(Path folder, Map<String, ?> properties, Class<?>... configurations) {
    Map<String, Object> all = new LinkedHashMap<>(properties);
    all.putIfAbsent(
        "spring.autoconfigure.exclude",
        "org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration");
    Class<?>[] classes = new Class<?>[configurations.length + 1];
    classes[0] = Host.class;
    System.arraycopy(configurations, 0, classes, 1, configurations.length);
    return run(folder, all, classes);
  }

  private static App run(Path folder, Map<String, Object> properties, Class<?>... classes) {
    Map<String, Object> all = new LinkedHashMap<>(properties);
    all.putIfAbsent("server.port", "0");
    all.putIfAbsent("spring.main.banner-mode", "off");
    all.putIfAbsent("gamma.webhook.data-dir", folder.toString());
    String secrets = "gamma.webhook.sources.gamma.secrets";
    if (all.keySet().stream().noneMatch(property -> property.startsWith(secrets))) {
      all.put(secrets + "[0]", Sender.SECRET);
    }
    // The end of a test need not wait for senders.
    all.putIfAbsent("gamma.webhook.http.shutdown-drain", "0s");
    all.putIfAbsent("management.endpoints.web.exposure.include", "webhooks");
    all.putIfAbsent("logging.level.root", "WARN");
    all.putIfAbsent("logging.level.io.gammawebhook.audit", "OFF");
    // A failing route is what many of the tests are about.
    all.putIfAbsent("logging.level.org.apache.camel.processor.errorhandler", "OFF");
    SpringApplication application = new SpringApplication(classes);
    application.setRegisterShutdownHook(false);
    return new App(
        application.run(
            all.entrySet().stream()
                .map(property -> "--" + property.getKey() + "=" + property.getValue())
                .toArray(String[]::new)),
        folder);
  }

  public URI url(String path) {
    int port = ((WebServerApplicationContext) context).getWebServer().getPort();
    return URI.create("http://127.0.0.1:" + port + path);
  }

  Sender sender() {
    return new Sender(url("/webhooks/gamma"));
  }

  public Database inbox() {
    return new Database("jdbc:sqlite:" + folder.resolve("inbox.db"));
  }

  <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  /** What the Actuator endpoint shows under a path such as {@code /dead-letters}. */
  JsonNode actuator(String path) {
    try {
      return new ObjectMapper().readTree(url("/actuator/webhooks" + path).toURL());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Replays a delivery through the Actuator endpoint, and returns the new delivery's id. */
  String replay(String delivery) throws IOException, InterruptedException {
    Sender.Answer answer =
        sender()
            .post(
                url("/actuator/webhooks/" + delivery),
                "{\"who\":\"operator\",\"why\":\"the destination is back\"}",
                Map.of("content-type", "application/json"));
    if (answer.status() != 200) {
      throw new AssertionError(answer.status() + " " + answer.body());
    }
    return new ObjectMapper().readTree(answer.body()).get("delivery").asText();
  }

  @Override
  public void close() {
    context.close();
  }
}
