package io.gammawebhook.springboot;

import io.gammawebhook.camel.Receivers;
import io.gammawebhook.receive.Receiver;
import io.gammawebhook.receive.SourceDefinition;
import java.time.Instant;
import java.util.Comparator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;

/**
 * Says, once everything is up, where the webhooks of each source go: of the configured ones, and of
 * those that a route defines itself, such as a source Kamelet's, of which Camel names no path.
 */
final class SourceAnnouncement implements ApplicationListener<ApplicationReadyEvent>, Ordered {

  private static final Logger LOG = LoggerFactory.getLogger(SourceAnnouncement.class);

  private final Receivers receivers;
  private final ApplicationContext application;

  SourceAnnouncement(Receivers receivers, ApplicationContext application) {
    this.receivers = receivers;
    this.application = application;
  }

  /** Before what an application says of itself at that moment. */
  @Override
  public int getOrder() {
    return 0;
  }

  @Override
  public void onApplicationEvent(ApplicationReadyEvent event) {
    if (event.getApplicationContext() != application) {
      return;
    }
    String base = LocalUrl.of(application.getEnvironment());
    receivers.all().stream()
        .sorted(Comparator.comparing((Receiver receiver) -> receiver.definition().name().value()))
        .forEach(receiver -> announce(receiver, base));
  }

  private static void announce(Receiver receiver, String base) {
    SourceDefinition source = receiver.definition();
    LOG.info("Webhooks of '{}' are received at {}{}", source.name(), base, source.path());
    if (source.scheme().isSigned() && !receiver.keyring().hasLive(Instant.now())) {
      LOG.warn(
          "No secret of '{}' counts now: all its webhooks are answered 401. Set a secret, or the"
              + " times of those that it has",
          source.name());
    }
  }
}
