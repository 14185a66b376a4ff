package io.gammawebhook.inbox;

import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * How an inbox is kept.
 *
 * @param jdbcUrl where the store is: {@code jdbc:sqlite:<file>} or {@code jdbc:postgresql:…}; null
 *     where {@code dataSource} is given
 * @param username for the URL; null if it needs none
 * @param password for the URL; null if it needs none
 * @param dataSource the host's pool, used instead of an own one; null for an own one
 * @param lease how long a node owns a delivery without a sign of life; 5 s to 1 h
 * @param maxBatch how many requests share one transaction at most
 * @param maxBatchBytes how many bytes of bodies share one transaction at most; sixteen times as
 *     many may wait for the writer
 * @param maxWaiting how many events wait for the writer at most; more are refused at once
 * @param node this process's name in leases and the audit
 * @param retention how long what is finished is kept
 * @param quarantine how much a source may have in quarantine
 * @param schema what is done at the start about the tables
 */
public record InboxSettings(
    @Nullable String jdbcUrl,
    @Nullable String username,
    @Nullable String password,
    @Nullable DataSource dataSource,
    Duration lease,
    int maxBatch,
    int maxBatchBytes,
    int maxWaiting,
    String node,
    Retention retention,
    QuarantineBounds quarantine,
    SchemaMode schema) {

  public static final Duration DEFAULT_LEASE = Duration.ofSeconds(30);
  public static final int DEFAULT_MAX_BATCH = 256;
  public static final int DEFAULT_MAX_BATCH_BYTES = 4 << 20;
  public static final int DEFAULT_MAX_WAITING = 4096;

  public InboxSettings {
    if ((jdbcUrl == null) == (dataSource == null)) {
      throw new IllegalArgumentException(
          "Set either gamma.webhook.inbox.jdbc-url or gamma.webhook.inbox.data-source");
    }
    if (lease.compareTo(Duration.ofSeconds(5)) < 0 || lease.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException(
          "gamma.webhook.inbox.lease must be between 5s and 1h, was " + lease.toSeconds() + "s");
    }
  }

  /** An own pool on a URL, with the defaults. */
  public static InboxSettings ofUrl(
      String jdbcUrl, @Nullable String username, @Nullable String password, String node) {
    return new InboxSettings(
        jdbcUrl,
        username,
        password,
        null,
        DEFAULT_LEASE,
        DEFAULT_MAX_BATCH,
        DEFAULT_MAX_BATCH_BYTES,
        DEFAULT_MAX_WAITING,
        node,
        Retention.DEFAULT,
        QuarantineBounds.DEFAULT,
        SchemaMode.MIGRATE);
  }

  /** The host's pool, with the defaults. */
  public static InboxSettings ofDataSource(DataSource dataSource, String node) {
    return new InboxSettings(
        null,
        null,
        null,
        dataSource,
        DEFAULT_LEASE,
        DEFAULT_MAX_BATCH,
        DEFAULT_MAX_BATCH_BYTES,
        DEFAULT_MAX_WAITING,
        node,
        Retention.DEFAULT,
        QuarantineBounds.DEFAULT,
        SchemaMode.MIGRATE);
  }

  public InboxSettings withLease(Duration newLease) {
    return with(newLease, retention, quarantine, schema);
  }

  public InboxSettings withRetention(Retention newRetention) {
    return with(lease, newRetention, quarantine, schema);
  }

  public InboxSettings withQuarantine(QuarantineBounds newQuarantine) {
    return with(lease, retention, newQuarantine, schema);
  }

  public InboxSettings withSchema(SchemaMode newSchema) {
    return with(lease, retention, quarantine, newSchema);
  }

  private InboxSettings with(
      Duration newLease,
      Retention newRetention,
      QuarantineBounds newQuarantine,
      SchemaMode newSchema) {
    return new InboxSettings(
        jdbcUrl,
        username,
        password,
        dataSource,
        newLease,
        maxBatch,
        maxBatchBytes,
        maxWaiting,
        node,
        newRetention,
        newQuarantine,
        newSchema);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "InboxSettings[" + (jdbcUrl != null ? "own pool" : "host's DataSource") + "]";
  }
}
