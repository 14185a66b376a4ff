package io.gammawebhook.springboot.app.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gammawebhook.audit.LogText;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Where a command prints: results to standard output, all else to standard error. Senders choose
 * ids, types and details, and no text of theirs moves the cursor.
 */
final class Console {

  private static final Map<String, Ansi.Style> COLOURS =
      Map.of(
          "dead", Ansi.Style.fg_red,
          "failed", Ansi.Style.fg_red,
          "delivered", Ansi.Style.fg_green,
          "active", Ansi.Style.fg_green,
          "done", Ansi.Style.fg_green,
          "in-sync", Ansi.Style.fg_green,
          "paused", Ansi.Style.fg_yellow,
          "retired", Ansi.Style.fg_yellow,
          "cancelled", Ansi.Style.fg_yellow);

  private final PrintWriter out;
  private final PrintWriter err;
  private final Terminal terminal;
  private final boolean colour;

  Console(CommandSpec spec, Terminal terminal) {
    this.out = spec.commandLine().getOut();
    this.err = spec.commandLine().getErr();
    this.terminal = terminal;
    this.colour = terminal.isInteractive() && Ansi.AUTO.enabled();
  }

  Terminal terminal() {
    return terminal;
  }

  PrintWriter err() {
    return err;
  }

  /** A line of the result. */
  void line(String text) {
    out.println(text);
    out.flush();
  }

  /** A line beside the result. */
  void note(String text) {
    err.println(text);
    err.flush();
  }

  /** What was answered, as it is; only characters that a terminal obeys are written as escapes. */
  void json(JsonNode answer) {
    try {
      String text = new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(answer);
      StringBuilder safe = new StringBuilder(text.length());
      text.codePoints().forEach(c -> append(safe, c));
      line(safe.toString());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void append(StringBuilder safe, int codePoint) {
    String one = Character.toString(codePoint);
    if (codePoint == '\n' || codePoint == '\r' || LogText.printable(one).equals(one)) {
      safe.append(one);
    } else {
      one.chars().forEach(unit -> safe.append(String.format("\\u%04x", unit)));
    }
  }

  /** The text in the colour of the state that it names. */
  String coloured(String text, String state) {
    Ansi.Style style = colour ? COLOURS.get(state) : null;
    return style == null ? text : style.on() + text + Ansi.Style.reset.on();
  }

  /** As it can be printed on one line. */
  static String clean(String text) {
    return LogText.printable(text);
  }

  /** A field, or a list, as it can be printed on one line; empty if it is not there. */
  static String text(JsonNode object, String field) {
    JsonNode value = object.path(field);
    if (!value.isArray()) {
      return clean(value.asText(""));
    }
    return StreamSupport.stream(value.spliterator(), false)
        .map(element -> clean(element.asText()))
        .collect(Collectors.joining(", "));
  }

  /** As {@link #text}, cut: what a line of a table has room for. */
  static String brief(JsonNode object, String field) {
    String text = text(object, field);
    return text.length() > 200 ? text.substring(0, 199) + "…" : text;
  }

  /** Why something failed: of an exception's class, the name without its package. */
  static String reason(JsonNode object) {
    String text = brief(object, "reason");
    return text.matches("[a-z][\\w.]*\\.[A-Z]\\w*")
        ? text.substring(text.lastIndexOf('.') + 1)
        : text;
  }

  /** How long something took; empty if that was not measured. */
  static String took(JsonNode entry) {
    long millis = entry.path("duration-ms").asLong();
    return millis > 0 ? duration(millis) : "";
  }

  /** A time in UTC, to the second; empty if it is not there. */
  static String time(JsonNode object, String field) {
    String text = text(object, field);
    try {
      return text.isEmpty() ? "" : Instant.parse(text).truncatedTo(ChronoUnit.SECONDS).toString();
    } catch (DateTimeParseException e) {
      return text;
    }
  }

  /** A duration of so many milliseconds. */
  static String duration(long millis) {
    if (millis < 1000) {
      return millis + " ms";
    }
    long seconds = millis / 1000;
    if (seconds < 60) {
      return seconds + "." + millis % 1000 / 100 + " s";
    }
    long minutes = seconds / 60;
    if (minutes < 60) {
      return minutes + " min " + seconds % 60 + " s";
    }
    long hours = minutes / 60;
    return hours < 48
        ? hours + " h " + minutes % 60 + " min"
        : hours / 24 + " d " + hours % 24 + " h";
  }
}
