package io.gammawebhook.springboot;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The plug-in's configuration. What is not known here fails the start, so that a misspelt property
 * is never ignored.
 *
 * @param enabled Whether the plug-in takes part in the application at all.
 * @param mode How strict the start is. Only 'dev' makes a missing signing secret, allows the scheme
 *     'none' and a relative store path.
 * @param dataDir Folder for what the plug-in keeps itself: the embedded store, and the secrets that
 *     dev mode makes. Absolute in production.
 * @param sources The senders, by name: 1 to 63 lower-case letters, digits and hyphens.
 * @param ingress Whether the sources' paths are opened. Off on nodes that only deliver.
 * @param inbox Where accepted events are stored.
 * @param retry When a failed delivery is tried again; a subscription may say otherwise.
 * @param http What protects the endpoint as a whole.
 */
@ConfigurationProperties(prefix = GammaWebhookProperties.PREFIX, ignoreUnknownFields = false)
public record GammaWebhookProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("production") Mode mode,
    @DefaultValue("data") String dataDir,
    Map<String, SourceProperties> sources,
    @DefaultValue Ingress ingress,
    @DefaultValue Inbox inbox,
    @DefaultValue Retry retry,
    @DefaultValue Http http) {

  /** The name before every property. */
  public static final String PREFIX = "gamma.webhook";

  public GammaWebhookProperties {
    // The binder gives null for a map of which nothing is set.
    sources = orEmpty(sources);
  }

  @SuppressWarnings("NullAway")
  private static Map<String, SourceProperties> orEmpty(
      @Nullable Map<String, SourceProperties> sources) {
    return sources == null ? Map.of() : Map.copyOf(sources);
  }

  /** How strict the start is. */
  public enum Mode {
    PRODUCTION,
    DEV
  }

  /**
   * @param enabled Whether the sources' paths are opened on this node.
   */
  public record Ingress(@DefaultValue("true") boolean enabled) {}

  /**
   * @param jdbcUrl JDBC URL of the store: 'jdbc:sqlite:' with an absolute file path, or
   *     'jdbc:postgresql:'. Without it and without a data source: an embedded SQLite file in the
   *     data folder.
   * @param username User name for the store.
   * @param password Password for the store.
   * @param dataSource Name of a DataSource bean of the application to use instead of a JDBC URL;
   *     PostgreSQL only.
   * @param maxPoolSize The most connections to the store, 2 to 100.
   * @param lease How long a node owns a delivery before another may take it over, 5s to 1h.
   * @param retention How long a finished event's body is kept.
   * @param dedupRetention How long an event's dedup key is kept.
   */
  public record Inbox(
      @Nullable String jdbcUrl,
      @Nullable String username,
      @Nullable SecretText password,
      @Nullable String dataSource,
      @DefaultValue("8") int maxPoolSize,
      @DefaultValue("60s") Duration lease,
      @DefaultValue("7d") Duration retention,
      @DefaultValue("30d") Duration dedupRetention) {}

  /**
   * @param schedule Waiting times before the second, third ... attempt. After the last one the
   *     delivery is a dead letter.
   * @param jitter How far a waiting time is varied at random, as a share of it: 0 to 0.5.
   * @param maxAge The age at which an event is not tried again, whatever the schedule says.
   */
  public record Retry(
      @DefaultValue({"5s", "5m", "30m", "2h", "5h", "10h", "10h"}) List<Duration> schedule,
      @DefaultValue("0.1") double jitter,
      @Nullable Duration maxAge) {}

  /**
   * @param readTimeout How long a request may take to arrive.
   * @param waitingLine How much may wait for the store at a time; what is over it gets 503 at once.
   * @param limits Rates over which senders get 429; 0 for none.
   */
  public record Http(
      @DefaultValue("10s") Duration readTimeout,
      @DefaultValue WaitingLine waitingLine,
      @DefaultValue Limits limits) {}

  /**
   * @param requests The most requests that are being read or wait for the store.
   * @param bytes The most bytes of bodies that are held for them.
   */
  public record WaitingLine(
      @DefaultValue("1000") int requests, @DefaultValue("64MB") DataSize bytes) {}

  /**
   * @param perAddress Requests per second from one network address, counted before verification.
   * @param perSource Verified requests per second of one source.
   */
  public record Limits(@DefaultValue("0") int perAddress, @DefaultValue("0") int perSource) {}
}
