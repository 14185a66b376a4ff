package io.gammawebhook.audit;

import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * An exception as the one line that a log of the running product needs. Its stack trace belongs to
 * DEBUG: it says where, and an operator asks what. The second line of a database's message may show
 * the refused row, so it is left out too.
 */
public final class OneLine {

  private static final int LONGEST = 300;

  private static final Redaction REDACTION = Redaction.defaults().plus(Redaction.emails());

  private OneLine() {}

  /**
   * The class and the first line of the message, of at most 300 characters, without what {@link
   * Redaction#defaults} and {@link Redaction#emails} find.
   */
  public static String of(@Nullable Throwable exception) {
    @Nullable Throwable told = exception;
    while (told instanceof CompletionException && told.getCause() != null) {
      told = told.getCause();
    }
    if (told == null) {
      return "unknown";
    }
    String line = REDACTION.line(String.valueOf(told.getMessage()), LONGEST);
    return told.getClass().getName() + ": " + LogText.printable(line);
  }
}
