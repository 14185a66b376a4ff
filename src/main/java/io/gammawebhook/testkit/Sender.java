package io.gammawebhook.testkit;

import io.gammawebhook.receive.Receiver;
import java.nio.charset.StandardCharsets;

/** Sends events as the sender of one source does. */
public final class Sender {

  private final Webhooks webhooks;
  private final Receiver receiver;

  Sender(Webhooks webhooks, Receiver receiver) {
    this.webhooks = webhooks;
    this.receiver = receiver;
  }

  /**
   * Sends an event with an id of its own, signed with the source's secret, and waits for the
   * answer.
   *
   * @param type goes where the source reads it: into a header, or into the body if that is a JSON
   *     object without one
   * @param json the body
   * @throws AssertionError if nobody answers, or only the sender itself can sign for the scheme
   * @throws IllegalArgumentException if the body says another type where the source reads it
   */
  public SentEvent send(String type, String json) {
    return event(type, json).send();
  }

  /** The same, but signed by somebody who does not know the secret. */
  public SentEvent sendForged(String type, String json) {
    return event(type, json).forged().send();
  }

  /** An event that differs in more: its id, its headers, when it was signed. */
  public OutgoingEvent event(String type, String json) {
    return event(type, json.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * An event whose body is any bytes.
   *
   * @see OutgoingEvent#mediaType
   */
  public OutgoingEvent event(String type, byte[] body) {
    return new OutgoingEvent(webhooks, receiver, type, body.clone());
  }
}
