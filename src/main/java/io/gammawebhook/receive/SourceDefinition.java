package io.gammawebhook.receive;

import io.gammawebhook.event.SourceName;
import io.gammawebhook.event.TraceContext;
import io.gammawebhook.verify.EventFields;
import io.gammawebhook.verify.LiveSecret;
import io.gammawebhook.verify.SecretEncoding;
import io.gammawebhook.verify.SignatureScheme;
import io.gammawebhook.verify.SignatureVerifier;
import io.gammawebhook.verify.SigningSecret;
import io.gammawebhook.verify.Tolerance;
import io.gammawebhook.verify.ValueLocation;
import io.gammawebhook.verify.ValueReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is configured of one source, valid as a whole. Make one with {@link #builder}, which knows
 * the defaults.
 *
 * @param name the source
 * @param path the exact path, without the host's context path
 * @param scheme how it signs
 * @param secrets with the times in which they count; none where the scheme signs nothing, or they
 *     are managed
 * @param tolerance allowed difference between the sender's clock and ours, 1 s to 1 h
 * @param maxBodySize in bytes, 1 to {@value #MAX_BODY_SIZE}
 * @param mediaTypes accepted ones in lower case, without parameters; empty for any
 * @param eventId where the sender's id is; null where it gives none
 * @param uniqueEventId whether that id names one event
 * @param eventType where the sender's category is; null for none
 * @param orderingKey where the ordering key is; null for no order
 * @param keepHeaders in lower case: the request headers that a route may see
 * @param perAddressPerSecond limit before verification for one network address; null for none
 * @param perSourcePerSecond limit after verification for the whole source; null for none
 * @param acceptedStatus the 2xx that the sender counts as success
 * @param publicUrl the endpoint's address as the sender knows it; null where no scheme signs it
 * @param cloudEvents whether its events are CloudEvents, which say id and type themselves
 * @param gzip whether a body that says it is compressed is inflated before it is verified
 * @param allowNetworks from where requests are taken; empty for everywhere
 * @param verifyToken what the sender shows in its handshake; null where its scheme has no such
 * @param quarantine whether requests whose signature is not valid are kept apart, and answered as
 *     an event is
 * @param continueTrace whether the trace that the sender names in its request is continued
 * @param managedSecrets whether a registration of the source manages secrets of its own, so that
 *     none needs to be configured: as long as there is none at all, every request is refused
 */
public record SourceDefinition(
    SourceName name,
    String path,
    SignatureScheme scheme,
    List<LiveSecret> secrets,
    Duration tolerance,
    int maxBodySize,
    Set<String> mediaTypes,
    @Nullable ValueLocation eventId,
    boolean uniqueEventId,
    @Nullable ValueLocation eventType,
    @Nullable ValueLocation orderingKey,
    List<String> keepHeaders,
    @Nullable Integer perAddressPerSecond,
    @Nullable Integer perSourcePerSecond,
    int acceptedStatus,
    @Nullable String publicUrl,
    boolean cloudEvents,
    boolean gzip,
    List<Network> allowNetworks,
    @Nullable SigningSecret verifyToken,
    boolean quarantine,
    boolean continueTrace,
    boolean managedSecrets) {

  public static final int DEFAULT_MAX_BODY_SIZE = 1 << 20;
  public static final int MAX_BODY_SIZE = 64 << 20;

  private static final Pattern PUBLIC_URL =
      Pattern.compile("https?://[A-Za-z0-9.:_\\[\\]-]+(/[A-Za-z0-9._~%!$&'()*+,;=:@/-]*)?");
  private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)+");
  private static final Pattern MEDIA_TYPE =
      Pattern.compile("[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+");

  /**
   * @throws IllegalArgumentException if an option is wrong; the message names it and the cure
   */
  public SourceDefinition {
    Options option = new Options(name);
    secrets = List.copyOf(secrets);
    mediaTypes =
        mediaTypes.stream()
            .map(t -> t.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
    allowNetworks = List.copyOf(allowNetworks);
    keepHeaders = keepHeaders.stream().map(h -> h.toLowerCase(Locale.ROOT)).distinct().toList();
    option.must(
        path.length() <= 200 && PATH.matcher(path).matches() && !path.matches(".*/\\.{1,2}(/.*)?"),
        "path",
        "must be an exact path such as /webhooks/" + name + ", was '" + path + "'");
    option.must(
        scheme.isSigned() || secrets.isEmpty(),
        "secrets",
        "must be empty, since scheme " + scheme.name() + " signs nothing");
    option.must(
        !scheme.isSigned() || !secrets.isEmpty() || managedSecrets,
        "secrets",
        "must have at least one secret; set it to the one that the sender shows you");
    option.must(
        secrets.size() <= SignatureVerifier.MAX_SECRETS,
        "secrets",
        "must have at most " + SignatureVerifier.MAX_SECRETS + ", had " + secrets.size());
    option.must(
        secrets.stream().map(LiveSecret::name).distinct().count() == secrets.size(),
        "secrets",
        "must have a name each, and two have the same");
    Duration wanted = tolerance;
    option.read("tolerance", () -> new Tolerance(wanted));
    option.must(
        maxBodySize >= 1 && maxBodySize <= MAX_BODY_SIZE,
        "max-body-size",
        "must be between 1B and 64MB, was " + maxBodySize + "B");
    for (String type : mediaTypes) {
      option.must(
          MEDIA_TYPE.matcher(type).matches(),
          "media-types",
          "must be such as application/json, without parameters, was '" + type + "'");
    }
    for (String header : keepHeaders) {
      option.read("keep-headers", () -> new ValueLocation.InHeader(header));
    }
    option.read("event-id", () -> ValueReader.of(eventId));
    option.read("event-type", () -> ValueReader.of(eventType));
    option.read("ordering-key", () -> ValueReader.of(orderingKey));
    option.must(
        !uniqueEventId || eventId != null, "event-id", "must be set where it is said to be unique");
    option.mustBeRate("per-address-per-second", perAddressPerSecond);
    option.mustBeRate("per-source-per-second", perSourcePerSecond);
    option.must(
        acceptedStatus >= 200 && acceptedStatus <= 299,
        "accepted-status",
        "must be between 200 and 299, was " + acceptedStatus);
    option.must(
        publicUrl == null || PUBLIC_URL.matcher(publicUrl).matches(),
        "public-url",
        "must be such as https://hooks.example.com/webhooks/"
            + name
            + ", without a query, was '"
            + publicUrl
            + "'");
    option.must(
        publicUrl != null || !scheme.needsPublicUrl(),
        "public-url",
        "must be the address that the sender was given, since scheme "
            + scheme.name()
            + " signs it");
    option.must(
        !cloudEvents || (eventId == null && eventType == null),
        "cloud-events",
        "must be false where event-id or event-type is set, since a CloudEvent says both itself");
    option.must(
        verifyToken != null || !scheme.needsVerifyToken(),
        "verify-token",
        "must be the token that you gave the sender, since scheme "
            + scheme.name()
            + " shows it in its handshake");
    option.must(
        !quarantine || scheme.signsContent(),
        "on-invalid-signature",
        "must be reject, since scheme "
            + scheme.name()
            + " signs no body: what would be kept in quarantine is the sender's credential");
  }

  /** Whether the event id is the dedup key: it names one event, and the signature covers it. */
  public boolean dedupesByEventId() {
    return uniqueEventId && eventId != null && scheme.covers(eventId);
  }

  /** Where an event's sender has to write its id and type. */
  public EventFields eventFields() {
    return new EventFields(eventId, eventType, cloudEvents);
  }

  /** Whether the signature covers a time, so that a captured request grows stale. */
  public boolean signsTime() {
    return scheme.timestamp() != null;
  }

  /**
   * The trace that the sender says a request belongs to.
   *
   * @return null if there is none, or the source does not continue it
   */
  public @Nullable TraceContext traceOf(WebhookRequest request) {
    return continueTrace
        ? TraceContext.of(
            request.header(TraceContext.PARENT_HEADER), request.header(TraceContext.STATE_HEADER))
        : null;
  }

  /** The path of a source that names none. */
  public static String defaultPath(String source) {
    return "/webhooks/" + source;
  }

  /** A definition with the defaults of its scheme. */
  public static Builder builder(SourceName name, SignatureScheme scheme) {
    return new Builder(name, scheme);
  }

  /** Says which option of which source is wrong. */
  private record Options(SourceName source) {
    void must(boolean holds, String option, String rule) {
      if (!holds) {
        throw new IllegalArgumentException(
            "gamma.webhook.sources." + source + "." + option + " " + rule);
      }
    }

    void mustBeRate(String option, @Nullable Integer rate) {
      must(
          rate == null || (rate >= 1 && rate <= 1_000_000),
          option,
          "must be between 1 and 1000000, was " + rate);
    }

    <T> T read(String option, Supplier<T> reader) {
      try {
        return reader.get();
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "gamma.webhook.sources." + source + "." + option + " " + e.getMessage(), e);
      }
    }
  }

  /** Not safe for use by several threads. A null leaves the default. */
  public static final class Builder {

    private final SourceName name;
    private final SignatureScheme scheme;
    private final Options options;
    private final List<LiveSecret> secrets = new ArrayList<>();
    private boolean unsignedAllowed;
    private String path;
    private Duration tolerance;
    private int maxBodySize = DEFAULT_MAX_BODY_SIZE;
    private Set<String> mediaTypes = Set.of();
    private @Nullable ValueLocation eventId;
    private boolean uniqueEventId;
    private @Nullable ValueLocation eventType;
    private @Nullable ValueLocation orderingKey;
    private List<String> keepHeaders = List.of();
    private @Nullable Integer perAddressPerSecond;
    private @Nullable Integer perSourcePerSecond;
    private int acceptedStatus;
    private @Nullable String publicUrl;
    private boolean cloudEvents;
    private boolean gzip;
    private final List<Network> allowNetworks = new ArrayList<>();
    private @Nullable SigningSecret verifyToken;
    private boolean quarantine;
    private boolean continueTrace = true;
    private boolean managedSecrets;

    private Builder(SourceName name, SignatureScheme scheme) {
      this.name = name;
      this.scheme = scheme;
      options = new Options(name);
      path = defaultPath(name.value());
      tolerance =
          scheme.timestamp() == null
              ? Tolerance.DEFAULT.value()
              : scheme.timestamp().tolerance().value();
      eventId = scheme.eventId();
      uniqueEventId = scheme.uniqueId();
      eventType = scheme.eventType();
      acceptedStatus = scheme.acceptedStatus();
      cloudEvents = scheme.cloudEvents();
    }

    /** Lets a scheme pass that signs nothing. For dev mode only: anybody may then be the sender. */
    public Builder allowUnsigned() {
      unsignedAllowed = true;
      return this;
    }

    /**
     * Adds a secret, as the sender shows it.
     *
     * @throws IllegalArgumentException naming the option and the rule, never the secret
     */
    public Builder secret(String text) {
      options.must(
          scheme.isSigned(),
          "secrets",
          "must be empty, since scheme " + scheme.name() + " signs nothing");
      return secret(options.read("secrets", () -> scheme.parseSecret(text)));
    }

    /** Adds a secret that always counts, named by its place, from 1. */
    public Builder secret(SigningSecret secret) {
      options.must(
          !scheme.namesKeys(),
          "secrets",
          "must have a name each, the one that the sender gives with a signature, for scheme "
              + scheme.name()
              + ": configure the source under gamma.webhook.sources, where a secret has value and"
              + " name");
      return secret(LiveSecret.always(Integer.toString(secrets.size() + 1), secret));
    }

    /** Lets the source have no secret configured, since its registration manages them. */
    public Builder managedSecrets() {
      managedSecrets = true;
      return this;
    }

    public Builder secret(LiveSecret secret) {
      secrets.add(secret);
      return this;
    }

    public Builder path(@Nullable String path) {
      this.path = path == null ? this.path : path;
      return this;
    }

    public Builder tolerance(@Nullable Duration tolerance) {
      options.must(
          tolerance == null || scheme.timestamp() != null,
          "tolerance",
          "must be left out, since scheme " + scheme.name() + " signs no time");
      this.tolerance = tolerance == null ? this.tolerance : tolerance;
      return this;
    }

    /** In bytes. */
    public Builder maxBodySize(@Nullable Integer bytes) {
      this.maxBodySize = bytes == null ? maxBodySize : bytes;
      return this;
    }

    public Builder mediaTypes(Set<String> mediaTypes) {
      this.mediaTypes = Set.copyOf(mediaTypes);
      return this;
    }

    /**
     * Where the id is: {@code header.<name>}, {@code query.<name>}, {@code form.<name>} or a
     * JSONPath on the body. Whoever sets it says that the id names one event; it is the dedup key
     * if the signature covers it, else for information only.
     */
    public Builder eventId(@Nullable String location) {
      if (location != null) {
        eventId = options.read("event-id", () -> ValueLocation.parse(location));
        uniqueEventId = true;
      }
      return this;
    }

    /**
     * Where the type is: {@code header.<name>}, {@code query.<name>}, {@code form.<name>} or a
     * JSONPath on the body.
     */
    public Builder eventType(@Nullable String location) {
      if (location != null) {
        eventType = options.read("event-type", () -> ValueLocation.parse(location));
      }
      return this;
    }

    /**
     * Where the ordering key is: {@code header.<name>}, {@code query.<name>}, {@code form.<name>}
     * or a JSONPath on the body.
     */
    public Builder orderingKey(@Nullable String location) {
      if (location != null) {
        orderingKey = options.read("ordering-key", () -> ValueLocation.parse(location));
      }
      return this;
    }

    public Builder keepHeaders(List<String> names) {
      this.keepHeaders = List.copyOf(names);
      return this;
    }

    public Builder perAddressPerSecond(@Nullable Integer requests) {
      this.perAddressPerSecond = requests;
      return this;
    }

    public Builder perSourcePerSecond(@Nullable Integer requests) {
      this.perSourcePerSecond = requests;
      return this;
    }

    public Builder acceptedStatus(@Nullable Integer status) {
      this.acceptedStatus = status == null ? acceptedStatus : status;
      return this;
    }

    /** The address as the sender knows it, without a query; needed where the scheme signs it. */
    public Builder publicUrl(@Nullable String url) {
      this.publicUrl = url;
      return this;
    }

    /**
     * Whether the events are CloudEvents, which say id and type in place of what the scheme says.
     */
    public Builder cloudEvents(@Nullable Boolean cloudEvents) {
      this.cloudEvents = cloudEvents == null ? this.cloudEvents : cloudEvents;
      if (this.cloudEvents && Objects.equals(eventId, scheme.eventId())) {
        eventId = null;
        uniqueEventId = false;
      }
      if (this.cloudEvents && Objects.equals(eventType, scheme.eventType())) {
        eventType = null;
      }
      return this;
    }

    /** Whether bodies with {@code Content-Encoding: gzip} are inflated before verification. */
    public Builder gzip(boolean gzip) {
      this.gzip = gzip;
      return this;
    }

    /** From where requests are taken, such as {@code 192.0.2.0/24}; none for everywhere. */
    public Builder allowNetworks(List<String> networks) {
      for (String network : networks) {
        allowNetworks.add(options.read("allow-networks", () -> Network.parse(network)));
      }
      return this;
    }

    /** What the sender shows in its handshake, a text of your choice that you gave it. */
    public Builder verifyToken(@Nullable String token) {
      options.must(
          token == null || token.isEmpty() || scheme.needsVerifyToken(),
          "verify-token",
          "must be left out, since no handshake of scheme " + scheme.name() + " shows one");
      this.verifyToken =
          token == null || token.isEmpty()
              ? null
              : options.read("verify-token", () -> SigningSecret.parse(token, SecretEncoding.UTF8));
      return this;
    }

    /** Whether requests whose signature is not valid are kept apart, for an operator. */
    public Builder quarantine(boolean quarantine) {
      this.quarantine = quarantine;
      return this;
    }

    /**
     * Whether the trace of the sender's {@code traceparent} goes on here; it does unless this says
     * no.
     */
    public Builder continueTrace(boolean continueTrace) {
      this.continueTrace = continueTrace;
      return this;
    }

    /**
     * The definition.
     *
     * @throws IllegalArgumentException if an option is wrong; the message names it and the cure
     */
    public SourceDefinition build() {
      options.must(
          scheme.isSigned() || unsignedAllowed,
          "scheme",
          "must be one that signs: scheme "
              + scheme.name()
              + " is for gamma.webhook.mode: dev only, since anybody may then be the sender");
      return new SourceDefinition(
          name,
          path,
          scheme,
          secrets,
          tolerance,
          maxBodySize,
          mediaTypes,
          eventId,
          uniqueEventId,
          eventType,
          orderingKey,
          keepHeaders,
          perAddressPerSecond,
          perSourcePerSecond,
          acceptedStatus,
          publicUrl,
          cloudEvents,
          gzip,
          allowNetworks,
          verifyToken,
          quarantine,
          continueTrace,
          managedSecrets);
    }
  }
}
