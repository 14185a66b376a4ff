package io.gammawebhook.springboot.app.operator;

/** Why a command ends without having done what it was asked for, as it is said on the terminal. */
public final class CommandFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  CommandFailure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** The process's exit code, one of {@link ExitCodes}. */
  public int exitCode() {
    return exitCode;
  }
}
