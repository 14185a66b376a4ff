package io.gammawebhook.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gammawebhook.event.RawBody;
import io.gammawebhook.receive.Receiver;
import io.gammawebhook.receive.SourceDefinition;
import io.gammawebhook.verify.EventFields;
import io.gammawebhook.verify.LiveSecret;
import io.gammawebhook.verify.Signer;
import io.gammawebhook.verify.SigningSecret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An event before it is sent. What is not said is as {@link Sender#send} has it. */
public final class OutgoingEvent {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  private final Webhooks webhooks;
  private final Receiver receiver;
  private final String type;
  private final byte[] given;
  private final Map<String, String> headers = new LinkedHashMap<>();
  private String id = "evt_" + UUID.randomUUID();
  private boolean hasOwnId;
  private String mediaType = "application/json";
  private boolean forged;
  private @Nullable Instant signedAt;

  OutgoingEvent(Webhooks webhooks, Receiver receiver, String type, byte[] body) {
    this.webhooks = webhooks;
    this.receiver = receiver;
    this.type = type;
    this.given = body;
  }

  /** The sender's id of the event. Default: one that no other has. */
  public OutgoingEvent id(String eventId) {
    this.id = eventId;
    this.hasOwnId = true;
    return this;
  }

  /** A request header that the sender adds, in place of one of that name. */
  public OutgoingEvent header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  /** What the body is. Default: {@code application/json}. */
  public OutgoingEvent mediaType(String type) {
    this.mediaType = type;
    return this;
  }

  /** When it says that it was signed. Default: now, by the inbox's time. */
  public OutgoingEvent signedAt(Instant time) {
    this.signedAt = time;
    return this;
  }

  /** Signed by somebody who does not know the secret. */
  public OutgoingEvent forged() {
    this.forged = true;
    return this;
  }

  /**
   * Sends it, and waits for the answer, 30 seconds at most.
   *
   * @throws AssertionError if nobody answers, or only the sender itself can sign for the scheme
   * @throws IllegalArgumentException if the body says another id or type where the source reads it
   */
  public SentEvent send() {
    SourceDefinition source = receiver.definition();
    byte[] body = body(source);
    return new SentEvent(webhooks, this, source.name(), id, type, post(source, body));
  }

  /** The same bytes once more, signed at another time, as a sender does that missed the answer. */
  SentEvent sendAgain() {
    return send();
  }

  /** With id and type where the source reads them; the given bytes, if they are there already. */
  private byte[] body(SourceDefinition source) {
    if (!(parsed() instanceof ObjectNode event)) {
      return given;
    }
    EventFields fields = source.eventFields();
    String idInBody = fields.idIn(event);
    String typeInBody = fields.typeIn(event);
    mustAgree(typeInBody, type, "type");
    if (hasOwnId) {
      mustAgree(idInBody, id, "id");
    }
    id = idInBody == null ? id : idInBody;
    String before = event.toString();
    fields.write(event, id, type);
    return event.toString().equals(before) ? given : bytes(event);
  }

  private void mustAgree(@Nullable String inBody, String wanted, String what) {
    if (inBody != null && !inBody.equals(wanted)) {
      throw new IllegalArgumentException(
          "The body says the "
              + what
              + " '"
              + inBody
              + "' where the source '"
              + receiver.definition().name()
              + "' reads it, and the test '"
              + wanted
              + "': leave it out of one, or say the same");
    }
  }

  private @Nullable JsonNode parsed() {
    try {
      return MAPPER.readTree(given);
    } catch (IOException e) {
      return null;
    }
  }

  private static byte[] bytes(ObjectNode event) {
    try {
      return MAPPER.writeValueAsBytes(event);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Answer post(SourceDefinition source, byte[] body) {
    Instant time = webhooks.nextTime();
    Instant before = webhooks.now();
    Map<String, String> sent = new LinkedHashMap<>();
    sent.put("content-type", mediaType);
    sent.putAll(source.eventFields().headers(id, type));
    sent.putAll(signer(source).sign(id, signedAt == null ? time : signedAt, RawBody.of(body)));
    headers.forEach(
        (name, value) -> {
          sent.keySet().removeIf(name::equalsIgnoreCase);
          sent.put(name, value);
        });
    URI target = URI.create(webhooks.address() + source.path());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(target)
            .timeout(Duration.ofSeconds(30))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    sent.forEach(request::header);
    try {
      HttpResponse<String> answer =
          CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(answer.statusCode(), answer.body(), before);
    } catch (IOException e) {
      throw new AssertionError("Nobody answers at " + target + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("The test was interrupted while it sent an event", e);
    }
  }

  private Signer signer(SourceDefinition source) {
    String impossible = Signer.whyNot(source.scheme());
    if (impossible != null) {
      throw new AssertionError(
          impossible + ": no test can send events of the source '" + source.name() + "'");
    }
    return new Signer(source.scheme(), secret(source), source.publicUrl());
  }

  private @Nullable SigningSecret secret(SourceDefinition source) {
    if (!source.scheme().isSigned()) {
      return null;
    }
    if (forged) {
      return source
          .scheme()
          .parseSecret(source.scheme().secretEncoding().generate(new SecureRandom()));
    }
    Instant now = webhooks.now();
    return receiver.keyring().secrets().stream()
        .filter(secret -> secret.isLive(now))
        .findFirst()
        .map(LiveSecret::secret)
        .orElseThrow(
            () ->
                new AssertionError(
                    "No secret of the source '" + source.name() + "' counts at " + now));
  }

  /**
   * What came back.
   *
   * @param before a time, by the inbox's clock, before it was sent
   */
  record Answer(int status, String body, Instant before) {}
}
