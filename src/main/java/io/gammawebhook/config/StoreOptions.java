package io.gammawebhook.config;

import io.gammawebhook.inbox.SchemaMode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where and how accepted events are kept, as it was configured; {@link StoreChoice} looks at it.
 *
 * @param strict whether the store's place must be absolute and there already
 * @param dataDir the folder of the embedded store
 * @param jdbcUrl the store's URL; null for none
 * @param username for the URL; null for none
 * @param password for the URL; null for none
 * @param dataSource the name of the host's own pool; null for none
 * @param lease how long a node owns a delivery without a sign of life, 5 s to 1 h
 * @param node this process's name; null for the host's name and the process id
 * @param retention how long bodies of finished events are kept
 * @param unsubscribedRetention the same of events that nobody wanted; null for {@code
 *     dedupRetention}
 * @param dedupRetention how long dedup keys are kept
 * @param untimedDedupRetention the same where nothing signed has a time; null for 400 days or more
 * @param auditRetention how long audit entries are kept
 * @param quarantineRetention how long quarantined requests are kept; null for 14 days or less
 * @param quarantineRequests the most requests of one source in quarantine
 * @param quarantineBytes the most bytes of one source in quarantine
 * @param schema what is done about the tables at the start
 */
public record StoreOptions(
    boolean strict,
    String dataDir,
    @Nullable String jdbcUrl,
    @Nullable String username,
    @Nullable String password,
    @Nullable String dataSource,
    Duration lease,
    @Nullable String node,
    Duration retention,
    @Nullable Duration unsubscribedRetention,
    Duration dedupRetention,
    @Nullable Duration untimedDedupRetention,
    Duration auditRetention,
    @Nullable Duration quarantineRetention,
    int quarantineRequests,
    long quarantineBytes,
    SchemaMode schema) {

  /** Without the password. */
  @Override
  public String toString() {
    return "StoreOptions[" + (dataSource != null ? dataSource : dataDir) + "]";
  }
}
