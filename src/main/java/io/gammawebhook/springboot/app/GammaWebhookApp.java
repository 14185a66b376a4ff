package io.gammawebhook.springboot.app;

import io.gammawebhook.springboot.app.demo.DemoConfiguration;
import io.gammawebhook.springboot.app.demo.DemoParts;
import java.nio.file.Path;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * The product's main class: {@code java -jar camel-gamma-webhook-app.jar} starts the server, and a
 * first argument that is no option is a command, such as {@code send}.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({
  AppConfiguration.class,
  RoutesConfiguration.class,
  ProblemController.class,
  StartAnnouncement.class,
  PastedCommand.class,
  DemoConfiguration.class
})
public class GammaWebhookApp {

  public static void main(String[] args) {
    if (CommandLine.isCommand(args)) {
      System.exit(CommandLine.run(args));
    }
    server(Path.of("")).run(args);
  }

  /**
   * The server, ready to run.
   *
   * @param workingDirectory where {@code routes/} is expected
   */
  static SpringApplication server(Path workingDirectory) {
    SpringApplication application = new SpringApplication(GammaWebhookApp.class);
    AppDefaults.addTo(application);
    DemoParts demo = new DemoParts();
    application.addListeners(demo);
    application.addInitializers(demo, new AppFolders(workingDirectory));
    return application;
  }
}
