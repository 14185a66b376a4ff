package io.gammawebhook.simulator;

/** The calls of the registration API. */
public enum ApiCall {
  /** {@code GET /webhooks}. */
  LIST,
  /** {@code POST /webhooks}. */
  CREATE,
  /** {@code GET /webhooks/{id}}. */
  READ,
  /** {@code PATCH /webhooks/{id}}. */
  UPDATE,
  /** {@code DELETE /webhooks/{id}}. */
  DELETE,
  /** {@code POST /webhooks/{id}/rotate}. */
  ROTATE,
  /** {@code POST /webhooks/{id}/test}. */
  TEST
}
