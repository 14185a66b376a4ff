package io.gammawebhook.springboot;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The hosts under whose names Actuator is reached where nobody logs in: this machine's own, and
 * those configured. A page of any other name that leads here could else give orders from the
 * browser of whoever opens it. Safe for use by many threads.
 *
 * @param names further ones, without ports, in any case
 */
public record ActuatorHosts(List<String> names) {

  private static final Pattern LITERAL =
      Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-fA-F:.]+(%[0-9a-zA-Z]+)?]");
  private static final Pattern PORT = Pattern.compile(":\\d*$");

  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_]([a-zA-Z0-9_.-]*[a-zA-Z0-9_])?");

  /** Whether it can be a name of a host: it has no scheme, port or wildcard. */
  static boolean isName(String text) {
    return NAME.matcher(text.strip()).matches();
  }

  public ActuatorHosts {
    names = names.stream().map(name -> name.strip().toLowerCase(Locale.ROOT)).toList();
  }

  /**
   * Whether it is {@code localhost}, an address, or one of the names.
   *
   * @param host as the header has it; null where there is none
   */
  boolean has(@Nullable String host) {
    if (host == null) {
      return false;
    }
    String name = PORT.matcher(host.strip()).replaceFirst("").toLowerCase(Locale.ROOT);
    return name.equals("localhost") || LITERAL.matcher(name).matches() || names.contains(name);
  }
}
