package io.gammawebhook.camel;

import io.gammawebhook.receive.Receiver;
import io.gammawebhook.receive.SourceDefinition;
import java.time.Instant;
import java.util.Comparator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log where the webhooks of each source go: of the configured ones, and of those that a
 * route defines itself, such as a source Kamelet's, of which Camel names no path.
 */
public final class SourceAnnouncement {

  private static final Logger LOG = LoggerFactory.getLogger(SourceAnnouncement.class);

  private SourceAnnouncement() {}

  /**
   * @param base where the server is reached from this machine, without a slash at the end
   * @param now to see which secrets count
   */
  public static void announce(Receivers receivers, String base, Instant now) {
    receivers.all().stream()
        .sorted(Comparator.comparing((Receiver receiver) -> receiver.definition().name().value()))
        .forEach(receiver -> announce(receiver, base, now));
  }

  private static void announce(Receiver receiver, String base, Instant now) {
    SourceDefinition source = receiver.definition();
    LOG.info("Webhooks of '{}' are received at {}{}", source.name(), base, source.path());
    if (source.scheme().isSigned() && !receiver.keyring().hasLive(now)) {
      LOG.warn(
          "No secret of '{}' counts now: all its webhooks are answered 401{}",
          source.name(),
          source.managedSecrets()
              ? " until its registration has brought one"
              : ". Set a secret, or the times of those that it has");
    }
  }
}
