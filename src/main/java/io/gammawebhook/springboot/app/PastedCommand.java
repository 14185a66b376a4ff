package io.gammawebhook.springboot.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.system.ApplicationHome;
import org.springframework.stereotype.Component;

/**
 * A command of the product as it is pasted into another terminal: with the jar's name, and with
 * what this process was told where to find things.
 */
@Component("pastedCommand")
final class PastedCommand implements UnaryOperator<String> {

  /** What the command needs too; the other arguments may hold secrets. */
  private static final List<String> SHARED =
      List.of(
          "--gamma.webhook.mode=",
          "--gamma.webhook.data-dir=",
          "--server.port=",
          "--server.servlet.context-path=",
          "--spring.config.",
          "--spring.profiles.");

  private final ApplicationArguments arguments;

  PastedCommand(ApplicationArguments arguments) {
    this.arguments = arguments;
  }

  /**
   * @param command with its options, such as {@code events --since 2h}
   */
  @Override
  public String apply(String command) {
    List<String> line = new ArrayList<>(List.of("java", "-jar", jar(), command));
    for (String argument : arguments.getSourceArgs()) {
      if (SHARED.stream().anyMatch(argument::startsWith)) {
        line.add(argument);
      }
    }
    return String.join(" ", line);
  }

  private static String jar() {
    java.io.File source = new ApplicationHome(GammaWebhookApp.class).getSource();
    if (source == null || !source.isFile()) {
      return "target/camel-gamma-webhook-app.jar";
    }
    Path here = Path.of("").toAbsolutePath();
    Path jar = source.toPath().toAbsolutePath();
    return (jar.startsWith(here) ? here.relativize(jar) : jar).toString();
  }
}
