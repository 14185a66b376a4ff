package io.gammawebhook.admin;

import io.gammawebhook.inbox.EventFilter;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which parameters an order has. One that it has not is refused: an order that leaves a criterion
 * or a dry run unheard would do more than was meant.
 */
final class Suitable {

  private static final Set<String> WHO_AND_WHY = Set.of("who", "why");

  private Suitable() {}

  /**
   * @throws InvalidRequestException if there is one that the order has not
   */
  static void check(String order, Map<String, String> given) {
    Set<String> suitable = new HashSet<>(WHO_AND_WHY);
    switch (order) {
      case "replay" -> {
        if (given.containsKey("delivery")) {
          suitable.addAll(List.of("delivery", "again"));
        } else {
          suitable.addAll(EventFilter.NAMES);
          suitable.addAll(List.of("target", "again", "dry", "rate"));
        }
      }
      case "discard" -> {
        if (given.containsKey("delivery")) {
          suitable.add("delivery");
        } else if (given.containsKey("state") || given.containsKey("event")) {
          suitable.addAll(EventFilter.NAMES);
          suitable.addAll(List.of("dry", "rate"));
        } else {
          suitable.addAll(List.of("request", "source", "after"));
        }
      }
      case "erase" -> {
        suitable.addAll(EventFilter.NAMES);
        suitable.addAll(List.of("dry", "rate"));
      }
      case "cancel" -> suitable.add("operation");
      case "retry" -> suitable.add("delivery");
      case "reverify", "release" -> suitable.addAll(List.of("request", "source", "after"));
      case "pause", "resume", "retire" -> suitable.addAll(List.of("source", "subscription"));
      case "apply", "remove" -> suitable.addAll(List.of("registration", "dry"));
      case "rotate" -> suitable.addAll(List.of("registration", "dry", "now"));
      case "test" -> suitable.add("registration");
      // A delivery's id alone; what is none is refused as that.
      default -> suitable.add("again");
    }
    Set<String> others = new TreeSet<>(given.keySet());
    others.removeAll(suitable);
    if (!others.isEmpty()) {
      throw new InvalidRequestException(
          "'"
              + String.join("', '", others)
              + "' is not for this order: with what else is given, it has "
              + String.join(", ", new TreeSet<>(suitable))
              + (order.equals("discard")
                  ? ". Of dead letters by criteria, give 'state' dead"
                  : ""));
    }
  }
}
