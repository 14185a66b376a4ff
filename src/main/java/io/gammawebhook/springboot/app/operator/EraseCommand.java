package io.gammawebhook.springboot.app.operator;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Removes bodies. */
@Command(
    name = "erase",
    description = {
      "Erases the bodies of one event, or of all that a filter finds, such as those of one person.",
      "Keys and audit stay, so a copy that the sender sends again is still a duplicate. It cannot be"
          + " undone."
    },
    footer = {
      "  erase 01a20fb1-6c83-7074-a275-a13807c62a78 --why 'request 4711'",
      "  erase --match '$$[?(@.customer.email == \"a@b.c\")]' --dry-run",
      "  erase --match '$$[?(@.customer.email == \"a@b.c\")]' --why 'request 4711'"
    })
final class EraseCommand extends OrderOnMany {

  @Parameters(arity = "0..1", paramLabel = "<reference>", description = "An event's reference.")
  private @Nullable String event;

  EraseCommand(Connection connection) {
    super(connection, "erase");
  }

  @Override
  @Nullable Map<String, String> one() {
    return event == null ? null : new LinkedHashMap<>(Map.of("event", event));
  }
}
