package io.gammawebhook.springboot.app;

import io.gammawebhook.admin.WebhookService;
import io.gammawebhook.camel.Receivers;
import io.gammawebhook.receive.Receiver;
import io.gammawebhook.receive.SourceDefinition;
import io.gammawebhook.springboot.GammaWebhookProperties;
import io.gammawebhook.springboot.LocalUrl;
import io.gammawebhook.verify.Keyring;
import io.gammawebhook.verify.Signer;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Says, once everything is up and the sources are named, how to send a first webhook. */
@Component
final class StartAnnouncement implements ApplicationListener<ApplicationReadyEvent> {

  private static final Logger LOG = LoggerFactory.getLogger(StartAnnouncement.class);

  private final ObjectProvider<Receivers> receivers;
  private final ObjectProvider<WebhookService> service;
  private final GammaWebhookProperties properties;
  private final PastedCommand command;
  private final Environment environment;

  StartAnnouncement(
      ObjectProvider<Receivers> receivers,
      ObjectProvider<WebhookService> service,
      GammaWebhookProperties properties,
      PastedCommand command,
      Environment environment) {
    this.receivers = receivers;
    this.service = service;
    this.properties = properties;
    this.command = command;
    this.environment = environment;
  }

  @Override
  public void onApplicationEvent(ApplicationReadyEvent event) {
    Receivers open = receivers.getIfAvailable();
    if (open == null) {
      return;
    }
    List<Receiver> all =
        open.all().stream()
            .sorted(Comparator.comparing(receiver -> receiver.definition().name().value()))
            .toList();
    String base = LocalUrl.of(environment);
    // The command reads the configuration, so it knows no source that a route defines itself.
    Optional<String> sample =
        all.stream()
            .filter(receiver -> isReady(receiver.keyring()))
            .map(Receiver::definition)
            .filter(definition -> Signer.whyNot(definition.scheme()) == null)
            .filter(definition -> properties.sources().containsKey(definition.name().value()))
            // Nobody but the nodes reads what is sealed in the store.
            .filter(definition -> !properties.registersSecretOf(definition.name().value()))
            .findFirst()
            .map(definition -> sample(definition, base));
    sample.ifPresentOrElse(
        line -> LOG.info("Send a signed sample event: {}", line),
        () ->
            registered(all, base)
                .ifPresent(line -> LOG.info("Let the API send an event: {}", line)));
  }

  /** How the API is asked for an event, over the endpoint of this node. */
  private Optional<String> registered(List<Receiver> all, String base) {
    if (service.getIfAvailable() == null) {
      return Optional.empty();
    }
    return all.stream()
        .map(receiver -> properties.registrationOfSecret(receiver.definition().name().value()))
        .flatMap(Optional::stream)
        .findFirst()
        .map(name -> command.apply("registrations test " + name + " --why trial"))
        .map(line -> hasFreePort() ? line + " --url " + base : line);
  }

  private static boolean isReady(Keyring keyring) {
    return keyring.secrets().isEmpty() || keyring.hasLive(Instant.now());
  }

  private String sample(SourceDefinition definition, String base) {
    String source = definition.name().value();
    String line =
        command.apply(
            source.equals(SendCommand.DEFAULT_SOURCE) ? "send" : "send --source " + source);
    return hasFreePort() ? line + " --url " + base + definition.path() : line;
  }

  private boolean hasFreePort() {
    return "0".equals(environment.getProperty("server.port"));
  }
}
