package io.gammawebhook.verify;

import io.gammawebhook.event.RawBody;
import io.gammawebhook.event.SourceName;

/**
 * A request that its source has signed (or that a source of scheme {@code none} let pass). Only
 * {@link SignatureVerifier} makes one, so whoever holds it holds the proof.
 */
public final class Verified implements Verification {

  private final SourceName source;
  private final RawBody body;
  private final SignedContent content;

  Verified(SourceName source, RawBody body, SignedContent content) {
    this.source = source;
    this.body = body;
    this.content = content;
  }

  public SourceName source() {
    return source;
  }

  public RawBody body() {
    return body;
  }

  /**
   * SHA-256 of exactly the bytes that the signature covers: equal for a captured request that is
   * sent again under any other unsigned header. 32 bytes, computed at each call.
   */
  public byte[] signedContentSha256() {
    return content.sha256();
  }

  @Override
  public String toString() {
    return "verified request of source " + source + ", " + body;
  }
}
