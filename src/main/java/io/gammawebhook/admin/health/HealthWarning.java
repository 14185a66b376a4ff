package io.gammawebhook.admin.health;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Somebody has to do something, and not yet this night: it never takes a node out of service.
 *
 * @param code which kind of warning, such as {@code oldest-waiting}
 * @param subject what it is about: {@code <source>/<subscription>}, {@code <source>.<secret>}, a
 *     source, a registration, or {@code clock}
 * @param sentence what is the case
 * @param cure what to do
 */
public record HealthWarning(String code, String subject, String sentence, String cure) {

  Map<String, Object> shown() {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("code", code);
    shown.put("subject", subject);
    shown.put("sentence", sentence);
    shown.put("cure", cure);
    return shown;
  }
}
