package io.gammawebhook.testkit;

import io.gammawebhook.camel.WebhookClock;
import io.gammawebhook.springboot.GammaWebhookProperties;
import io.gammawebhook.springboot.LocalUrl;
import io.gammawebhook.springboot.SecretProperties;
import io.gammawebhook.springboot.SourceProperties;
import io.gammawebhook.testkit.WebhookTest.Store;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestContextAnnotationUtils;

/** Prepares the application of a {@link WebhookTest}, before any of its beans is made. */
final class WebhookContextCustomizerFactory implements ContextCustomizerFactory {

  @Override
  public @Nullable ContextCustomizer createContextCustomizer(
      Class<?> testClass, List<ContextConfigurationAttributes> attributes) {
    WebhookTest test =
        TestContextAnnotationUtils.findMergedAnnotation(testClass, WebhookTest.class);
    return test == null ? null : new Customizer(test.store());
  }

  /** Where the application answers. */
  static URI address(Environment environment) {
    if (environment.getProperty("local.server.port") == null) {
      throw new AssertionError(
          "The application has no HTTP server to send to: write @SpringBootTest(webEnvironment ="
              + " WebEnvironment.RANDOM_PORT)");
    }
    return URI.create(LocalUrl.of(environment));
  }

  /** A record: contexts that are prepared in the same way are one, for Spring's cache. */
  private record Customizer(Store store) implements ContextCustomizer {

    @Override
    public void customizeContext(
        ConfigurableApplicationContext application, MergedContextConfiguration configuration) {
      InboxTime time = new InboxTime();
      TemporaryFolder folder = TemporaryFolder.make();
      ConfigurableEnvironment environment = application.getEnvironment();
      environment
          .getPropertySources()
          .addFirst(new MapPropertySource("webhookTest", properties(environment, folder)));
      Webhooks webhooks =
          new Webhooks(
              () -> application.getBean(CamelContext.class),
              () -> address(environment),
              time,
              folder);
      DefaultListableBeanFactory beans = (DefaultListableBeanFactory) application.getBeanFactory();
      beans.registerSingleton("webhookClock", new WebhookClock(time));
      beans.registerSingleton("webhooks", webhooks);
      // The first that is made is the last that ends: the inbox is closed by then.
      beans.registerDisposableBean("webhooks", webhooks::close);
    }

    private Map<String, Object> properties(
        ConfigurableEnvironment environment, TemporaryFolder folder) {
      Map<String, Object> properties = new HashMap<>();
      properties.put(property("data-dir"), folder.path().toString());
      if (store == Store.TEMPORARY_FILE) {
        properties.put(
            property("inbox.jdbc-url"), "jdbc:sqlite:" + folder.path().resolve("inbox.db"));
        properties.put(property("inbox.data-source"), "");
      }
      properties.put(property("dispatch.poll-interval"), Webhooks.pollInterval().toMillis() + "ms");
      properties.put(property("http.shutdown-drain"), "0s");
      sources(environment)
          .forEach(
              (name, source) -> {
                if (!source.scheme().isUnsigned()
                    && source.secrets().stream().allMatch(Customizer::isMissing)) {
                  // Dev mode makes one where there is none.
                  properties.put(property("sources." + name + ".secrets"), "");
                  properties.put(property("mode"), "dev");
                }
              });
      return properties;
    }

    /** The sources as they are configured; what is wrong with them the start says itself. */
    private static Map<String, SourceProperties> sources(ConfigurableEnvironment environment) {
      try {
        return Binder.get(environment)
            .bind(property("sources"), Bindable.mapOf(String.class, SourceProperties.class))
            .orElseGet(Map::of);
      } catch (BindException e) {
        return Map.of();
      }
    }

    private static boolean isMissing(SecretProperties secret) {
      String text = secret.value().reveal();
      return secret.isEmpty()
          || text.contains("${")
          || (text.startsWith("file:") && !isReadable(text.substring("file:".length())));
    }

    private static boolean isReadable(String file) {
      try {
        return Files.isReadable(Path.of(file));
      } catch (InvalidPathException e) {
        return false;
      }
    }

    private static String property(String option) {
      return GammaWebhookProperties.PREFIX + "." + option;
    }
  }
}
