package io.gammawebhook.springboot;

import io.gammawebhook.inbox.SchemaMode;
import io.gammawebhook.verify.SecretText;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The plug-in's configuration. What is not known here fails the start, so that a misspelt property
 * is never ignored.
 *
 * @param enabled Whether the plug-in takes part in the application at all. If not, nothing of it is
 *     there: no bean, path, folder, table or thread. A route that begins with 'webhook-inbox' then
 *     fails the start, unless it has 'precondition: "{{gamma.webhook.enabled:true}}"' beside its
 *     id.
 * @param mode How strict the start is. Only 'dev' makes a missing signing secret, allows the scheme
 *     'none' and a relative store path.
 * @param dataDir Folder for what the plug-in keeps itself: the embedded store, and the secrets that
 *     dev mode makes. In production, where the store is in it, it has to be absolute, and to be
 *     there: a missing one may be a typo or a disk that is not mounted, and is refused. A new inbox
 *     in it is a 'WARN', for the same reason. In dev mode it is made.
 * @param sources The senders, by name: 1 to 63 lower-case letters, digits and hyphens.
 * @param schemes Signature schemes of your own, by the name that sources and Kamelets use: each a
 *     definition, or 'file:' and the path of one.
 * @param registrations Our entries at the APIs that send to the sources, by a name of your choice:
 *     1 to 50 lower-case letters, digits and hyphens.
 * @param secretKey The key that seals the secrets of registrations in the store: the base64 of 32
 *     bytes, of which 'openssl rand -base64 32' makes one; as a placeholder such as
 *     '${GAMMA_WEBHOOK_SECRET_KEY}', 'file:' and a path, or '{{…}}' for Camel's vaults. The same on
 *     all nodes. Needed where the secret of a registration is 'managed'. Default: in dev mode one
 *     is made in 'data-dir'.
 * @param secrets What is done about signing secrets while the application runs.
 * @param ingress Whether the sources' paths are opened. Off on nodes that only deliver.
 * @param inbox Where accepted events are stored.
 * @param retry When a failed delivery is tried again; a subscription may say otherwise.
 * @param dispatch How this node works on deliveries.
 * @param http What protects the endpoint as a whole.
 * @param redact What nobody has to see of what is shown, logged or written into the audit.
 * @param admin What operators may see.
 * @param health From when on the health says something.
 */
@ConfigurationProperties(prefix = GammaWebhookProperties.PREFIX, ignoreUnknownFields = false)
public record GammaWebhookProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("production") Mode mode,
    @DefaultValue("data") String dataDir,
    Map<String, SourceProperties> sources,
    Map<String, SchemeProperties> schemes,
    Map<String, RegistrationProperties> registrations,
    @Nullable SecretText secretKey,
    @DefaultValue Secrets secrets,
    @DefaultValue Ingress ingress,
    @DefaultValue Inbox inbox,
    @DefaultValue Retry retry,
    @DefaultValue Dispatch dispatch,
    @DefaultValue Http http,
    @DefaultValue Redact redact,
    @DefaultValue Admin admin,
    @DefaultValue Health health) {

  /** The name before every property. */
  public static final String PREFIX = "gamma.webhook";

  public GammaWebhookProperties {
    // The binder gives null for a map of which nothing is set.
    sources = orEmpty(sources);
    schemes = orEmpty(schemes);
    registrations = orEmpty(registrations);
  }

  @SuppressWarnings("NullAway")
  private static <T> Map<String, T> orEmpty(@Nullable Map<String, T> map) {
    return map == null ? Map.of() : Map.copyOf(map);
  }

  /** The same configuration with one source only and no registration, in another mode. */
  public GammaWebhookProperties only(String name, SourceProperties source, Mode otherMode) {
    return new GammaWebhookProperties(
        enabled,
        otherMode,
        dataDir,
        Map.of(name, source),
        schemes,
        Map.of(),
        null,
        secrets,
        ingress,
        inbox,
        retry,
        dispatch,
        http,
        redact,
        admin,
        health);
  }

  GammaWebhookProperties inDevMode() {
    return new GammaWebhookProperties(
        enabled,
        Mode.DEV,
        dataDir,
        sources,
        schemes,
        registrations,
        secretKey,
        secrets,
        ingress,
        inbox,
        retry,
        dispatch,
        http,
        redact,
        admin,
        health);
  }

  /**
   * @param showBodies Whether the endpoint 'webhooks' and the command 'show' may show the bodies of
   *     events, redacted. Whoever reaches the endpoint sees them then.
   * @param hosts The names, without ports, under which Actuator is reached in dev mode of the
   *     runnable application, besides localhost and addresses: a request to any other is refused,
   *     so that no page of another site gives orders. Default: none.
   */
  public record Admin(
      @DefaultValue("false") boolean showBodies, @DefaultValue List<String> hosts) {}

  /** Whether the secret of a source comes by a registration, in place of its configuration. */
  public boolean registersSecretOf(String source) {
    return registrationOfSecret(source).isPresent();
  }

  /** The name of the registration by which the secret of a source comes, if one brings it. */
  public Optional<String> registrationOfSecret(String source) {
    return registrations.entrySet().stream()
        .filter(
            each ->
                each.getValue().sourceOr(each.getKey()).equals(source)
                    && each.getValue().isManaged(sources.get(source)))
        .map(Map.Entry::getKey)
        .sorted()
        .findFirst();
  }

  /** How strict the start is. */
  public enum Mode {
    PRODUCTION,
    DEV
  }

  /**
   * @param refresh How often secrets in files and in Camel's vaults are looked at again, 1s to 1d.
   *     Where a vault has a price for each call, choose a longer time.
   * @param expiryWarning How long before a secret's 'not-after' the health warns of it, 0s to
   *     3650d.
   */
  public record Secrets(
      @DefaultValue("10s") Duration refresh, @DefaultValue("7d") Duration expiryWarning) {}

  /**
   * @param oldestWaiting How long a delivery may have been due and not begun before the health
   *     warns, 1s to 365d.
   * @param deadLettersWindow How far back dead letters are new, so that the health warns of them:
   *     1m to 365d.
   * @param clockSkew How far this machine's clock may be from the store's before the health warns,
   *     1s to 1d.
   * @param shedding For how long after a request got 503 because too many wait the node counts as
   *     not ready, 0s to 10m. '0s': it counts as ready all the same.
   */
  public record Health(
      @DefaultValue("15m") Duration oldestWaiting,
      @DefaultValue("1h") Duration deadLettersWindow,
      @DefaultValue("5s") Duration clockSkew,
      @DefaultValue("10s") Duration shedding) {}

  /**
   * @param enabled Whether the sources' paths are opened on this node. Off on nodes that only
   *     deliver.
   */
  public record Ingress(@DefaultValue("true") boolean enabled) {}

  /**
   * @param jdbcUrl JDBC URL of the store: 'jdbc:sqlite:' with an absolute file path (and
   *     'busy_timeout', 'cache_size', 'journal_size_limit' or 'max_page_count', no other option),
   *     or 'jdbc:postgresql:', which needs its driver on the class path. Default: the embedded
   *     SQLite file 'inbox.db' in 'data-dir', unless 'data-source' is set.
   * @param username User name for the store.
   * @param password Password for the store.
   * @param dataSource Name of a DataSource bean of the application to use instead of a JDBC URL;
   *     PostgreSQL only. The tables come after the application's own migrations, into the schema in
   *     which a 'create table' of that bean's connections makes one.
   * @param lease How long a node owns a delivery without a sign of life, 5s to 1h.
   * @param node This process's name in leases and the audit. Default: process id and host name.
   * @param retention How long the bodies of finished events are kept, 1h to 3650d. Without its body
   *     an event cannot be replayed.
   * @param unsubscribedRetention How long the bodies of events are kept that no subscription has
   *     wanted, at least 'retention'. Default: as 'dedup-retention'.
   * @param dedupRetention How long events, their deliveries and their dedup keys are kept, 1d to
   *     3650d, at least 'unsubscribed-retention'.
   * @param untimedDedupRetention The same for sources whose signature covers no time (such as
   *     'gamma-hub'), at least 'dedup-retention'. Default: the longer of 400d and
   *     'dedup-retention'.
   * @param auditRetention How long audit entries are kept, at least 'retention'.
   * @param quarantineRetention How long quarantined requests are kept, 1h to 3650d, at most
   *     'dedup-retention', so that one that is released late is no event a second time. Default:
   *     the shorter of 14d and 'dedup-retention'.
   * @param quarantineRequests The most requests of one source in quarantine, 1 to 100000. Nodes
   *     that write at the same moment may exceed it by one batch each.
   * @param quarantineSize The most bytes of one source in quarantine, 1MB to 10GB.
   * @param schema What is done about the tables at the start: 'migrate' makes what is missing,
   *     'validate' changes nothing, and fails the start with what is missing and the cure.
   */
  public record Inbox(
      @Nullable String jdbcUrl,
      @Nullable String username,
      @Nullable SecretText password,
      @Nullable String dataSource,
      @DefaultValue("30s") Duration lease,
      @Nullable String node,
      @DefaultValue("7d") Duration retention,
      @Nullable Duration unsubscribedRetention,
      @DefaultValue("30d") Duration dedupRetention,
      @Nullable Duration untimedDedupRetention,
      @DefaultValue("90d") Duration auditRetention,
      @Nullable Duration quarantineRetention,
      @DefaultValue("1000") int quarantineRequests,
      @DefaultValue("64MB") DataSize quarantineSize,
      @DefaultValue("migrate") SchemaMode schema) {}

  /**
   * @param schedule Waiting times before the second, third and further attempts. After the last one
   *     the delivery is a dead letter.
   * @param jitter How far a waiting time is varied at random, as a share of it: 0 to 1.
   * @param maxRetryAfter The longest 'Retry-After' of a destination that is honoured.
   */
  public record Retry(
      @DefaultValue({"5s", "5m", "30m", "2h", "5h", "10h", "10h"}) List<Duration> schedule,
      @DefaultValue("0.1") double jitter,
      @DefaultValue("24h") Duration maxRetryAfter) {}

  /**
   * @param pollInterval How long until the store is asked for work that this node does not know of,
   *     such as another node's retries, at least 10ms.
   * @param attemptTimeout How long an attempt may take before it counts as failed, 1s to 1d. More
   *     than the longest that a route may honestly take.
   */
  public record Dispatch(
      @DefaultValue("1s") Duration pollInterval, @DefaultValue("5m") Duration attemptTimeout) {}

  /**
   * @param readTimeout How long a body may take to arrive, 1s to 10m; then 408.
   * @param answerTimeout How long storing it may take before the sender gets 503, 1s to 10m.
   * @param shutdownDrain How long a shutdown answers 503 before the port closes, 0s to 20s. The
   *     exit is that much later. Not waited for where no source is. It counts within Spring Boot's
   *     'spring.lifecycle.timeout-per-shutdown-phase' (30s).
   * @param trustedProxies Networks of the proxies in front, such as 10.0.0.0/8. Their
   *     'X-Forwarded-For' is believed, and in production plain HTTP comes from them only.
   * @param waitingLine How much may wait for the store at a time; what is over it gets 503 at once.
   */
  public record Http(
      @DefaultValue("20s") Duration readTimeout,
      @DefaultValue("30s") Duration answerTimeout,
      @DefaultValue("1s") Duration shutdownDrain,
      @DefaultValue({"127.0.0.0/8", "::1"}) List<String> trustedProxies,
      @DefaultValue WaitingLine waitingLine) {}

  /**
   * @param defaults Whether credentials, cookies, signatures, card numbers and other secrets are
   *     redacted, by the names of headers and fields and by what they look like.
   * @param headers More headers, by name in any case; '*' stands for any characters, as in
   *     'x-*-token'. At most 100. Default: none.
   * @param jsonPaths JSONPaths of values of a JSON body or a form, such as '$..iban'. At most 100.
   *     Default: none.
   * @param patterns Regular expressions; what they find in any text is redacted. Write them as a
   *     list of YAML, since one may have a comma in it. At most 100. Default: none.
   * @param emails Whether e-mail addresses are redacted.
   */
  public record Redact(
      @DefaultValue("true") boolean defaults,
      @DefaultValue List<String> headers,
      @DefaultValue List<String> jsonPaths,
      @DefaultValue List<String> patterns,
      @DefaultValue("false") boolean emails) {}

  /**
   * @param requests The most whole requests that wait for the store; what is over it gets 503 at
   *     once.
   * @param bytes The most bytes of bodies in memory; three quarters of it are for those above 64
   *     KB. A source's 'max-body-size' must fit into that, or the start fails. Default: an eighth
   *     of the heap.
   */
  public record WaitingLine(@DefaultValue("1024") int requests, @Nullable DataSize bytes) {}

  /**
   * @param perAddress Requests per second from one network address, counted before verification, 1
   *     to 1000000; over it the sender gets 429. Default: none.
   * @param perSource Verified requests per second of the source, 1 to 1000000; over it the sender
   *     gets 429. Default: none.
   */
  public record Limits(@Nullable Integer perAddress, @Nullable Integer perSource) {}
}
