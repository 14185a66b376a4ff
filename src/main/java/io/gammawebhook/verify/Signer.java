package io.gammawebhook.verify;

import io.gammawebhook.event.RawBody;
import io.gammawebhook.verify.ValueLocation.InHeader;
import io.gammawebhook.verify.ValueLocation.InSignature;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sender's side of a scheme, for samples and tests. Safe for use by many threads. */
public final class Signer {

  private final SignatureScheme scheme;
  private final List<SigningSecret> secrets;
  private final @Nullable String publicUrl;

  /**
   * @param secret null exactly where the scheme signs nothing
   * @param publicUrl the receiver's address, where the scheme signs it
   * @throws IllegalArgumentException if only the sender can sign, or the signature is no header
   */
  public Signer(
      SignatureScheme scheme, @Nullable SigningSecret secret, @Nullable String publicUrl) {
    this(scheme, secret == null ? List.of() : List.of(secret), publicUrl);
  }

  /**
   * One that signs with several secrets, as senders do while a secret is changed. Where a scheme
   * has place for one signature only, it is that of the first.
   *
   * @param secrets empty exactly where the scheme signs nothing
   * @param publicUrl the receiver's address, where the scheme signs it
   * @throws IllegalArgumentException if only the sender can sign, or the signature is no header
   */
  public Signer(SignatureScheme scheme, List<SigningSecret> secrets, @Nullable String publicUrl) {
    if (scheme.isSigned() == secrets.isEmpty()) {
      throw new IllegalArgumentException(
          "Scheme " + scheme.name() + (scheme.isSigned() ? " needs a secret" : " signs nothing"));
    }
    String fault = whyNot(scheme);
    if (fault != null) {
      throw new IllegalArgumentException(fault);
    }
    this.scheme = scheme;
    this.secrets = List.copyOf(secrets);
    this.publicUrl = publicUrl;
  }

  /** Why nobody but the sender can sign for the scheme; null if we can. */
  public static @Nullable String whyNot(SignatureScheme scheme) {
    SignatureRule rule = scheme.signature();
    if (rule == null) {
      return null;
    }
    if (!rule.algorithm().isSymmetric()) {
      return "Scheme " + scheme.name() + " is signed with a private key that only the sender has";
    }
    if (!(rule.location() instanceof InHeader) || rule.bodySha256() != null) {
      return "Scheme "
          + scheme.name()
          + " has its signature, or a digest that is signed, in the body or the query";
    }
    if (rule.keyId() != null) {
      return "Scheme " + scheme.name() + " names the key of a signature, which no sample does";
    }
    return null;
  }

  /**
   * The headers to send with the body, by lower-case name: the id and the time where the scheme has
   * them in headers, and the signature.
   *
   * @param eventId left out where the scheme has it in the body
   */
  public Map<String, String> sign(String eventId, Instant time, RawBody body) {
    Map<String, String> headers = new LinkedHashMap<>();
    Map<String, String> entries = new LinkedHashMap<>();
    if (scheme.eventId() instanceof InHeader id) {
      headers.put(id.name(), eventId);
    }
    TimestampRule timestamp = scheme.timestamp();
    if (timestamp != null) {
      String written = timestamp.format().write(time);
      if (timestamp.location() instanceof InHeader header) {
        headers.put(header.name(), written);
      } else if (timestamp.location() instanceof InSignature entry) {
        entries.put(entry.key(), written);
      }
    }
    SignatureRule rule = scheme.signature();
    if (rule != null && rule.location() instanceof InHeader header) {
      List<String> signatures = new ArrayList<>();
      for (SigningSecret secret : secrets) {
        byte[] signature =
            rule.signed() == null
                ? secret.key()
                : content(rule.signed(), headers, entries, body)
                    .mac(VerificationKey.mac(rule.algorithm(), secret));
        signatures.add(rule.encoding().encode(signature));
      }
      headers.put(header.name(), rule.format().write(signatures, entries));
    }
    return headers;
  }

  private SignedContent content(
      SignedTemplate template,
      Map<String, String> headers,
      Map<String, String> entries,
      RawBody body) {
    try {
      return template.render(new Sent(headers, entries, body));
    } catch (Refusal e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** A POST without a query; what a sample does not have is empty. */
  private final class Sent implements SignedTemplate.Values {
    private final Map<String, String> headers;
    private final Map<String, String> entries;
    private final RawBody body;

    Sent(Map<String, String> headers, Map<String, String> entries, RawBody body) {
      this.headers = headers;
      this.entries = entries;
      this.body = body;
    }

    @Override
    public String only(ValueLocation location) {
      if (location instanceof InHeader header) {
        return headers.getOrDefault(header.name(), "");
      }
      return location instanceof InSignature entry ? entries.getOrDefault(entry.key(), "") : "";
    }

    @Override
    public List<ByteBuffer> sortedForm() {
      List<ByteBuffer> form = FormText.sorted(body.bytes());
      return form == null ? List.of() : form;
    }

    @Override
    public byte[] body() {
      return body.bytes();
    }

    @Override
    public String method() {
      return "POST";
    }

    @Override
    public String publicUrl() {
      return publicUrl == null ? "" : publicUrl;
    }

    @Override
    public @Nullable String query() {
      return null;
    }
  }
}
