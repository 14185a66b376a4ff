package io.gammawebhook.registration;

import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.audit.Operator;
import io.gammawebhook.event.RawBody;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.registration.RegistrationService.Configured;
import io.gammawebhook.registration.RegistrationSettings.Mode;
import io.gammawebhook.registration.RegistrationSettings.OnDisabled;
import io.gammawebhook.registration.RegistrationSettings.SecretMode;
import io.gammawebhook.registration.RegistrationStatus.SecretState;
import io.gammawebhook.registration.RegistrationStore.StoredSecret;
import io.gammawebhook.registration.api.Account;
import io.gammawebhook.registration.api.ApiCatalogue;
import io.gammawebhook.registration.api.ApiDescription;
import io.gammawebhook.registration.api.Registered;
import io.gammawebhook.registration.api.RegistrationApi;
import io.gammawebhook.registration.api.Wanted;
import io.gammawebhook.store.TestRegistrations;
import io.gammawebhook.verify.Keyring;
import io.gammawebhook.verify.SchemeCatalogue;
import io.gammawebhook.verify.SecretText;
import io.gammawebhook.verify.SignatureScheme;
import io.gammawebhook.verify.SignatureVerifier;
import io.gammawebhook.verify.SignedRequest;
import io.gammawebhook.verify.Signer;
import io.gammawebhook.verify.Tolerance;
import io.gammawebhook.verify.Verified;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One registration, an API in memory, and a real store. */
final class Fixture implements AutoCloseable {

  static final String NAME = "orders";
  static final String URL = "https://hooks.example.com/webhooks/orders";
  static final String MARKER = "gamma-webhook:orders";
  static final SourceName SOURCE = new SourceName("orders");
  static final Operator ANN = new Operator("ann", "new endpoint", "ann@10.0.0.7");
  static final SecureRandom RANDOM = new SecureRandom();
  static final SecretText KEY = SecretSeal.newKey(RANDOM);
  static final SignatureScheme SCHEME = new SchemeCatalogue().byName("standard-webhooks");

  final TestRegistrations stores;
  final MemoryApi api;
  final Keyring keyring = new Keyring(SCHEME, List.of(), true);
  SecretSeal seal = SecretSeal.of(KEY, RANDOM);
  SecretMode secretMode = SecretMode.MANAGED;
  Mode mode = Mode.APPLY;
  OnDisabled onDisabled = OnDisabled.ENABLE;
  Duration checkInterval = Duration.ofMinutes(10);
  @Nullable String credentialsPlace;
  Wanted wanted = new Wanted(URL, List.of("invoice.*"), true, null, MARKER);
  @Nullable SecretText sourceSecret;
  Account account =
      new Account(
          URI.create("https://api.example.com/v1"),
          SecretText.valueOf("tok_1"),
          Map.of(),
          Duration.ofSeconds(10));

  /** Over HTTP; null for the one in memory. */
  @Nullable RegistrationApi real;

  UnaryOperator<RegistrationStore> wrapped = store -> store;
  private @Nullable RegistrationStore store;

  Fixture(TestRegistrations stores, String api, boolean honoursKeys) {
    this.stores = stores;
    this.api = new MemoryApi(api(api), honoursKeys);
  }

  static ApiDescription api(String name) {
    return new ApiCatalogue().named(name);
  }

  /** On a store that is open already. */
  Fixture(TestRegistrations stores, RegistrationStore store, String api, boolean honoursKeys) {
    this(stores, api, honoursKeys);
    this.store = store;
  }

  RegistrationStore store() {
    RegistrationStore opened = store == null ? stores.node("node-1") : store;
    store = opened;
    return opened;
  }

  RegistrationSettings settings() {
    ApiDescription description = api.description();
    Map<String, String> parameters =
        switch (description.name()) {
          case "github" -> Map.of("owner", "acme", "repo", "shop");
          case "svix" -> Map.of("app-id", "app_1");
          default -> Map.of();
        };
    return new RegistrationSettings(
        NAME,
        SOURCE,
        description,
        new Account(account.baseUrl(), account.credentials(), parameters, account.timeout()),
        credentialsPlace,
        wanted,
        secretMode,
        checkInterval,
        Duration.ofHours(24),
        onDisabled,
        3,
        mode);
  }

  Configured configured() {
    RegistrationApi used = real == null ? api : real;
    return new Configured(settings(), used, SCHEME, () -> sourceSecret);
  }

  RegistrationService service() {
    return service(store());
  }

  RegistrationService service(RegistrationStore on) {
    Function<SourceName, @Nullable Keyring> keyrings = source -> keyring;
    return new RegistrationService(
        List.of(configured()), wrapped.apply(on), seal, keyrings, RANDOM, ApiCalls.NONE);
  }

  /** An order of an operator, whatever becomes of it. */
  Result apply() {
    return service().apply(NAME, false, false, ANN);
  }

  Result newSecret() {
    return service().apply(NAME, false, true, ANN);
  }

  /** What the background does: when it is due. */
  void check() {
    service().pass(NAME, false);
  }

  RegistrationStatus status() {
    return service().list().get(0);
  }

  Registered only() {
    assertThat(api.all()).hasSize(1);
    return api.all().get(0);
  }

  Registered only(String id) {
    return api.all().stream().filter(each -> each.id().equals(id)).findFirst().orElseThrow();
  }

  SecretText opened(StoredSecret secret) {
    try {
      return seal.open(secret.sealed(), secret.registration(), secret.version());
    } catch (SecretSeal.SealException e) {
      throw new AssertionError(e);
    }
  }

  /** The texts that count on every node. */
  List<SecretText> live() {
    return store().secrets().stream().map(this::opened).toList();
  }

  @Nullable SecretText current() {
    return store().secrets().stream()
        .filter(each -> each.state() == SecretState.CURRENT)
        .map(this::opened)
        .findFirst()
        .orElse(null);
  }

  /** Whether a request that is signed with it is verified on this node. */
  boolean isVerified(@Nullable SecretText secret) {
    Instant now = Instant.ofEpochSecond(1_700_000_000);
    RawBody body = RawBody.of(new byte[] {1});
    Map<String, String> headers =
        new Signer(
                SCHEME,
                SCHEME.parseSecret(String.valueOf(secret == null ? null : secret.reveal())),
                null)
            .sign("msg_1", now, body);
    SignedRequest request =
        new SignedRequest() {
          @Override
          public String method() {
            return "POST";
          }

          @Override
          public @Nullable String query() {
            return null;
          }

          @Override
          public List<String> header(String lowerCaseName) {
            return headers.entrySet().stream()
                .filter(each -> each.getKey().equalsIgnoreCase(lowerCaseName))
                .map(Map.Entry::getValue)
                .toList();
          }

          @Override
          public RawBody body() {
            return body;
          }
        };
    return new SignatureVerifier(
                SOURCE,
                SCHEME,
                keyring,
                new Tolerance(Duration.ofMinutes(5)),
                null,
                InstantSource.fixed(now))
            .verify(request)
        instanceof Verified;
  }

  List<String> secrets() {
    return store().secrets().stream()
        .map(each -> each.version() + " " + each.state().name().toLowerCase(java.util.Locale.ROOT))
        .toList();
  }

  List<String> audit() {
    return stores.rows("select kind from webhook_audit order by entry");
  }

  @Override
  public void close() {
    stores.close();
  }
}
