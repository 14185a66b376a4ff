package io.gammawebhook.springboot.app.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the operator's commands have in common. */
abstract class OperatorCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private Connection connection;

  OperatorCommand(Connection connection) {
    this.connection = connection;
  }

  @Override
  public final Integer call() {
    check();
    try (Backend backend = connection.open()) {
      return run(backend);
    }
  }

  /**
   * Looks at the command line, before anybody is asked.
   *
   * @throws ParameterException if its parts do not go together
   */
  void check() {}

  /** Does it, and returns the exit code. */
  abstract int run(Backend backend);

  Connection connection() {
    return connection;
  }

  Console console() {
    return connection.console();
  }

  /** Prints what was answered, if programs are to read it. */
  boolean printedAsJson(JsonNode answer) {
    if (connection.isJson()) {
      console().json(answer);
    }
    return connection.isJson();
  }

  ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
