package io.gammawebhook.registration;

import io.gammawebhook.audit.OneLine;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.inbox.StoreException;
import io.gammawebhook.registration.RegistrationService.Configured;
import io.gammawebhook.registration.RegistrationStatus.SecretState;
import io.gammawebhook.registration.RegistrationStore.StoredSecret;
import io.gammawebhook.registration.SecretSeal.SealException;
import io.gammawebhook.verify.InvalidSecretException;
import io.gammawebhook.verify.Keyring;
import io.gammawebhook.verify.LiveSecret;
import io.gammawebhook.verify.SignatureScheme;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The managed secrets of this node: it verifies with what the store has, and the store is told what
 * was used. A secret is called {@code <registration>.<version>} where the source's own are called
 * by their names. Safe for use by many threads.
 */
final class ManagedSecrets {

  private static final Logger LOG = LoggerFactory.getLogger(ManagedSecrets.class);

  private static final List<SecretState> IMPORTANCE =
      List.of(SecretState.CURRENT, SecretState.NEXT, SecretState.OLD);

  private final Map<String, Configured> configured = new LinkedHashMap<>();
  private final RegistrationStore store;
  private final @Nullable SecretSeal seal;
  private final Function<SourceName, @Nullable Keyring> keyrings;
  private final Map<String, Fault> faults = new ConcurrentHashMap<>();
  private final Map<String, Long> matches = new HashMap<>();
  private final Set<String> lost = new HashSet<>();
  private boolean isDown;

  /**
   * Why a secret is not used.
   *
   * @param cure what a person has to do
   */
  record Fault(String sentence, String cure) {}

  /** A stored secret, and what it is once it is opened. */
  private record Opened(StoredSecret stored, LiveSecret secret) {}

  /** The current ones, then the next ones, then those that were replaced; newest first. */
  private static final Comparator<Opened> IMPORTANT_FIRST =
      Comparator.comparing((Opened each) -> IMPORTANCE.indexOf(each.stored().state()))
          .thenComparing(each -> each.stored().madeAt(), Comparator.reverseOrder())
          .thenComparing(each -> each.stored().version(), Comparator.reverseOrder());

  ManagedSecrets(
      List<Configured> all,
      RegistrationStore store,
      @Nullable SecretSeal seal,
      Function<SourceName, @Nullable Keyring> keyrings) {
    all.forEach(each -> configured.put(each.settings().name(), each));
    this.store = store;
    this.seal = seal;
    this.keyrings = keyrings;
  }

  /**
   * Why secrets of a registration are not used here; null if all are that the API signs with, or is
   * about to.
   */
  @Nullable Fault fault(String registration) {
    return faults.get(registration);
  }

  synchronized void read() {
    if (seal == null || configured.isEmpty()) {
      return;
    }
    try {
      List<StoredSecret> all = counting(store.secrets());
      Map<SourceName, List<Opened>> live = new LinkedHashMap<>();
      Map<String, Fault> found = new HashMap<>();
      configured.values().forEach(each -> live.put(each.settings().source(), new ArrayList<>()));
      for (StoredSecret stored : all) {
        Configured registration = configured.get(stored.registration());
        if (registration != null) {
          LiveSecret secret = live(stored, registration.scheme(), seal, found);
          if (secret != null) {
            live.computeIfAbsent(registration.settings().source(), source -> new ArrayList<>())
                .add(new Opened(stored, secret));
          }
        }
      }
      live.forEach((source, secrets) -> use(source, secrets, found));
      lost.retainAll(all.stream().map(ManagedSecrets::nameOf).toList());
      tell(found);
      noteUses(all);
      isDown = false;
    } catch (StoreException e) {
      if (!isDown) {
        LOG.warn("Managed secrets cannot be read, and those before stay in use: {}", OneLine.of(e));
      }
      isDown = true;
    }
  }

  /** Without what the next pass removes. */
  private List<StoredSecret> counting(List<StoredSecret> stored) {
    Set<StoredSecret> surplus = new HashSet<>();
    stored.stream()
        .collect(Collectors.groupingBy(StoredSecret::registration))
        .values()
        .forEach(all -> surplus.addAll(SecretVersions.surplus(all)));
    Instant now = store.now();
    return stored.stream()
        .filter(
            each -> {
              Configured registration = configured.get(each.registration());
              return registration != null
                  && !surplus.contains(each)
                  && !SecretVersions.hasEnded(each, registration.settings(), now);
            })
        .toList();
  }

  static String nameOf(StoredSecret secret) {
    return secret.registration() + "." + secret.version();
  }

  private @Nullable LiveSecret live(
      StoredSecret stored, SignatureScheme scheme, SecretSeal seal, Map<String, Fault> found) {
    try {
      String text = seal.open(stored.sealed(), stored.registration(), stored.version()).reveal();
      return LiveSecret.always(nameOf(stored), scheme.parseSecret(text));
    } catch (SealException e) {
      fault(stored, new Fault(e.sentence(), e.cure()), found);
    } catch (InvalidSecretException e) {
      fault(
          stored,
          new Fault(
              "Secret "
                  + stored.version()
                  + " of registration "
                  + stored.registration()
                  + " is none of scheme "
                  + scheme.name()
                  + ": it "
                  + e.getMessage(),
              "Set the scheme of the source to the one that the API signs with"),
          found);
    }
    return null;
  }

  /**
   * Of several the newest counts. One that was replaced is said once, and asks nothing of anybody.
   */
  private void fault(StoredSecret stored, Fault fault, Map<String, Fault> found) {
    if (stored.state() != SecretState.OLD) {
      found.putIfAbsent(stored.registration(), fault);
    } else if (lost.add(nameOf(stored))) {
      LOG.info(
          "{}. It was replaced, and verifies nothing here; it is removed by itself",
          fault.sentence());
    }
  }

  private void use(SourceName source, List<Opened> secrets, Map<String, Fault> found) {
    Keyring keyring = keyrings.apply(source);
    if (keyring == null) {
      return;
    }
    List<Opened> sorted = secrets.stream().sorted(IMPORTANT_FIRST).toList();
    try {
      int count = keyring.manage(sorted.stream().map(Opened::secret).toList());
      for (Opened each : sorted.subList(count, sorted.size())) {
        String registration = each.stored().registration();
        found.putIfAbsent(
            registration,
            new Fault(
                "Secret "
                    + each.stored().version()
                    + " of registration "
                    + registration
                    + " is not used: source "
                    + source
                    + " has "
                    + sorted.size()
                    + " managed secrets, of which "
                    + count
                    + " count",
                "Give this registration a source of its own, or remove secrets that are configured"
                    + " for source "
                    + source
                    + " and that nobody uses"));
      }
    } catch (IllegalArgumentException e) {
      secrets.forEach(
          each ->
              found.put(
                  each.stored().registration(),
                  new Fault(
                      "The managed secrets of source "
                          + source
                          + " are not used: "
                          + e.getMessage(),
                      "Give the configured secret of source " + source + " another name")));
    }
  }

  private void tell(Map<String, Fault> found) {
    faults.keySet().retainAll(found.keySet());
    found.forEach(
        (registration, fault) -> {
          if (!fault.equals(faults.put(registration, fault))) {
            LOG.warn("{}. {}", fault.sentence(), fault.cure());
          }
        });
  }

  private void noteUses(List<StoredSecret> all) {
    for (StoredSecret stored : all) {
      Configured registration = configured.get(stored.registration());
      Keyring keyring =
          registration == null ? null : keyrings.apply(registration.settings().source());
      if (keyring != null) {
        String name = nameOf(stored);
        long now = keyring.matches(name);
        long before = matches.getOrDefault(name, 0L);
        if (now != before) {
          store.used(stored.registration(), stored.version());
          matches.put(name, now);
        }
      }
    }
  }
}
