package io.gammawebhook.springboot;

import io.gammawebhook.admin.Node;
import io.gammawebhook.admin.WebhookService;
import io.gammawebhook.audit.Redaction;
import io.gammawebhook.config.ConfigurationProblem;
import io.gammawebhook.config.InvalidConfigurationException;
import io.gammawebhook.config.StoreChoice;
import io.gammawebhook.inbox.Inbox;
import io.gammawebhook.inbox.InboxSettings;
import io.gammawebhook.inbox.Retention;
import io.gammawebhook.inbox.SchemaMode;
import io.gammawebhook.registration.ApiCalls;
import io.gammawebhook.registration.Registrations;
import io.gammawebhook.store.JdbcInbox;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The configured store, opened for an operator in a process that is no node: it opens no source and
 * runs no route. Nothing is made that is not there, no table is changed, and retention removes
 * nothing: how long things are kept is for the nodes to say, whose configuration may be another.
 */
public final class OperatorStore implements AutoCloseable {

  private static final Duration EVER = Duration.ofDays(3650);

  private final Inbox inbox;
  private final WebhookService service;

  private OperatorStore(Inbox inbox, Node node) {
    this.inbox = inbox;
    this.service = new WebhookService(() -> inbox, node);
  }

  /**
   * Opens it.
   *
   * @param origins says where a property's value comes from, for messages
   * @throws InvalidConfigurationException if the configuration names no store that is there
   * @throws IllegalStateException if the store cannot be used, such as an embedded one that a node
   *     uses
   */
  public static OperatorStore open(
      GammaWebhookProperties properties, UnaryOperator<String> origins) {
    String bean = properties.inbox().dataSource();
    if (bean != null) {
      throw refused(
          "gamma.webhook.inbox.data-source",
          "is '" + bean + "', a bean of an application that does not run here",
          "Name its database by gamma.webhook.inbox.jdbc-url, or ask a node.");
    }
    InboxSettings settings =
        new StoreChoice(
                PluginRules.store(properties), ManagementFactory.getRuntimeMXBean().getName())
            .settings(name -> null);
    Path file = JdbcInbox.fileOf(String.valueOf(settings.jdbcUrl()));
    if (file != null) {
      check(file, System.getProperty("user.name", "?"));
    }
    JdbcInbox inbox =
        JdbcInbox.open(
            settings
                .withSchema(SchemaMode.VALIDATE)
                .withRetention(new Retention(EVER, EVER, EVER, EVER, EVER, EVER)),
            InstantSource.system(),
            new SecureRandom());
    WebhookRegistrations registrations =
        new WebhookRegistrations(properties, origins, InstantSource.system());
    Node node =
        new Node(
            Optional::empty,
            null,
            () -> registrations(registrations, inbox),
            redaction(properties, origins),
            properties.admin().showBodies(),
            InstantSource.system());
    return new OperatorStore(inbox, node);
  }

  /** Made at the first question about them: what is wrong with them is in the way of no other. */
  private static synchronized Optional<Registrations> registrations(
      WebhookRegistrations registrations, JdbcInbox inbox) {
    if (!registrations.isEmpty() && registrations.registrations().isEmpty()) {
      registrations.open(inbox.registrations(), null, source -> null, ApiCalls.NONE);
    }
    return registrations.registrations();
  }

  private static Redaction redaction(
      GammaWebhookProperties properties, UnaryOperator<String> origins) {
    Redaction redaction = PluginRules.redact(properties).redaction();
    DevSecrets none = new DevSecrets(Path.of(properties.dataDir()), new SecureRandom());
    return properties.redact().defaults()
        ? redaction.plus(
            SignatureRedaction.ofSchemes(
                new ConfiguredSources(properties, none, origins).schemes()))
        : redaction;
  }

  /** What another user writes beside the inbox, its own node cannot open any more. */
  static void check(Path file, String user) {
    if (!Files.isRegularFile(file)) {
      throw refused(
          "gamma.webhook.data-dir",
          "or gamma.webhook.inbox.jdbc-url leads to the inbox "
              + file.toAbsolutePath()
              + ", which is not there",
          "Give the command the server's configuration, such as"
              + " --gamma.webhook.data-dir=/var/lib/gamma-webhook.");
    }
    String owner;
    try {
      owner = Files.getOwner(file).getName();
    } catch (IOException | UnsupportedOperationException e) {
      return;
    }
    // A user without a name has '?'; on Windows a domain stands before it.
    if (!user.equals("?") && !owner.endsWith(user)) {
      throw refused(
          "gamma.webhook.data-dir",
          "has the inbox of the user " + owner + ", and this is " + user,
          "Call the command as " + owner + ", such as: sudo -u " + owner + " java -jar …");
    }
  }

  /** What answers and carries out; an order on many events is carried out in this process. */
  public WebhookService service() {
    return service;
  }

  @Override
  public void close() {
    inbox.close();
  }

  private static InvalidConfigurationException refused(String property, String fault, String cure) {
    return new InvalidConfigurationException(
        List.of(new ConfigurationProblem(property, fault, cure)));
  }
}
