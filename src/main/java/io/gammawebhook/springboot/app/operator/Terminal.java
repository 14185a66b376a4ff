package io.gammawebhook.springboot.app.operator;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The person before the process, if there is one. */
final class Terminal {

  private static final int LEAST_WIDTH = 60;

  private final java.io.@Nullable Console console = interactive();

  /** Whether somebody can be asked. */
  boolean isInteractive() {
    return console != null;
  }

  /** Columns; a very large number where nobody looks at them. */
  int width() {
    if (console == null) {
      return Integer.MAX_VALUE;
    }
    return Math.max(LEAST_WIDTH, new UsageMessageSpec().autoWidth(true).width());
  }

  /** Whether the question is answered with yes. */
  boolean confirms(String question) {
    if (console == null) {
      return false;
    }
    String answer = console.readLine("%s [y/N] ", question);
    return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
  }

  /** Null if nobody can be asked. */
  char @Nullable [] password(String prompt) {
    return console == null ? null : console.readPassword("%s: ", prompt);
  }

  /** From JDK 22 on there is a console also where none of the streams is a terminal. */
  private static java.io.@Nullable Console interactive() {
    java.io.Console console = System.console();
    if (console == null) {
      return null;
    }
    try {
      return (boolean) java.io.Console.class.getMethod("isTerminal").invoke(console)
          ? console
          : null;
    } catch (ReflectiveOperationException e) {
      return console;
    }
  }
}
