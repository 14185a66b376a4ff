package io.gammawebhook.verify;

import io.gammawebhook.event.RawBody;
import io.gammawebhook.verify.ValueLocation.InHeader;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sender's side of a scheme, for samples and tests. Safe for use by many threads. */
public final class Signer {

  private final SignatureScheme scheme;
  private final @Nullable SigningSecret secret;

  /**
   * @param secret null exactly where the scheme signs nothing
   */
  public Signer(SignatureScheme scheme, @Nullable SigningSecret secret) {
    if (scheme.isSigned() != (secret != null)) {
      throw new IllegalArgumentException(
          "Scheme " + scheme.name() + (scheme.isSigned() ? " needs a secret" : " signs nothing"));
    }
    this.scheme = scheme;
    this.secret = secret;
  }

  /**
   * The headers to send with the body, by lower-case name: the id and the time where the scheme has
   * them in headers, and the signature.
   *
   * @param eventId left out where the scheme has it in the body
   */
  public Map<String, String> sign(String eventId, Instant time, RawBody body) {
    Map<String, String> headers = new LinkedHashMap<>();
    if (scheme.eventId() instanceof InHeader id) {
      headers.put(id.name(), eventId);
    }
    TimestampRule timestamp = scheme.timestamp();
    if (timestamp != null) {
      headers.put(timestamp.header(), timestamp.format().write(time));
    }
    SignatureRule rule = scheme.signature();
    if (rule != null && secret != null) {
      byte[] signature =
          rule.signed()
              .render(name -> headers.getOrDefault(name, ""), body.bytes())
              .mac(rule.algorithm().keyed(secret));
      headers.put(rule.header(), rule.format().write(rule.encoding().encode(signature)));
    }
    return headers;
  }
}
