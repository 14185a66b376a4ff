package io.gammawebhook.receive;

import io.gammawebhook.event.ReferenceGenerator;
import io.gammawebhook.event.WebhookEvent;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.Acceptance.NotStored;
import io.gammawebhook.inbox.Acceptance.NotStored.Cause;
import io.gammawebhook.inbox.Intake;
import io.gammawebhook.verify.SignatureVerifier;
import io.gammawebhook.verify.Tolerance;
import io.gammawebhook.verify.Verification;
import io.gammawebhook.verify.Verification.Rejected;
import io.gammawebhook.verify.Verified;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One source, ready to receive. The steps are called in order: {@link #admit} before the body is
 * read, {@link #verify} with the whole request, {@link #accept} with what that one made. None of
 * them throws or blocks, whatever a sender types. Safe for use by many threads.
 */
public final class Receiver {

  private final SourceDefinition definition;
  private final Intake inbox;
  private final ReferenceGenerator references;
  private final InstantSource clock;
  private final SignatureVerifier verifier;
  private final RequestLimits limits;
  private final EventReader reader;
  private final RejectionAudit rejections;

  public Receiver(
      SourceDefinition definition,
      Intake inbox,
      ReferenceGenerator references,
      InstantSource clock) {
    this.definition = definition;
    this.inbox = inbox;
    this.references = references;
    this.clock = clock;
    verifier =
        new SignatureVerifier(
            definition.name(),
            definition.scheme(),
            definition.secrets(),
            new Tolerance(definition.tolerance()),
            definition.publicUrl(),
            clock);
    limits = new RequestLimits(definition, references, clock);
    reader = new EventReader(definition);
    rejections = new RejectionAudit(definition.name(), inbox, references, clock);
  }

  public SourceDefinition definition() {
    return definition;
  }

  /**
   * Everything that can be refused before the body is read.
   *
   * @param contentLength as declared, or -1 if it is not known
   * @param contentType the media type as sent, with its parameters
   * @param remoteAddress the peer's network address as text
   * @return what to answer, or null to go on
   */
  public @Nullable Answer admit(
      String method, long contentLength, @Nullable String contentType, String remoteAddress) {
    return limits.admit(method, contentLength, contentType, remoteAddress);
  }

  /** Checks the signature. A rejection is audited, within a bounded rate. */
  public VerifyResult verify(WebhookRequest request) {
    Verification verification = verifier.verify(request);
    if (verification instanceof Verified proof) {
      return new VerifyResult.Passed(new VerifiedRequest(request, proof));
    }
    rejections.add((Rejected) verification);
    return new VerifyResult.Refused(Answers.unverified());
  }

  /**
   * Offers the event to the inbox.
   *
   * @return completes with the answer, after the commit where that is 2xx; never exceptionally
   * @throws IllegalArgumentException if another source's verify step made {@code verified}, which
   *     is a fault of the wiring and not of a sender
   */
  public CompletionStage<Answer> accept(VerifiedRequest verified) {
    if (!verified.proof().source().equals(definition.name())) {
      throw new IllegalArgumentException(
          "A request verified for source "
              + verified.proof().source()
              + " came to the accept step of "
              + definition.name());
    }
    Answer over = limits.admitVerified();
    if (over != null) {
      return CompletableFuture.completedStage(over);
    }
    WebhookEvent event = reader.read(verified, references.next(clock.millis()));
    if (event == null) {
      return CompletableFuture.completedStage(Answers.badEventId());
    }
    try {
      return inbox
          .accept(event)
          .handle((acceptance, failure) -> failure == null ? answer(acceptance) : storeDown());
    } catch (RuntimeException e) {
      // Against its contract; but never a 2xx or a lost answer for what is not known to be stored.
      return CompletableFuture.completedStage(storeDown());
    }
  }

  private Answer answer(Acceptance acceptance) {
    if (acceptance instanceof Acceptance.Accepted accepted) {
      return own(Answers.accepted(definition.acceptedStatus(), accepted.reference()));
    }
    if (acceptance instanceof Acceptance.Duplicate duplicate) {
      return own(Answers.duplicate(duplicate.first()));
    }
    Cause cause = ((NotStored) acceptance).cause();
    return cause == Cause.LINE_FULL ? Answers.unavailable(1) : storeDown();
  }

  /** With the text that the sender wants to read, if it does. */
  private Answer own(Answer answer) {
    String body = definition.scheme().answerBody();
    return body == null ? answer : Answers.withText(answer.status(), body);
  }

  private static Answer storeDown() {
    return Answers.unavailable(5);
  }
}
