package io.gammawebhook.camel;

import io.gammawebhook.inbox.SchemaMode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.DefaultComponent;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * Creates the endpoints {@code webhook-inbox:<source>}.
 *
 * <p>Its options are for hosts without Spring Boot, such as Camel Main: {@code
 * camel.component.webhook-inbox.data-dir = /var/lib/hooks}. On Spring Boot the same things are said
 * under {@code gamma.webhook}, and are not set here.
 */
@Component("webhook-inbox")
@NullUnmarked
public class WebhookInboxComponent extends DefaultComponent {

  /** The parameters of our Kamelets that are secrets. */
  static final String SECRET_NAMES = "secrets,verifyToken,signingSecret,saslJaasSecret";

  @Metadata(
      label = "common",
      defaultValue = "production",
      enums = "production,dev",
      description =
          "How strict the start is: with dev the folder of the store is made and may be "
              + "relative, and plain HTTP is taken from anywhere.")
  private String mode = "production";

  @Metadata(
      label = "store",
      defaultValue = "data",
      description = "Folder of the embedded store. In production it has to be absolute, and there.")
  private String dataDir = "data";

  @Metadata(
      label = "store",
      description =
          "JDBC URL of the store: jdbc:sqlite: with an absolute file path, or "
              + "jdbc:postgresql:. Without it and without a data source: an embedded SQLite "
              + "file in the data folder.")
  private String jdbcUrl;

  @Metadata(label = "store,security", secret = true, description = "User name for the store.")
  private String username;

  @Metadata(label = "store,security", secret = true, description = "Password for the store.")
  private String password;

  @Metadata(
      label = "store",
      description =
          "Name of a DataSource in the registry to use instead of a JDBC URL; PostgreSQL "
              + "only.")
  private String dataSource;

  @Metadata(
      label = "store",
      defaultValue = "MIGRATE",
      description =
          "What is done about the tables at the start: migrate makes what is missing, "
              + "validate changes nothing and fails the start if something is missing.")
  private SchemaMode schema = SchemaMode.MIGRATE;

  @Metadata(
      label = "store",
      description =
          "This process's name in leases and the audit. The default is process id and "
              + "host name.")
  private String node;

  @Metadata(
      javaType = "java.time.Duration",
      label = "store",
      defaultValue = "30s",
      description = "How long a node owns a delivery without a sign of life, 5s to 1h.")
  private Duration lease = Duration.ofSeconds(30);

  @Metadata(
      javaType = "java.time.Duration",
      label = "retention",
      defaultValue = "7d",
      description = "How long the bodies of finished events are kept, 1h to 3650d.")
  private Duration retention = Duration.ofDays(7);

  @Metadata(
      javaType = "java.time.Duration",
      label = "retention",
      description =
          "How long the bodies of events are kept that no subscription has wanted. The "
              + "default is dedupRetention.")
  private Duration unsubscribedRetention;

  @Metadata(
      javaType = "java.time.Duration",
      label = "retention",
      defaultValue = "30d",
      description = "How long events and their dedup keys are kept, 1d to 3650d.")
  private Duration dedupRetention = Duration.ofDays(30);

  @Metadata(
      javaType = "java.time.Duration",
      label = "retention",
      description =
          "The same for sources whose signature covers no time. The default is the longer "
              + "of 400d and dedupRetention.")
  private Duration untimedDedupRetention;

  @Metadata(
      javaType = "java.time.Duration",
      label = "retention",
      defaultValue = "90d",
      description = "How long audit entries are kept, at least retention.")
  private Duration auditRetention = Duration.ofDays(90);

  @Metadata(
      javaType = "java.time.Duration",
      label = "retention",
      description =
          "How long quarantined requests are kept, 1h to 3650d. The default is the shorter of 14d and"
              + " dedupRetention.")
  private Duration quarantineRetention;

  @Metadata(
      label = "retention",
      defaultValue = "1000",
      description = "The most requests of one source in quarantine, 1 to 100000.")
  private int quarantineRequests = 1000;

  @Metadata(
      label = "retention",
      defaultValue = "67108864",
      description = "The most bytes of one source in quarantine, 1048576 to 10737418240.")
  private long quarantineBytes = 64L << 20;

  @Metadata(
      label = "delivery",
      defaultValue = "5s,5m,30m,2h,5h,10h,10h",
      description =
          "Waiting times before the second, third and further attempts, where an endpoint "
              + "says nothing else. After the last one the delivery is a dead letter.")
  private String retrySchedule = "5s,5m,30m,2h,5h,10h,10h";

  @Metadata(
      label = "delivery",
      defaultValue = "0.1",
      description = "How far a waiting time is varied at random, as a share of it: 0 to 1.")
  private double retryJitter = 0.1;

  @Metadata(
      javaType = "java.time.Duration",
      label = "delivery",
      defaultValue = "1d",
      description = "The longest Retry-After of a destination that is honoured.")
  private Duration retryMaxRetryAfter = Duration.ofDays(1);

  @Metadata(
      javaType = "java.time.Duration",
      label = "delivery",
      defaultValue = "1s",
      description =
          "How long until the store is asked for work that this node does not know of, at "
              + "least 10ms.")
  private Duration pollInterval = Duration.ofSeconds(1);

  @Metadata(
      javaType = "java.time.Duration",
      label = "delivery",
      defaultValue = "5m",
      description =
          "How long an attempt may take before it counts as failed, 1s to 1d, where an "
              + "endpoint says nothing else.")
  private Duration attemptTimeout = Duration.ofMinutes(5);

  @Metadata(
      javaType = "java.time.Duration",
      label = "ingress",
      defaultValue = "20s",
      description = "How long a body may take to arrive, 1s to 10m.")
  private Duration readTimeout = Duration.ofSeconds(20);

  @Metadata(
      javaType = "java.time.Duration",
      label = "ingress",
      defaultValue = "30s",
      description = "How long storing it may take before the sender gets 503, 1s to 10m.")
  private Duration answerTimeout = Duration.ofSeconds(30);

  @Metadata(
      javaType = "java.time.Duration",
      label = "ingress",
      defaultValue = "1s",
      description = "How long a shutdown answers 503 before the port closes, 0s to 20s.")
  private Duration shutdownDrain = Duration.ofSeconds(1);

  @Metadata(
      label = "ingress,security",
      defaultValue = "127.0.0.0/8,::1",
      description =
          "Networks of the proxies in front, with commas between them. Their "
              + "X-Forwarded-For is believed, and in production plain HTTP comes from them "
              + "only.")
  private String trustedProxies = "127.0.0.0/8,::1";

  @Metadata(
      label = "ingress",
      defaultValue = "1024",
      description =
          "The most whole requests that wait for the store; what is over it gets 503 at " + "once.")
  private int waitingLineRequests = 1024;

  @Metadata(
      label = "ingress",
      description = "The most bytes of bodies in memory. The default is an eighth of the heap.")
  private Long waitingLineBytes;

  @Metadata(
      label = "redact",
      defaultValue = "true",
      description =
          "Whether credentials, cookies, signatures, card numbers and other secrets are redacted before "
              + "anything is shown, logged or written into the audit.")
  private boolean redactDefaults = true;

  @Metadata(
      label = "redact",
      description =
          "More headers to redact: names in any case with commas between them, in which an asterisk "
              + "stands for any characters.")
  private String redactHeaders = "";

  @Metadata(
      label = "redact",
      description =
          "JSONPaths of values to redact in JSON bodies and forms, with semicolons between them.")
  private String redactJsonPaths = "";

  @Metadata(
      label = "redact",
      description = "Regular expressions, one a line; what they find in any text is redacted.")
  private String redactPatterns = "";

  @Metadata(
      label = "redact",
      defaultValue = "false",
      description = "Whether e-mail addresses are redacted.")
  private boolean redactEmails;

  @Metadata(
      javaType = "java.time.Duration",
      label = "health",
      defaultValue = "15m",
      description =
          "How long a delivery may have been due and not begun before the health warns, 1s to 365d.")
  private Duration healthOldestWaiting = Duration.ofMinutes(15);

  @Metadata(
      javaType = "java.time.Duration",
      label = "health",
      defaultValue = "1h",
      description =
          "How far back dead letters are new, so that the health warns of them: 1m to 365d.")
  private Duration healthDeadLettersWindow = Duration.ofHours(1);

  @Metadata(
      javaType = "java.time.Duration",
      label = "health",
      defaultValue = "5s",
      description =
          "How far this machine's clock may be from the store's before the health warns, 1s to 1d.")
  private Duration healthClockSkew = Duration.ofSeconds(5);

  @Metadata(
      javaType = "java.time.Duration",
      label = "health",
      defaultValue = "10s",
      description =
          "For how long after a request got 503 because too many wait the node counts as not ready, "
              + "0s to 10m.")
  private Duration healthShedding = Duration.ofSeconds(10);

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
      throws Exception {
    provide();
    WebhookInboxEndpoint endpoint = new WebhookInboxEndpoint(uri, this);
    endpoint.setSource(remaining);
    setProperties(endpoint, parameters);
    return endpoint;
  }

  @Override
  protected void doInit() throws Exception {
    super.doInit();
    hideSecrets(getCamelContext().getCamelContextExtension());
    Optional<WebhookHost> host = host();
    if (host.isPresent()) {
      host.get().await(getCamelContext());
    }
  }

  /**
   * At the first endpoint and not before: Camel Main sets the options of a component after it was
   * initialised.
   */
  private synchronized void provide() {
    host().ifPresent(host -> host.provide(getCamelContext(), this));
  }

  /** Camel's start logs the parameters of Kamelets; of ours, these names are not yet hidden. */
  private static void hideSecrets(ExtendedCamelContext camel) {
    @Nullable String known = camel.getAdditionalSensitiveKeywords();
    if (known == null || !known.contains(SECRET_NAMES)) {
      camel.setAdditionalSensitiveKeywords(
          known == null ? SECRET_NAMES : known + "," + SECRET_NAMES);
    }
  }

  /** Who makes what routes share, where no framework does it. */
  private Optional<WebhookHost> host() {
    CamelContext context = getCamelContext();
    return isSpring(context)
            || CamelContextHelper.findSingleByType(context, WebhookRuntime.class) != null
        ? Optional.empty()
        : context
            .getCamelContextExtension()
            .getBootstrapFactoryFinder()
            .newInstance(WebhookHost.FACTORY, WebhookHost.class);
  }

  /** There everything is configured under gamma.webhook, also that the plug-in is switched off. */
  private static boolean isSpring(CamelContext context) {
    return context.getClass().getName().startsWith("org.apache.camel.spring.");
  }

  public String getMode() {
    return mode;
  }

  public void setMode(String mode) {
    this.mode = mode;
  }

  public String getDataDir() {
    return dataDir;
  }

  public void setDataDir(String dataDir) {
    this.dataDir = dataDir;
  }

  public String getJdbcUrl() {
    return jdbcUrl;
  }

  public void setJdbcUrl(String jdbcUrl) {
    this.jdbcUrl = jdbcUrl;
  }

  public String getUsername() {
    return username;
  }

  public void setUsername(String username) {
    this.username = username;
  }

  public String getPassword() {
    return password;
  }

  public void setPassword(String password) {
    this.password = password;
  }

  public String getDataSource() {
    return dataSource;
  }

  public void setDataSource(String dataSource) {
    this.dataSource = dataSource;
  }

  public SchemaMode getSchema() {
    return schema;
  }

  public void setSchema(SchemaMode schema) {
    this.schema = schema;
  }

  public String getNode() {
    return node;
  }

  public void setNode(String node) {
    this.node = node;
  }

  public Duration getLease() {
    return lease;
  }

  public void setLease(Duration lease) {
    this.lease = lease;
  }

  public Duration getRetention() {
    return retention;
  }

  public void setRetention(Duration retention) {
    this.retention = retention;
  }

  public Duration getUnsubscribedRetention() {
    return unsubscribedRetention;
  }

  public void setUnsubscribedRetention(Duration unsubscribedRetention) {
    this.unsubscribedRetention = unsubscribedRetention;
  }

  public Duration getDedupRetention() {
    return dedupRetention;
  }

  public void setDedupRetention(Duration dedupRetention) {
    this.dedupRetention = dedupRetention;
  }

  public Duration getUntimedDedupRetention() {
    return untimedDedupRetention;
  }

  public void setUntimedDedupRetention(Duration untimedDedupRetention) {
    this.untimedDedupRetention = untimedDedupRetention;
  }

  public Duration getAuditRetention() {
    return auditRetention;
  }

  public void setAuditRetention(Duration auditRetention) {
    this.auditRetention = auditRetention;
  }

  public String getRetrySchedule() {
    return retrySchedule;
  }

  public void setRetrySchedule(String retrySchedule) {
    this.retrySchedule = retrySchedule;
  }

  public double getRetryJitter() {
    return retryJitter;
  }

  public void setRetryJitter(double retryJitter) {
    this.retryJitter = retryJitter;
  }

  public Duration getRetryMaxRetryAfter() {
    return retryMaxRetryAfter;
  }

  public void setRetryMaxRetryAfter(Duration retryMaxRetryAfter) {
    this.retryMaxRetryAfter = retryMaxRetryAfter;
  }

  public Duration getPollInterval() {
    return pollInterval;
  }

  public void setPollInterval(Duration pollInterval) {
    this.pollInterval = pollInterval;
  }

  public Duration getAttemptTimeout() {
    return attemptTimeout;
  }

  public void setAttemptTimeout(Duration attemptTimeout) {
    this.attemptTimeout = attemptTimeout;
  }

  public Duration getReadTimeout() {
    return readTimeout;
  }

  public void setReadTimeout(Duration readTimeout) {
    this.readTimeout = readTimeout;
  }

  public Duration getAnswerTimeout() {
    return answerTimeout;
  }

  public void setAnswerTimeout(Duration answerTimeout) {
    this.answerTimeout = answerTimeout;
  }

  public Duration getShutdownDrain() {
    return shutdownDrain;
  }

  public void setShutdownDrain(Duration shutdownDrain) {
    this.shutdownDrain = shutdownDrain;
  }

  public String getTrustedProxies() {
    return trustedProxies;
  }

  public void setTrustedProxies(String trustedProxies) {
    this.trustedProxies = trustedProxies;
  }

  public int getWaitingLineRequests() {
    return waitingLineRequests;
  }

  public void setWaitingLineRequests(int waitingLineRequests) {
    this.waitingLineRequests = waitingLineRequests;
  }

  public boolean isRedactDefaults() {
    return redactDefaults;
  }

  public void setRedactDefaults(boolean redactDefaults) {
    this.redactDefaults = redactDefaults;
  }

  public String getRedactHeaders() {
    return redactHeaders;
  }

  public void setRedactHeaders(String redactHeaders) {
    this.redactHeaders = redactHeaders;
  }

  public String getRedactJsonPaths() {
    return redactJsonPaths;
  }

  public void setRedactJsonPaths(String redactJsonPaths) {
    this.redactJsonPaths = redactJsonPaths;
  }

  public String getRedactPatterns() {
    return redactPatterns;
  }

  public void setRedactPatterns(String redactPatterns) {
    this.redactPatterns = redactPatterns;
  }

  public boolean isRedactEmails() {
    return redactEmails;
  }

  public void setRedactEmails(boolean redactEmails) {
    this.redactEmails = redactEmails;
  }

  public Long getWaitingLineBytes() {
    return waitingLineBytes;
  }

  public void setWaitingLineBytes(Long waitingLineBytes) {
    this.waitingLineBytes = waitingLineBytes;
  }

  public Duration getQuarantineRetention() {
    return quarantineRetention;
  }

  public void setQuarantineRetention(Duration quarantineRetention) {
    this.quarantineRetention = quarantineRetention;
  }

  public int getQuarantineRequests() {
    return quarantineRequests;
  }

  public void setQuarantineRequests(int quarantineRequests) {
    this.quarantineRequests = quarantineRequests;
  }

  public long getQuarantineBytes() {
    return quarantineBytes;
  }

  public void setQuarantineBytes(long quarantineBytes) {
    this.quarantineBytes = quarantineBytes;
  }

  public Duration getHealthOldestWaiting() {
    return healthOldestWaiting;
  }

  public void setHealthOldestWaiting(Duration healthOldestWaiting) {
    this.healthOldestWaiting = healthOldestWaiting;
  }

  public Duration getHealthDeadLettersWindow() {
    return healthDeadLettersWindow;
  }

  public void setHealthDeadLettersWindow(Duration healthDeadLettersWindow) {
    this.healthDeadLettersWindow = healthDeadLettersWindow;
  }

  public Duration getHealthClockSkew() {
    return healthClockSkew;
  }

  public void setHealthClockSkew(Duration healthClockSkew) {
    this.healthClockSkew = healthClockSkew;
  }

  public Duration getHealthShedding() {
    return healthShedding;
  }

  public void setHealthShedding(Duration healthShedding) {
    this.healthShedding = healthShedding;
  }
}
