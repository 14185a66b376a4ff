package io.gammawebhook.springboot;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * One sender, {@code gamma.webhook.sources.<name>}.
 *
 * @param path Exact path of its endpoint. Default: /webhooks/ and the source's name.
 * @param scheme How it signs: a name in the scheme catalogue, or a definition in place.
 * @param secrets Its signing secrets; several while they are rotated. Each is a placeholder such as
 *     '${GAMMA_WEBHOOK_SECRET}', 'file:' and a path, or '{{…}}' for Camel's vaults; or has a
 *     'value', a 'name', 'not-before' and 'not-after'.
 * @param tolerance How far a signed time may be from ours, 1s to 1h. The scheme gives the default.
 * @param maxBodySize The largest body that is read, 1B to 64MB.
 * @param eventId Where the event's id is: 'header.&lt;name&gt;', 'query.&lt;name&gt;',
 *     'form.&lt;name&gt;' or a JSONPath such as '$.id'.
 * @param eventType Where the event's type is, in the same form.
 * @param orderingKey JSONPath to what events have in common that belong in order.
 * @param keepHeaders Request headers that a route may see, as one map property.
 * @param mediaTypes The media types that are accepted; empty for any.
 * @param acceptedStatus The status of an accepted event where the sender wants another than 202.
 * @param publicUrl The endpoint's address as the sender knows it, for schemes that sign it.
 * @param cloudEvents Whether its events are CloudEvents. The scheme gives the default.
 * @param gzip Whether a body with 'Content-Encoding: gzip' is inflated before it is verified.
 * @param allowNetworks From where requests are taken, such as 192.0.2.0/24; empty for everywhere.
 * @param verifyToken What the sender shows in its handshake, for schemes that have that.
 * @param onInvalidSignature What becomes of a request whose signature is not valid: 'reject'
 *     answers 401; 'quarantine' keeps it apart for an operator and answers as for an event.
 * @param limits Rates over which the sender gets 429. Default: none.
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
        limits);
  }
}
