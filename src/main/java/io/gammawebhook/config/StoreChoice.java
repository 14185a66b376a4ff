package io.gammawebhook.config;

import io.gammawebhook.inbox.InboxSettings;
import io.gammawebhook.inbox.QuarantineBounds;
import io.gammawebhook.inbox.Retention;
import io.gammawebhook.store.JdbcInbox;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides where accepted events are stored, and refuses what would lose them. */
public final class StoreChoice {

  private static final String SQLITE = "jdbc:sqlite:";

  private static final String DATA_DIR = "gamma.webhook.data-dir";
  private static final String JDBC_URL = "gamma.webhook.inbox.jdbc-url";

  private static final Logger LOG = LoggerFactory.getLogger(StoreChoice.class);

  private final StoreOptions options;
  private final String defaultNode;

  /**
   * @param defaultNode this process's name where none is configured
   */
  public StoreChoice(StoreOptions options, String defaultNode) {
    this.options = options;
    this.defaultNode = defaultNode;
  }

  /**
   * Looks at what can be seen before a connection is made.
   *
   * @throws InvalidConfigurationException if the configuration names no store that keeps events, or
   *     times that do not fit together
   */
  public void check() {
    retention();
    if (options.dataSource() == null) {
      url();
    } else if (options.jdbcUrl() != null) {
      throw twoStores();
    }
  }

  /**
   * Looks at how long a lease is.
   *
   * @throws InvalidConfigurationException if it is out of bounds
   */
  public void checkLease() {
    ConfigurationProblem.checked(
        "gamma.webhook.inbox.lease",
        () ->
            InboxSettings.ofUrl(SQLITE + "x", null, null, defaultNode).withLease(options.lease()));
  }

  /**
   * Looks at whether the folder can be one.
   *
   * @throws InvalidConfigurationException if there is a file of that name
   */
  public void checkFolder() {
    Path dataDir = Path.of(options.dataDir());
    if (Files.exists(dataDir) && !Files.isDirectory(dataDir)) {
      throw refused(
          DATA_DIR,
          "is '" + dataDir + "', which is a file",
          "Name a folder that this process may write to.");
    }
  }

  /**
   * A wrong folder, or a volume that is not mounted, looks like a first start: nothing is wrong,
   * and nothing that was stored is found. A folder that is missing has been refused by then.
   *
   * @param names what the host calls an option of ours
   */
  public void warnIfNew(UnaryOperator<String> names) {
    boolean own = options.dataSource() == null;
    Path file = own ? JdbcInbox.fileOf(url()) : null;
    if (options.strict() && file != null && !Files.exists(file)) {
      LOG.warn(
          "The inbox {} is not there and is made now. If this is not the first start, stop: correct"
              + " {}, or see why its disk is not there",
          file,
          names.apply(options.jdbcUrl() == null ? DATA_DIR : JDBC_URL));
    }
  }

  /** A store that cannot be used, said of the property that names it. */
  public InvalidConfigurationException unusable(RuntimeException fault) {
    String message = fault.getMessage() == null ? fault.toString() : fault.getMessage();
    if (options.dataSource() != null) {
      return unusable(
          fault,
          "gamma.webhook.inbox.data-source",
          "is '" + options.dataSource() + "', which cannot be used. " + message,
          "Correct what is said above, or name another store.");
    }
    if (options.jdbcUrl() != null) {
      return unusable(
          fault,
          "gamma.webhook.inbox.jdbc-url",
          "names a store that cannot be used. " + message,
          "Correct what is said above, or name another store.");
    }
    return unusable(
        fault,
        DATA_DIR,
        "is " + options.dataDir() + ", where the inbox cannot be used. " + message,
        "Give this process a folder of its own that it may write to, with gamma.webhook.data-dir;"
            + " or keep the inbox elsewhere, with gamma.webhook.inbox.jdbc-url.");
  }

  private static InvalidConfigurationException unusable(
      RuntimeException cause, String property, String fault, String cure) {
    return new InvalidConfigurationException(
        List.of(new ConfigurationProblem(property, fault, cure)), cause);
  }

  private static InvalidConfigurationException twoStores() {
    return refused(
        "gamma.webhook.inbox.data-source",
        "is set, and gamma.webhook.inbox.jdbc-url too",
        "Keep one of the two.");
  }

  /**
   * The store's settings.
   *
   * @param dataSources finds the host's data source by its bean name
   * @throws InvalidConfigurationException if the configuration names no store that keeps events
   */
  public InboxSettings settings(Function<String, @Nullable DataSource> dataSources) {
    String node = options.node() == null ? defaultNode : options.node();
    return ConfigurationProblem.checked(
        "gamma.webhook.inbox",
        () -> {
          InboxSettings settings =
              options.dataSource() == null
                  ? InboxSettings.ofUrl(url(), options.username(), options.password(), node)
                  : InboxSettings.ofDataSource(dataSource(options.dataSource(), dataSources), node);
          return settings
              .withLease(options.lease())
              .withRetention(retention())
              .withQuarantine(quarantine())
              .withSchema(options.schema());
        });
  }

  private Retention retention() {
    Duration dedup = options.dedupRetention();
    Duration unsubscribed = options.unsubscribedRetention();
    Duration untimed = options.untimedDedupRetention();
    Duration atLeast = Retention.DEFAULT.untimedDedupKeys();
    Duration quarantine = options.quarantineRetention();
    Duration atMost = Retention.DEFAULT.quarantine();
    return ConfigurationProblem.checked(
        "gamma.webhook.inbox",
        () ->
            new Retention(
                options.retention(),
                unsubscribed == null ? dedup : unsubscribed,
                dedup,
                untimed == null ? (dedup.compareTo(atLeast) > 0 ? dedup : atLeast) : untimed,
                options.auditRetention(),
                quarantine == null ? (dedup.compareTo(atMost) < 0 ? dedup : atMost) : quarantine));
  }

  private QuarantineBounds quarantine() {
    return ConfigurationProblem.checked(
        "gamma.webhook.inbox",
        () -> new QuarantineBounds(options.quarantineRequests(), options.quarantineBytes()));
  }

  private DataSource dataSource(String bean, Function<String, @Nullable DataSource> dataSources) {
    if (options.jdbcUrl() != null) {
      throw twoStores();
    }
    DataSource found = dataSources.apply(bean);
    if (found == null) {
      throw refused(
          "gamma.webhook.inbox.data-source",
          "names '" + bean + "', but there is no DataSource bean of that name",
          "Name a bean of the application, or set gamma.webhook.inbox.jdbc-url.");
    }
    return found;
  }

  private String url() {
    String url = options.jdbcUrl();
    boolean strict = options.strict();
    if (url == null) {
      Path dataDir = Path.of(options.dataDir());
      if (strict && !dataDir.isAbsolute()) {
        throw refused(
            DATA_DIR,
            "is '"
                + dataDir
                + "', which is relative: events would be stored wherever the process is started",
            "Set it to an absolute path on a disk that outlives the process, or set"
                + " gamma.webhook.inbox.jdbc-url to jdbc:postgresql://…. To try the plug-in out, set"
                + " gamma.webhook.mode: dev.");
      }
      if (strict) {
        mustBeThere(dataDir, DATA_DIR, "is '" + dataDir + "'");
      }
      return SQLITE + dataDir.resolve("inbox.db");
    }
    Path file = ConfigurationProblem.checked(JDBC_URL, () -> JdbcInbox.fileOf(url));
    if (strict && file != null) {
      Path folder = file.getParent();
      if (!file.isAbsolute() || folder == null) {
        throw refused(
            JDBC_URL,
            "names a relative file: events would be stored wherever the process is started",
            "Use jdbc:sqlite: and an absolute path on a disk that outlives the process.");
      }
      mustBeThere(folder, JDBC_URL, "names a file in '" + folder + "'");
    }
    return url;
  }

  /** Made here, a mistyped folder or one of a disk that is not mounted would be an empty inbox. */
  private static void mustBeThere(Path folder, String property, String fault) {
    if (!Files.exists(folder)) {
      throw refused(
          property,
          fault + ", which is not there. If events were stored in it, its disk is missing",
          "For a first start make it, for this process's user alone: mkdir -p -m 700 "
              + folder
              + ". Else bring its disk back, or correct "
              + property
              + ". (With gamma.webhook.mode: dev it would be made.)");
    }
    if (!Files.isDirectory(folder) && property.equals(JDBC_URL)) {
      throw refused(
          property, fault + ", which is a file", "Name a file in a folder that this process has.");
    }
  }

  private static InvalidConfigurationException refused(String property, String fault, String cure) {
    return new InvalidConfigurationException(
        List.of(new ConfigurationProblem(property, fault, cure)));
  }
}
