package io.gammawebhook.springboot.app.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** Who carries out what an operator asks for: a node, or this process on the store itself. */
interface Backend extends AutoCloseable {

  /**
   * What was answered.
   *
   * @param status as of HTTP
   * @param body never missing; of a refusal a problem (RFC 9457) with {@code detail}
   */
  record Reply(int status, JsonNode body) {

    boolean isDone() {
      return status / 100 == 2;
    }

    /**
     * @throws CommandFailure if it is a refusal
     */
    JsonNode orRefused() {
      if (isDone()) {
        return body;
      }
      String detail = body.path("detail").asText("The answer was " + status);
      int code =
          switch (status) {
            case 400 -> ExitCodes.USAGE;
            case 401, 403 -> ExitCodes.NOT_ALLOWED;
            default -> ExitCodes.REFUSED;
          };
      throw new CommandFailure(code, Console.clean(detail));
    }
  }

  /**
   * Reads a list; {@code ""} is the status.
   *
   * @throws CommandFailure if nobody answers
   */
  Reply read(String list, Map<String, String> parameters);

  /**
   * Carries out an order.
   *
   * @throws CommandFailure if nobody answers
   */
  Reply order(String operation, Map<String, String> parameters);

  @Override
  void close();
}
