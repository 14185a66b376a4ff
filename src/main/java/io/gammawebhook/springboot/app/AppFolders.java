package io.gammawebhook.springboot.app;

import io.gammawebhook.config.ConfigurationProblem;
import io.gammawebhook.config.InvalidConfigurationException;
import io.gammawebhook.springboot.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Looks before the start whether the folders are there: Camel starts without a word where its route
 * pattern finds no file, and SQLite makes a file but not its folder.
 */
@Order(Ordered.LOWEST_PRECEDENCE)
final class AppFolders implements ApplicationContextInitializer<ConfigurableApplicationContext> {

  static final String INCLUDE = "camel.main.routes-include-pattern";
  private static final String SHIPPED = "file:routes/*.camel.yaml";
  private static final String DATA_DIR = "gamma.webhook.data-dir";
  private static final String SQLITE = "jdbc:sqlite:";

  private final Path workingDirectory;

  AppFolders(Path workingDirectory) {
    this.workingDirectory = workingDirectory;
  }

  @Override
  public void initialize(ConfigurableApplicationContext context) {
    Environment environment = context.getEnvironment();
    Path routes = workingDirectory.resolve("routes");
    if (SHIPPED.equals(environment.getProperty(INCLUDE)) && !hasRoutes(routes)) {
      throw new InvalidConfigurationException(
          List.of(
              new ConfigurationProblem(
                  INCLUDE,
                  "is " + SHIPPED + ", but there is no such file in " + routes.toAbsolutePath(),
                  "Start the product in the folder that has its routes/, or name another place,"
                      + " such as --"
                      + INCLUDE
                      + "=file:/etc/gamma-webhook/routes/*.yaml.")));
    }
    String url = environment.getProperty("spring.datasource.url", "");
    if (url.startsWith(SQLITE)) {
      Path file = Path.of(url.substring(SQLITE.length()).split("\\?", 2)[0]);
      Path dataDir = Path.of(environment.getProperty(DATA_DIR, "data"));
      if (!(file.startsWith(dataDir) && isToBeThere(environment))) {
        makeParent(file, dataDir);
      }
    }
  }

  /** In production the folder of the inbox is not made; that it is missing is said by others. */
  private static boolean isToBeThere(Environment environment) {
    return !"dev".equalsIgnoreCase(environment.getProperty("gamma.webhook.mode", "").strip())
        && environment.getProperty("gamma.webhook.inbox.jdbc-url") == null
        && environment.getProperty("gamma.webhook.inbox.data-source") == null;
  }

  private static boolean hasRoutes(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(file -> file.toString().endsWith(".camel.yaml"));
    } catch (IOException e) {
      return false;
    }
  }

  private static void makeParent(Path file, Path dataDir) {
    Path parent = file.getParent();
    if (parent != null) {
      try {
        Files.createDirectories(parent, OwnerOnly.folder(parent));
      } catch (IOException e) {
        boolean inDataDir = file.startsWith(dataDir);
        String property = inDataDir ? DATA_DIR : "spring.datasource.url";
        throw new InvalidConfigurationException(
            List.of(
                new ConfigurationProblem(
                    property,
                    (inDataDir ? "is '" + dataDir + "'" : "names the file " + file)
                        + (Files.exists(parent)
                            ? ", but " + parent.toAbsolutePath() + " is a file"
                            : ", but the folder "
                                + parent.toAbsolutePath()
                                + " cannot be made ("
                                + e.getClass().getSimpleName()
                                + ")"),
                    "Set "
                        + property
                        + " to a place where this process may write, such as --"
                        + DATA_DIR
                        + "=/var/lib/gamma-webhook, or let it write there.")));
      }
    }
  }
}
