package io.gammawebhook.springboot;

import io.gammawebhook.config.InvalidConfigurationException;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.registration.ApiCalls;
import io.gammawebhook.registration.RegistrationRunner;
import io.gammawebhook.registration.RegistrationService;
import io.gammawebhook.registration.RegistrationSettings;
import io.gammawebhook.registration.RegistrationStore;
import io.gammawebhook.registration.Registrations;
import io.gammawebhook.registration.SecretSeal;
import io.gammawebhook.springboot.GammaWebhookProperties.Mode;
import io.gammawebhook.verify.Keyring;
import io.gammawebhook.verify.SecretText;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registrations of this process: made of the configuration once the store is open, looked at
 * from when the paths are open, and let alone when the application stops: nothing is ever removed
 * at an API because a process ends. Safe for use by many threads.
 */
final class WebhookRegistrations implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WebhookRegistrations.class);

  private final GammaWebhookProperties properties;
  private final UnaryOperator<String> origins;
  private final InstantSource clock;
  private volatile @Nullable RegistrationService service;
  private @Nullable RegistrationRunner runner;
  private boolean closed;

  /**
   * @param origins says where a property's value comes from, for messages
   */
  WebhookRegistrations(
      GammaWebhookProperties properties, UnaryOperator<String> origins, InstantSource clock) {
    this.properties = properties;
    this.origins = origins;
    this.clock = clock;
  }

  /** Whether there is none. */
  boolean isEmpty() {
    return properties.registrations().isEmpty();
  }

  /** What operators ask; empty before they are made, and where none is configured. */
  Optional<Registrations> registrations() {
    return Optional.ofNullable(service);
  }

  /**
   * Makes them, and gives the sources the managed secrets that the store has. No API is spoken to.
   *
   * @param camel resolves <code>{{…}}</code>; null where Camel is not there
   * @param keyrings of the sources that this process opens
   * @param calls is told of the calls to the APIs
   * @throws InvalidConfigurationException if anything is wrong with one of them
   */
  void open(
      RegistrationStore store,
      @Nullable UnaryOperator<String> camel,
      Function<SourceName, @Nullable Keyring> keyrings,
      ApiCalls calls) {
    DevSecrets devSecrets = new DevSecrets(Path.of(properties.dataDir()), new SecureRandom());
    ConfiguredRegistrations configured = configured(devSecrets, new SecretTexts(camel));
    // A vault that does not answer is no reason not to start: without it an API refuses us.
    List<RegistrationSettings> settings = configured(devSecrets, new SecretTexts(null)).settings();
    SourceSecrets secrets = new SourceSecrets(properties, devSecrets, origins, camel);
    List<RegistrationService.Configured> all =
        settings.stream().map(each -> configured(each, configured, secrets, devSecrets)).toList();
    @Nullable SecretSeal seal = configured.seal();
    if (seal == null && configured.anyManaged() && properties.mode() == Mode.DEV) {
      seal = SecretSeal.of(devSecrets.findOrMakeKey(), new SecureRandom());
    }
    if (seal == null && configured.anyManaged()) {
      throw configured.unreadableKey();
    }
    RegistrationService made =
        new RegistrationService(all, store, seal, keyrings, new SecureRandom(), calls);
    made.readSecrets();
    service = made;
  }

  private ConfiguredRegistrations configured(DevSecrets devSecrets, SecretTexts texts) {
    return new ConfiguredRegistrations(
        properties, new ConfiguredSources(properties, devSecrets, origins), texts, origins);
  }

  private RegistrationService.Configured configured(
      RegistrationSettings settings,
      ConfiguredRegistrations configured,
      SourceSecrets secrets,
      DevSecrets devSecrets) {
    return new RegistrationService.Configured(
        settings,
        new FreshCredentials(settings.api(), () -> configured.account(settings), clock),
        new ConfiguredSources(properties, devSecrets, origins).schemeOf(settings.source().value()),
        () -> ofSource(settings.source(), secrets, clock.instant()));
  }

  /** The text of the first configured secret that counts now; null if there is none. */
  private @Nullable SecretText ofSource(SourceName name, SourceSecrets secrets, Instant now) {
    SourceProperties source = properties.sources().get(name.value());
    if (source == null) {
      return null;
    }
    List<SecretText> texts = secrets.texts(name, source);
    for (int i = 0; i < texts.size(); i++) {
      SecretProperties secret = source.secrets().get(i);
      boolean begun = secret.notBefore() == null || !now.isBefore(secret.notBefore());
      boolean ended = secret.notAfter() != null && now.isAfter(secret.notAfter());
      if (!secret.isEmpty() && begun && !ended) {
        return texts.get(i);
      }
    }
    return null;
  }

  /** Begins to look at the APIs, in a thread of its own; harmless if there is none. */
  synchronized void start() {
    RegistrationService made = service;
    if (made != null && runner == null && !closed) {
      RegistrationRunner begun = new RegistrationRunner(made);
      begun.start();
      runner = begun;
    }
  }

  /** Ends the looking; what is registered stays so. */
  @Override
  public synchronized void close() {
    closed = true;
    RegistrationService made = service;
    if (made != null) {
      made.end();
    }
    RegistrationRunner running = runner;
    if (running != null) {
      running.close();
      runner = null;
      LOG.debug("The registrations are let alone");
    }
  }
}
