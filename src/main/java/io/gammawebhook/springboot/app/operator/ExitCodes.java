package io.gammawebhook.springboot.app.operator;

import java.util.LinkedHashMap;
import java.util.Map;

/** What the exit codes of the operator's commands say. */
final class ExitCodes {

  static final int DONE = 0;
  static final int REFUSED = 1;
  static final int USAGE = 2;
  static final int UNREACHABLE = 3;
  static final int NOT_ALLOWED = 4;

  private ExitCodes() {}

  /** For the help. */
  static Map<String, String> described() {
    Map<String, String> codes = new LinkedHashMap<>();
    codes.put(String.valueOf(DONE), "done");
    codes.put(
        String.valueOf(REFUSED),
        "refused, with the reason; an operation failed, was cancelled or changed nothing; or a search"
            + " found nothing");
    codes.put(String.valueOf(USAGE), "the command line or the configuration is wrong");
    codes.put(
        String.valueOf(UNREACHABLE), "no node answers at the address, or the store cannot be used");
    codes.put(
        String.valueOf(NOT_ALLOWED), "the node does not allow it, or wants to know who you are");
    return codes;
  }
}
