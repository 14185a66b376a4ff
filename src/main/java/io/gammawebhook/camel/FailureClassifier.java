package io.gammawebhook.camel;

import io.gammawebhook.audit.Redaction;
import io.gammawebhook.dispatch.Failure;
import io.gammawebhook.dispatch.PermanentFailureException;
import io.gammawebhook.event.RawBody;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.util.URISupport;
import org.jspecify.annotations.Nullable;

/**
 * Says of a route's exception whether trying again is useless, how long to wait, and what may be
 * written down of it: never a body, never a secret of a URI, nothing that is redacted.
 */
final class FailureClassifier {

  private static final int LONGEST_DETAIL = 300;
  private static final int QUOTE = 12;
  private static final int SEARCHED_BODY = 64 << 10;
  private static final String UNREADABLE_JSON = "unreadable-json";
  private static final boolean HTTP_PRESENT = isHttpPresent();

  /**
   * Whose messages say which destination it was, where the root cause often says only what: {@code
   * Connection refused}.
   */
  private static final List<String> NAME_THE_DESTINATION =
      List.of(
          "io.gammawebhook.camel.HttpDestinationException",
          "jakarta.mail.MessagingException",
          "org.postgresql.util.PSQLException");

  private final List<String> permanentExceptions;
  private final Redaction redaction;

  /**
   * @param permanentExceptions class names; their subclasses count too
   * @param redaction what nobody has to see of a message
   */
  FailureClassifier(List<String> permanentExceptions, Redaction redaction) {
    this.permanentExceptions = List.copyOf(permanentExceptions);
    this.redaction = redaction;
  }

  private static boolean isHttpPresent() {
    try {
      Class.forName(
          "org.apache.camel.http.base.HttpOperationFailedException",
          false,
          FailureClassifier.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /**
   * @param body the event's
   * @param onMessage the message's body when the route failed
   */
  Failure classify(Throwable exception, RawBody body, @Nullable Object onMessage) {
    List<Throwable> causes = causes(exception);
    for (Throwable cause : causes) {
      Failure http = HTTP_PRESENT ? HttpFailure.of(cause) : null;
      if (http != null) {
        return http;
      }
    }
    Throwable root = causes.get(causes.size() - 1);
    String detail = detail(message(causes, root), body);
    if (causes.stream().anyMatch(UnreadableJson::isComplaint)
        && UnreadableJson.isTheEvent(body, onMessage)) {
      return new Failure(
          UNREADABLE_JSON, "The body cannot be read as JSON: " + detail, true, Duration.ZERO);
    }
    boolean permanent = causes.stream().anyMatch(this::isPermanent);
    return new Failure(root.getClass().getName(), detail, permanent, Duration.ZERO);
  }

  private static List<Throwable> causes(Throwable exception) {
    List<Throwable> causes = new ArrayList<>();
    @Nullable Throwable next = exception;
    while (next != null && !causes.contains(next) && causes.size() < 32) {
      causes.add(next);
      next = next.getCause();
    }
    return causes;
  }

  private boolean isPermanent(Throwable exception) {
    return exception instanceof PermanentFailureException || isOne(exception, permanentExceptions);
  }

  private static boolean isOne(Throwable exception, List<String> classes) {
    for (Class<?> type = exception.getClass(); type != null; type = type.getSuperclass()) {
      if (classes.contains(type.getName())) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable String message(List<Throwable> causes, Throwable root) {
    String what = root.getMessage();
    for (Throwable cause : causes) {
      if (cause != root && cause.getMessage() != null && isOne(cause, NAME_THE_DESTINATION)) {
        String where = cause.getMessage().lines().findFirst().orElse("").strip();
        if (what == null) {
          return where + ": " + root.getClass().getSimpleName();
        }
        return what.contains(where) ? what : where.contains(what) ? where : where + ": " + what;
      }
    }
    return what;
  }

  private String detail(@Nullable String message, RawBody body) {
    if (message == null) {
      return "no message";
    }
    String line = message.lines().findFirst().orElse("").strip();
    String detail = URISupport.sanitizeUri(line);
    String told = detail.length() > LONGEST_DETAIL ? detail.substring(0, LONGEST_DETAIL) : detail;
    return quotes(told, body)
        ? "(message withheld: it quotes the body)"
        : redaction.line(detail, LONGEST_DETAIL);
  }

  /** Whether any {@value #QUOTE} characters of the body stand in the text. */
  private static boolean quotes(String text, RawBody body) {
    String content =
        new String(body.bytes(), 0, Math.min(body.length(), SEARCHED_BODY), StandardCharsets.UTF_8);
    for (int i = 0; i + QUOTE <= text.length(); i++) {
      if (content.contains(text.substring(i, i + QUOTE))) {
        return true;
      }
    }
    return false;
  }
}
