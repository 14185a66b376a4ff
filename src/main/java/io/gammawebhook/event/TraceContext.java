package io.gammawebhook.event;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where an event stands in a distributed trace, by <a
 * href="https://www.w3.org/TR/trace-context/">W3C Trace Context</a>. It is parsed strictly and
 * written anew, in version 00, so that of a header that somebody sent nothing but these values goes
 * on. It is never evidence of who sent something: no signature covers it.
 *
 * @param traceId 32 lower-case hexadecimal digits, not all zero
 * @param parentId 16 lower-case hexadecimal digits, not all zero: the span that caused the event
 * @param flags 0 to 3: 1 for sampled, 2 for a random trace id
 * @param state the {@code tracestate}, at most {@value #MAX_STATE} characters; null for none
 */
public record TraceContext(String traceId, String parentId, int flags, @Nullable String state) {

  /** The header names, in the one spelling that the specification has. */
  public static final String PARENT_HEADER = "traceparent";

  public static final String STATE_HEADER = "tracestate";

  /** What the specification asks everybody to pass on; more is left out, as it allows. */
  public static final int MAX_STATE = 512;

  private static final int MAX_MEMBERS = 32;
  private static final int LENGTH = 55;
  private static final int SAMPLED = 1;
  private static final int KNOWN_FLAGS = 3;

  private static final Pattern PARENT =
      Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");
  private static final Pattern MEMBER =
      Pattern.compile(
          "([a-z][a-z0-9_*/-]{0,255}|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13})"
              + "=([ -+\\--<>-~]{0,255}[!-+\\--<>-~])");

  /**
   * @throws IllegalArgumentException if an id or the flags are none
   */
  public TraceContext {
    if (!isId(traceId, 32) || !isId(parentId, 16) || flags < 0 || flags > KNOWN_FLAGS) {
      throw new IllegalArgumentException("Not a trace: " + traceId + " " + parentId + " " + flags);
    }
  }

  private static boolean isId(String id, int digits) {
    return id.length() == digits
        && id.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))
        && id.chars().anyMatch(c -> c != '0');
  }

  /**
   * Reads what came under the two names. Of a version above 00 what version 00 knows is taken, as
   * the specification says.
   *
   * @param parents all values of {@code traceparent}
   * @param states all values of {@code tracestate}, in order
   * @return null unless there is exactly one {@code traceparent}, and a valid one; without a state
   *     if that is not valid or too long
   */
  public static @Nullable TraceContext of(List<String> parents, List<String> states) {
    if (parents.size() != 1) {
      return null;
    }
    String parent = parents.get(0);
    // Before the pattern looks at it: what is longer is of a later version, but no header of one.
    if (parent.length() < LENGTH || parent.length() > MAX_STATE) {
      return null;
    }
    Matcher parts = PARENT.matcher(parent);
    if (!parts.matches()) {
      return null;
    }
    String version = parts.group(1);
    boolean first = version.equals("00");
    if (version.equals("ff") || (first && parent.length() != LENGTH)) {
      return null;
    }
    String traceId = parts.group(2);
    String parentId = parts.group(3);
    if (!isId(traceId, 32) || !isId(parentId, 16)) {
      return null;
    }
    int flags = Integer.parseInt(parts.group(4), 16) & (first ? KNOWN_FLAGS : SAMPLED);
    return new TraceContext(traceId, parentId, flags, state(states));
  }

  /** As {@link #of(List, List)}, of one value each. */
  public static @Nullable TraceContext of(@Nullable String parent, @Nullable String state) {
    return parent == null ? null : of(List.of(parent), state == null ? List.of() : List.of(state));
  }

  /** The members as one list without blanks around them, or null if one is not valid. */
  private static @Nullable String state(List<String> values) {
    if (values.stream().mapToInt(String::length).sum() > 2 * MAX_STATE) {
      return null;
    }
    StringBuilder list = new StringBuilder();
    Set<String> keys = new HashSet<>();
    for (String text : String.join(",", values).split(",", -1)) {
      String member = withoutBlanks(text);
      if (member.isEmpty()) {
        continue;
      }
      Matcher parts = MEMBER.matcher(member);
      if (!parts.matches() || !keys.add(parts.group(1)) || keys.size() > MAX_MEMBERS) {
        return null;
      }
      list.append(list.isEmpty() ? "" : ",").append(member);
    }
    return list.isEmpty() || list.length() > MAX_STATE ? null : list.toString();
  }

  /** Without the optional white space of HTTP, and no other. */
  private static String withoutBlanks(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isBlank(text.charAt(from))) {
      from++;
    }
    while (to > from && isBlank(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  /** As the value of the header {@value #PARENT_HEADER}. */
  public String parent() {
    return "00-" + traceId + "-" + parentId + "-0" + flags;
  }
}
