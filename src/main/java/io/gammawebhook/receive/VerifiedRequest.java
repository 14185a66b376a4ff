package io.gammawebhook.receive;

import io.gammawebhook.verify.Verified;

/** A request together with the proof of who sent it. Only {@link Receiver#verify} makes one. */
public final class VerifiedRequest {

  private final WebhookRequest request;
  private final Verified proof;

  VerifiedRequest(WebhookRequest request, Verified proof) {
    this.request = request;
    this.proof = proof;
  }

  public WebhookRequest request() {
    return request;
  }

  public Verified proof() {
    return proof;
  }

  @Override
  public String toString() {
    return proof.toString();
  }
}
