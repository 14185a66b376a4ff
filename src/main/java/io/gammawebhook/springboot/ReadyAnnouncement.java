package io.gammawebhook.springboot;

import io.gammawebhook.camel.Receivers;
import io.gammawebhook.camel.SourceAnnouncement;
import java.time.Instant;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;

/** Says once everything is up where the webhooks of each source go. */
final class ReadyAnnouncement implements ApplicationListener<ApplicationReadyEvent>, Ordered {

  private final Receivers receivers;
  private final ApplicationContext application;

  ReadyAnnouncement(Receivers receivers, ApplicationContext application) {
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
    SourceAnnouncement.announce(receivers, base, Instant.now());
  }
}
