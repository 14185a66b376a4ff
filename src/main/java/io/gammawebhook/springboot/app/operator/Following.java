package io.gammawebhook.springboot.app.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Looks on at an operation until it has ended. It goes on by itself, also without a look. */
final class Following {

  private static final Set<String> OPEN = Set.of("waiting", "running");
  private static final long LONGEST_PAUSE_MILLIS = 1000;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Backend backend;
  private final Connection connection;
  private final String operation;
  private final CountDownLatch interrupted = new CountDownLatch(1);

  Following(Backend backend, Connection connection, String operation) {
    this.backend = backend;
    this.connection = connection;
    this.operation = operation;
  }

  /** The operation as it is now. */
  static JsonNode look(Backend backend, String operation) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("operation", operation);
    JsonNode found = backend.read("operations", parameters).orRefused();
    if (found.isEmpty()) {
      throw new CommandFailure(
          ExitCodes.REFUSED,
          "There is no operation "
              + Console.clean(operation)
              + ": the command operations shows those that there are");
    }
    return found.get(0);
  }

  /**
   * Waits for the end.
   *
   * @throws CommandFailure if no node has answered for a minute
   */
  JsonNode end() {
    Thread hook = new Thread(this::interrupt, "operation-goes-on");
    Runtime.getRuntime().addShutdownHook(hook);
    try (Progress progress = new Progress(connection.console())) {
      long pause = 50;
      long answered = System.nanoTime();
      while (true) {
        try {
          JsonNode now = look(backend, operation);
          answered = System.nanoTime();
          if (!OPEN.contains(now.path("state").asText())) {
            return now;
          }
          progress.at(now.path("looked-at").asLong(), now.path("total").asLong(), counts(now));
        } catch (CommandFailure e) {
          // A node that is started anew is back soon, and the operation goes on elsewhere.
          if (e.exitCode() != ExitCodes.UNREACHABLE
              || System.nanoTime() - answered > PATIENCE_NANOS) {
            connection.console().note(howToGoOn());
            throw e;
          }
        }
        if (interrupted.await(pause, TimeUnit.MILLISECONDS)) {
          throw new CommandFailure(ExitCodes.REFUSED, "Interrupted");
        }
        pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCodes.REFUSED, howToGoOn());
    } finally {
      if (interrupted.getCount() > 0) {
        remove(hook);
      }
    }
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending: the hook has run.
    }
  }

  private void interrupt() {
    connection.console().note("");
    connection.console().note(howToGoOn());
    interrupted.countDown();
  }

  String howToGoOn() {
    String node = connection.isStore() ? " goes on where a node runs" : " goes on";
    return "The operation "
        + operation
        + node
        + ". To look on: operations "
        + operation
        + " --follow"
        + connection.pasted()
        + "\nTo end it: cancel "
        + operation
        + " --why …"
        + connection.pasted();
  }

  static String counts(JsonNode operation) {
    long total = operation.path("total").asLong();
    long skipped = operation.path("skipped").asLong();
    return operation.path("looked-at").asLong()
        + (total > 0 ? " of " + total : "")
        + " looked at, matched: "
        + operation.path("matched").asLong()
        + (operation.path("dry-run").asBoolean() ? ", would be " : ", ")
        + past(operation)
        + ": "
        + operation.path("done").asLong()
        + (skipped > 0 ? ", skipped: " + skipped : "");
  }

  private static String past(JsonNode operation) {
    String kind = Console.text(operation, "kind");
    return kind + (kind.endsWith("e") ? "d" : "ed");
  }

  /** Prints how it ended, and returns the exit code that says so. */
  static int print(JsonNode operation, Console console) {
    String state = Console.text(operation, "state");
    String detail = Console.text(operation, "detail");
    console.line(
        Console.text(operation, "kind")
            + (operation.path("dry-run").asBoolean() ? " (dry run) " : " ")
            + console.coloured(state, state)
            + ": "
            + counts(operation)
            + (detail.isEmpty() ? "" : ". " + detail));
    return exitCode(operation);
  }

  static int exitCode(JsonNode operation) {
    String state = operation.path("state").asText();
    boolean nothing = state.equals("done") && operation.path("done").asLong() == 0;
    return OPEN.contains(state) || (state.equals("done") && !nothing)
        ? ExitCodes.DONE
        : ExitCodes.REFUSED;
  }
}
