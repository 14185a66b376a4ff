package io.gammawebhook.springboot;

import io.gammawebhook.verify.SecretText;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * One sender, {@code gamma.webhook.sources.<name>}.
 *
 * @param path Exact path of its endpoint: segments of letters, digits and '. _ ~ -', at most 200
 *     characters, without the context path. Default: '/webhooks/' and the source's name.
 * @param scheme How it signs: a name in the scheme catalogue, 'file:' and the path of a definition,
 *     or a definition in place.
 * @param secrets Its signing secrets, at most 16; several while they are rotated. Each is a
 *     placeholder such as '${GAMMA_WEBHOOK_SECRET}', 'file:' and a path, or '{{…}}' for Camel's
 *     vaults; or has a 'value', a 'name', 'not-before' and 'not-after'.
 * @param tolerance How far a signed time may be from ours, 1s to 1h. Default: the scheme's.
 * @param maxBodySize The largest body that is read, 1B to 64MB.
 * @param eventId Where the event's id is: 'header.&lt;name&gt;', 'query.&lt;name&gt;',
 *     'form.&lt;name&gt;' or a JSONPath such as '$.id'. Whoever sets it says that the id names one
 *     event; it is the dedup key if the signature covers it. Default: the scheme's.
 * @param eventType Where the event's type is, in the same form. Default: the scheme's.
 * @param orderingKey Where it is that events have in common which belong together, in the same
 *     form. A route sees it; deliveries are not ordered by it. Default: none.
 * @param keepHeaders Request headers that a route may see, as one map property,
 *     'CamelWebhookHeaders'. They are stored. Default: none.
 * @param mediaTypes The media types that are accepted, without parameters. Others get 415. Default:
 *     any.
 * @param acceptedStatus The status of an accepted event where the sender wants another 2xx.
 *     Default: the scheme's, else 202.
 * @param publicUrl The endpoint's address as the sender knows it, such as
 *     'https://hooks.example.com/webhooks/twilio', without a query; needed where the scheme signs
 *     it.
 * @param cloudEvents Whether its events are CloudEvents. Default: the scheme's.
 * @param gzip Whether a body with 'Content-Encoding: gzip' is inflated before it is verified, to
 *     'max-body-size' at most. Otherwise its bytes are verified and stored as they came. One
 *     member, whose trailer says its length (as every library writes it), so that there is memory
 *     for it before it is inflated.
 * @param allowNetworks Networks from which requests are taken, such as '192.0.2.0/24'; from
 *     elsewhere 403, audited as 'network-not-allowed'. Default: everywhere.
 * @param verifyToken What the sender shows in its handshake, a text of your choice that you gave
 *     it; needed where the scheme has that.
 * @param onInvalidSignature What becomes of a request whose signature is not valid: 'reject'
 *     answers 401; 'quarantine' keeps it apart for an operator and answers as for an event, for
 *     senders that give up at the first 401.
 * @param continueTrace Whether the trace that a request names by W3C Trace Context ('traceparent'
 *     and 'tracestate') goes on in its deliveries. No signature covers it: a sender of whom you do
 *     not want to have traces begun or sampled has 'false', and a new trace begins here.
 * @param limits Rates over which the sender gets 429.
 */
public record SourceProperties(
    @Nullable String path,
    @DefaultValue("standard-webhooks") SchemeProperties scheme,
    @DefaultValue List<SecretProperties> secrets,
    @Nullable Duration tolerance,
    @DefaultValue("1MB") DataSize maxBodySize,
    @Nullable String eventId,
    @Nullable String eventType,
    @Nullable String orderingKey,
    @DefaultValue List<String> keepHeaders,
    @DefaultValue List<String> mediaTypes,
    @Nullable Integer acceptedStatus,
    @Nullable String publicUrl,
    @Nullable Boolean cloudEvents,
    @DefaultValue("false") boolean gzip,
    @DefaultValue List<String> allowNetworks,
    @Nullable SecretText verifyToken,
    @DefaultValue("reject") OnInvalidSignature onInvalidSignature,
    @DefaultValue("true") boolean continueTrace,
    @DefaultValue GammaWebhookProperties.Limits limits) {

  /** What becomes of a request whose signature is not valid. */
  public enum OnInvalidSignature {
    /** It is answered 401. */
    REJECT,
    /** It is kept apart, bounded, until an operator releases or discards it. */
    QUARANTINE
  }

  /** The same source with one other secret, for the one who signs. */
  public SourceProperties withSecret(SecretText secret) {
    return new SourceProperties(
        path,
        scheme,
        List.of(SecretProperties.of(secret)),
        tolerance,
        maxBodySize,
        eventId,
        eventType,
        orderingKey,
        keepHeaders,
        mediaTypes,
        acceptedStatus,
        publicUrl,
        cloudEvents,
        gzip,
        allowNetworks,
        verifyToken,
        onInvalidSignature,
        continueTrace,
        limits);
  }
}
