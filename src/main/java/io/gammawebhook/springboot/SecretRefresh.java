package io.gammawebhook.springboot;

import io.gammawebhook.camel.Receivers;
import io.gammawebhook.config.InvalidConfigurationException;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.receive.Receiver;
import io.gammawebhook.verify.SecretText;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the secrets again that come from files and from Camel's vaults, so that a rotation needs no
 * restart. What is new counts once it was the same at two looks, since a file may be half written;
 * what cannot be read or is no secret changes nothing, and is said once.
 */
final class SecretRefresh implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SecretRefresh.class);

  private final Map<String, SourceProperties> configured;
  private final Receivers receivers;
  private final Duration interval;
  private final Map<String, SourceProperties> sources = new HashMap<>();
  private final Map<String, List<SecretText>> used = new HashMap<>();
  private final Map<String, List<SecretText>> seen = new HashMap<>();
  private final Map<String, String> told = new HashMap<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "gamma-webhook-secrets");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * @param interval from one look to the next
   */
  SecretRefresh(Map<String, SourceProperties> configured, Receivers receivers, Duration interval) {
    this.configured = configured;
    this.receivers = receivers;
    this.interval = interval;
  }

  /**
   * Reads all for the first time, and looks at them from then on until it is closed.
   *
   * @throws InvalidConfigurationException if one cannot be read or is no secret
   */
  void begin(SourceSecrets secrets) {
    configured.forEach(
        (name, source) -> {
          if (source.secrets().stream()
              .map(SecretProperties::value)
              .anyMatch(SecretTexts::mayChange)) {
            List<SecretText> first = secrets.texts(new SourceName(name), source);
            exchange(secrets, name, source, first);
            used.put(name, first);
            sources.put(name, source);
          }
        });
    if (!sources.isEmpty()) {
      long millis = interval.toMillis();
      timer.scheduleWithFixedDelay(() -> look(secrets), millis, millis, TimeUnit.MILLISECONDS);
    }
  }

  private void look(SourceSecrets secrets) {
    sources.forEach(
        (name, source) -> {
          try {
            look(secrets, name, source);
            if (told.remove(name) != null) {
              LOG.info("The secrets of source '{}' can be read again", name);
            }
          } catch (RuntimeException e) {
            String fault = String.valueOf(e.getMessage());
            if (!fault.equals(told.put(name, fault))) {
              LOG.warn(
                  "The secrets of source '{}' were changed or removed, and are not usable; those"
                      + " before stay in use: {}",
                  name,
                  fault);
            }
          }
        });
  }

  private void look(SourceSecrets secrets, String name, SourceProperties source) {
    List<SecretText> now = secrets.texts(new SourceName(name), source);
    if (now.equals(used.get(name))) {
      seen.remove(name);
    } else if (now.equals(seen.put(name, now))) {
      exchange(secrets, name, source, now);
      used.put(name, now);
      seen.remove(name);
      LOG.info("Source '{}' verifies with secrets that were read anew", name);
    }
  }

  private void exchange(
      SourceSecrets secrets, String name, SourceProperties source, List<SecretText> texts) {
    SourceName key = new SourceName(name);
    Receiver receiver = receivers.forSource(key);
    if (receiver != null) {
      receiver.keyring().replace(secrets.of(key, source, receiver.definition().scheme(), texts));
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
