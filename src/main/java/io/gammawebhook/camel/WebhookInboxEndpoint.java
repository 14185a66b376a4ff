package io.gammawebhook.camel;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.MultipleConsumersSupport;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.DefaultEndpoint;
import org.jspecify.annotations.NullUnmarked;

/**
 * Receive the webhook events of a source from the durable inbox: verified, de-duplicated, at least
 * once, with durable retries and dead letters.
 *
 * <p>Camel sets the options one by one before the endpoint is used, so what is not set is null.
 */
@UriEndpoint(
    firstVersion = "0.1.0",
    scheme = "webhook-inbox",
    title = "Webhook Inbox",
    syntax = "webhook-inbox:source",
    consumerOnly = true,
    category = {Category.HTTP, Category.MESSAGING},
    headersClass = WebhookConstants.class)
@NullUnmarked
public class WebhookInboxEndpoint extends DefaultEndpoint implements MultipleConsumersSupport {

  @UriPath(
      description =
          "The source whose events are delivered: one that is configured, or, with path, one that"
              + " this endpoint defines.")
  @Metadata(required = true)
  private String source;

  @UriParam(
      description =
          "The name of the subscription: each has its own deliveries, retries and dead letters, and"
              + " keeps them over restarts. The default is the source's name where the endpoint defines"
              + " its source (path), else the route's own id, which must then be given.")
  private String subscription;

  @UriParam(
      description =
          "Which event types are delivered: names with commas between them, in which an asterisk"
              + " stands for any characters. All if it is not set.")
  private String types;

  @UriParam(description = "How many deliveries this node works on at a time.", defaultValue = "10")
  private int concurrency = 10;

  @UriParam(
      description =
          "The waits before the second, third and further attempts, such as 5s,5m,2h; when they are"
              + " used up the delivery is a dead letter. The default is the application's: gamma.webhook.retry.schedule.")
  private String retrySchedule;

  @UriParam(
      javaType = "java.time.Duration",
      description =
          "How long an attempt may take before it counts as failed, 1s to 1d. The default is"
              + " gamma.webhook.dispatch.attempt-timeout.")
  private Duration attemptTimeout;

  @UriParam(
      description =
          "Exceptions for which trying again is useless: class names with commas between them; a"
              + " subclass counts too. HTTP 4xx but 408, 425 and 429, and an event that cannot be read as JSON,"
              + " always count.")
  private String permanentExceptions;

  @UriParam(
      label = "ingress",
      description =
          "With it the endpoint defines its source itself and opens this exact path for it.")
  private String path;

  @UriParam(
      label = "ingress",
      defaultValue = "standard-webhooks",
      description =
          "How the source signs: the name of a signature scheme, or file: and the path of a definition."
              + " Used with path.")
  private String scheme = "standard-webhooks";

  @UriParam(
      label = "ingress,security",
      secret = true,
      description =
          "The signing secret, or several with commas between them during a rotation. Give it as a"
              + " property placeholder. Used with path.")
  private String secrets;

  @UriParam(
      label = "ingress,security",
      javaType = "java.time.Duration",
      description =
          "The allowed difference between the sender's clock and ours, 1s to 1h. The default is the"
              + " scheme's. Used with path.")
  private Duration tolerance;

  @UriParam(
      label = "ingress,security",
      description =
          "The endpoint's address as its sender knows it, without a query, for schemes that sign"
              + " it. Used with path.")
  private String publicUrl;

  @UriParam(
      label = "ingress,security",
      secret = true,
      description =
          "What the sender shows in its handshake, for schemes that have that. Give it as a property"
              + " placeholder. Used with path.")
  private String verifyToken;

  @UriParam(
      label = "ingress",
      defaultValue = "1048576",
      description = "The largest body that is accepted, in bytes. Used with path.")
  private int maxBodySize = 1 << 20;

  @UriParam(
      label = "ingress",
      description =
          "Where the event's id is: header.NAME, query.NAME, form.NAME or a "
              + "JSONPath such as $.id. The default is the scheme's. Used with path.")
  private String eventId;

  @UriParam(
      label = "ingress",
      description = "Where the event's type is, in the same form. Used with path.")
  private String eventType;

  @UriParam(
      label = "ingress",
      description = "JSONPath to what events have in common that belong in order. Used with path.")
  private String orderingKey;

  @UriParam(
      label = "ingress",
      description =
          "Request headers that the route may see, as one map property: names with "
              + "commas between them. Used with path.")
  private String keepHeaders;

  @UriParam(
      label = "ingress",
      description =
          "The media types that are accepted, with commas between them; any if it is "
              + "not set. Used with path.")
  private String mediaTypes;

  @UriParam(
      label = "ingress",
      description =
          "The status of an accepted event where the sender wants another than 202. "
              + "Used with path.")
  private Integer acceptedStatus;

  @UriParam(
      label = "ingress",
      description =
          "Whether the source's events are CloudEvents. The default is the scheme's. "
              + "Used with path.")
  private Boolean cloudEvents;

  @UriParam(
      label = "ingress",
      defaultValue = "false",
      description =
          "Whether a body with 'Content-Encoding: gzip' is inflated before it is "
              + "verified. Used with path.")
  private boolean gzip;

  @UriParam(
      label = "ingress,security",
      description =
          "From where requests are taken, such as 192.0.2.0/24, with commas between "
              + "them; from everywhere if it is not set. Used with path.")
  private String allowNetworks;

  @UriParam(
      label = "ingress,security",
      defaultValue = "false",
      description =
          "Whether a request whose signature is not valid is kept apart for an "
              + "operator, and answered as an event, instead of with 401. Used with path.")
  private boolean quarantine;

  @UriParam(
      label = "ingress,security",
      defaultValue = "true",
      description =
          "Whether the trace that a request names by W3C Trace Context (traceparent and "
              + "tracestate) goes on in its deliveries. No signature covers it. Used with path.")
  private boolean continueTrace = true;

  @UriParam(
      label = "ingress,security",
      description =
          "Requests per second from one network address over which the sender gets 429, "
              + "counted before verification, 1 to 1000000. Used with path.")
  private Integer perAddress;

  @UriParam(
      label = "ingress,security",
      description =
          "Verified requests per second of the source over which the sender gets 429, 1 "
              + "to 1000000. Used with path.")
  private Integer perSource;

  public WebhookInboxEndpoint() {}

  public WebhookInboxEndpoint(String uri, WebhookInboxComponent component) {
    super(uri, component);
  }

  @Override
  public Producer createProducer() {
    throw new UnsupportedOperationException(
        "webhook-inbox is where routes begin; events come into it by the ingress of their source");
  }

  @Override
  public Consumer createConsumer(Processor processor) throws Exception {
    if (path != null) {
      IngressRoutes routes =
          CamelContextHelper.findSingleByType(getCamelContext(), IngressRoutes.class);
      if (routes != null) {
        // All routes are made before the first is started, which may take long.
        routes.await(path);
      }
    }
    Consumer consumer = new WebhookInboxConsumer(this, processor);
    configureConsumer(consumer);
    return consumer;
  }

  /**
   * Two routes may begin with the same URI: each is a subscription of its own. Two routes with one
   * subscription are refused by {@link WebhookRuntime}, which can say why.
   */
  @Override
  public boolean isMultipleConsumersSupported() {
    return true;
  }

  /** The names in a list with commas between them; none if it is not set. */
  static List<String> list(String text) {
    return text == null
        ? List.of()
        : Arrays.stream(text.split(",", -1)).map(String::strip).filter(s -> !s.isEmpty()).toList();
  }

  public String getSource() {
    return source;
  }

  public void setSource(String source) {
    this.source = source;
  }

  public String getSubscription() {
    return subscription;
  }

  public void setSubscription(String subscription) {
    this.subscription = subscription;
  }

  public String getTypes() {
    return types;
  }

  public void setTypes(String types) {
    this.types = types;
  }

  public int getConcurrency() {
    return concurrency;
  }

  public void setConcurrency(int concurrency) {
    this.concurrency = concurrency;
  }

  public String getRetrySchedule() {
    return retrySchedule;
  }

  public void setRetrySchedule(String retrySchedule) {
    this.retrySchedule = retrySchedule;
  }

  public Duration getAttemptTimeout() {
    return attemptTimeout;
  }

  public void setAttemptTimeout(Duration attemptTimeout) {
    this.attemptTimeout = attemptTimeout;
  }

  public String getPermanentExceptions() {
    return permanentExceptions;
  }

  public void setPermanentExceptions(String permanentExceptions) {
    this.permanentExceptions = permanentExceptions;
  }

  public String getPath() {
    return path;
  }

  public void setPath(String path) {
    this.path = path;
  }

  public String getScheme() {
    return scheme;
  }

  public void setScheme(String scheme) {
    this.scheme = scheme;
  }

  public String getSecrets() {
    return secrets;
  }

  public void setSecrets(String secrets) {
    this.secrets = secrets;
  }

  public String getPublicUrl() {
    return publicUrl;
  }

  public void setPublicUrl(String publicUrl) {
    this.publicUrl = publicUrl;
  }

  public String getVerifyToken() {
    return verifyToken;
  }

  public void setVerifyToken(String verifyToken) {
    this.verifyToken = verifyToken;
  }

  public Duration getTolerance() {
    return tolerance;
  }

  public void setTolerance(Duration tolerance) {
    this.tolerance = tolerance;
  }

  public int getMaxBodySize() {
    return maxBodySize;
  }

  public void setMaxBodySize(int maxBodySize) {
    this.maxBodySize = maxBodySize;
  }

  public String getEventId() {
    return eventId;
  }

  public void setEventId(String eventId) {
    this.eventId = eventId;
  }

  public String getEventType() {
    return eventType;
  }

  public void setEventType(String eventType) {
    this.eventType = eventType;
  }

  public String getOrderingKey() {
    return orderingKey;
  }

  public void setOrderingKey(String orderingKey) {
    this.orderingKey = orderingKey;
  }

  public String getKeepHeaders() {
    return keepHeaders;
  }

  public void setKeepHeaders(String keepHeaders) {
    this.keepHeaders = keepHeaders;
  }

  public String getMediaTypes() {
    return mediaTypes;
  }

  public void setMediaTypes(String mediaTypes) {
    this.mediaTypes = mediaTypes;
  }

  public Integer getAcceptedStatus() {
    return acceptedStatus;
  }

  public void setAcceptedStatus(Integer acceptedStatus) {
    this.acceptedStatus = acceptedStatus;
  }

  public Boolean getCloudEvents() {
    return cloudEvents;
  }

  public void setCloudEvents(Boolean cloudEvents) {
    this.cloudEvents = cloudEvents;
  }

  public boolean isGzip() {
    return gzip;
  }

  public void setGzip(boolean gzip) {
    this.gzip = gzip;
  }

  public String getAllowNetworks() {
    return allowNetworks;
  }

  public void setAllowNetworks(String allowNetworks) {
    this.allowNetworks = allowNetworks;
  }

  public boolean isQuarantine() {
    return quarantine;
  }

  public void setQuarantine(boolean quarantine) {
    this.quarantine = quarantine;
  }

  public boolean isContinueTrace() {
    return continueTrace;
  }

  public void setContinueTrace(boolean continueTrace) {
    this.continueTrace = continueTrace;
  }

  public Integer getPerAddress() {
    return perAddress;
  }

  public void setPerAddress(Integer perAddress) {
    this.perAddress = perAddress;
  }

  public Integer getPerSource() {
    return perSource;
  }

  public void setPerSource(Integer perSource) {
    this.perSource = perSource;
  }
}
