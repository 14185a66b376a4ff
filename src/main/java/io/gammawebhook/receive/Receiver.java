package io.gammawebhook.receive;

import io.gammawebhook.audit.AuditKind;
import io.gammawebhook.event.ReferenceGenerator;
import io.gammawebhook.event.TraceContext;
import io.gammawebhook.event.WebhookEvent;
import io.gammawebhook.inbox.Acceptance;
import io.gammawebhook.inbox.Acceptance.NotStored;
import io.gammawebhook.inbox.Acceptance.NotStored.Cause;
import io.gammawebhook.inbox.Intake;
import io.gammawebhook.inbox.UnverifiedRequest;
import io.gammawebhook.verify.HandshakeAnswer;
import io.gammawebhook.verify.Handshakes;
import io.gammawebhook.verify.Keyring;
import io.gammawebhook.verify.MismatchHints;
import io.gammawebhook.verify.RejectionReason;
import io.gammawebhook.verify.SignatureVerifier;
import io.gammawebhook.verify.Tolerance;
import io.gammawebhook.verify.Verification;
import io.gammawebhook.verify.Verification.Rejected;
import io.gammawebhook.verify.Verified;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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
  private final Keyring keyring;
  private final SignatureVerifier verifier;
  private final Handshakes handshakes;
  private final MismatchHints hints;
  private final RequestLimits limits;
  private final EventReader reader;
  private final RequestAudit rejections;
  private final RequestAudit shaken;
  private final Isolation isolation;

  /** One that knows of no other source. */
  public Receiver(
      SourceDefinition definition,
      Intake inbox,
      ReferenceGenerator references,
      InstantSource clock) {
    this(definition, inbox, references, clock, List::of);
  }

  /**
   * @param all the receivers of this node, whose secrets are looked at for hints to the operator
   */
  public Receiver(
      SourceDefinition definition,
      Intake inbox,
      ReferenceGenerator references,
      InstantSource clock,
      Supplier<List<Receiver>> all) {
    this.definition = definition;
    this.inbox = inbox;
    this.references = references;
    this.clock = clock;
    Tolerance tolerance = new Tolerance(definition.tolerance());
    keyring = new Keyring(definition.scheme(), definition.secrets(), definition.managedSecrets());
    verifier =
        new SignatureVerifier(
            definition.name(),
            definition.scheme(),
            keyring,
            tolerance,
            definition.publicUrl(),
            clock);
    hints =
        new MismatchHints(
            definition.name(),
            definition.scheme(),
            keyring,
            tolerance,
            definition.publicUrl(),
            clock,
            () ->
                all.get().stream()
                    .collect(
                        Collectors.toMap(
                            receiver -> receiver.definition.name(), receiver -> receiver.keyring)));
    handshakes = new Handshakes(definition.scheme(), keyring, definition.verifyToken(), clock);
    limits = new RequestLimits(definition, references, clock);
    reader = new EventReader(definition);
    rejections = new RequestAudit(AuditKind.REJECTED, definition.name(), inbox, references, clock);
    shaken = new RequestAudit(AuditKind.HANDSHAKE, definition.name(), inbox, references, clock);
    isolation = new Isolation(definition, inbox, rejections, clock);
  }

  public SourceDefinition definition() {
    return definition;
  }

  /**
   * The secrets that it verifies with: those of the definition, until they are replaced, and those
   * that a registration manages.
   */
  public Keyring keyring() {
    return keyring;
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
    Answer refusal = limits.admit(method, contentLength, contentType, remoteAddress);
    if (refusal != null && refusal.status() == 403) {
      rejections.add("network-not-allowed", () -> "from " + remoteAddress);
    }
    return refusal;
  }

  /**
   * Answers a handshake, or checks the signature. Handshakes and rejections are audited, each
   * within a bounded rate.
   */
  public VerifyResult verify(WebhookRequest sent) {
    Inflated inflated = Inflated.of(sent, definition);
    if (inflated.refusal() != null) {
      return new VerifyResult.Refused(inflated.refusal());
    }
    WebhookRequest request = inflated.request();
    HandshakeAnswer early = handshakes.beforeVerification(request);
    if (early != null) {
      return shaken(early);
    }
    if (!request.method().equals("POST")) {
      rejections.add("no-handshake", () -> noHandshake(request));
      return new VerifyResult.Refused(Answers.noHandshake());
    }
    Verification verification = verifier.verify(request);
    if (verification instanceof Rejected rejected) {
      if (isolation.wants(rejected)) {
        return new VerifyResult.Quarantined(
            isolation.keep(
                sent, rejected, () -> detail(rejected, request), references.next(clock.millis())));
      }
      rejections.add(rejected.reason().code(), () -> detail(rejected, request));
      return new VerifyResult.Refused(Answers.unverified(rejected.reason().code()));
    }
    HandshakeAnswer late = handshakes.afterVerification(request);
    return late != null
        ? shaken(late)
        : new VerifyResult.Passed(new VerifiedRequest(request, (Verified) verification));
  }

  /**
   * Verifies a quarantined request once more, as if it had come when it came, but with the source
   * as it is now.
   *
   * @param receivedAt when it came
   * @param withHint whether it is worth its time to look for why a signature does not fit
   */
  public Reverified reverify(UnverifiedRequest kept, Instant receivedAt, boolean withHint) {
    if (!definition.scheme().isSigned()) {
      return new Reverified.Refused(
          "unsigned", "the source's scheme signs nothing now, so that nothing shows who sent it");
    }
    WebhookRequest sent =
        new WebhookRequest(
            "POST",
            definition.path(),
            kept.query(),
            kept.headers(),
            kept.remoteAddress(),
            kept.body());
    Inflated inflated = Inflated.of(sent, definition);
    if (inflated.refusal() != null) {
      return new Reverified.Refused("malformed-body", "its body cannot be inflated");
    }
    WebhookRequest request = inflated.request();
    Verification verification = verifier.verify(request, receivedAt);
    if (verification instanceof Rejected rejected) {
      return new Reverified.Refused(
          rejected.reason().code(), withHint ? detail(rejected, request) : rejected.detail());
    }
    if (handshakes.afterVerification(request) != null) {
      return new Reverified.Refused("handshake", "it is a handshake of the sender, and no event");
    }
    WebhookEvent event =
        reader.read(new VerifiedRequest(request, (Verified) verification), kept.reference(), null);
    return event == null
        ? new Reverified.Refused("no-event-id", "it has no usable event id")
        : new Reverified.Valid(event);
  }

  private static final Set<RejectionReason> HINTED =
      EnumSet.of(RejectionReason.SIGNATURE_MISMATCH, RejectionReason.UNKNOWN_KEY);

  /** With a hint, where one can be had. */
  private String detail(Rejected rejected, WebhookRequest request) {
    if (!HINTED.contains(rejected.reason())) {
      return rejected.detail();
    }
    String hint = hints.of(request);
    if (hint == null && !definition.gzip() && !request.header("content-encoding").isEmpty()) {
      hint = "its body is compressed: if the sender signs what it compresses, set gzip: true";
    }
    return hint == null ? rejected.detail() : "no signature fits; but " + hint;
  }

  private String noHandshake(WebhookRequest request) {
    String almost = handshakes.lackingOnlyTheToken(request);
    return almost == null
        ? "its method is " + request.method() + ", and it is no handshake of the scheme"
        : "it is the handshake " + almost + " with another token than the source's verify-token";
  }

  private VerifyResult shaken(HandshakeAnswer answer) {
    if (!answer.isPossible()) {
      rejections.add(
          "no-handshake",
          () -> "the handshake " + answer.name() + " lacks its challenge, or has one of no form");
      return new VerifyResult.Refused(Answers.noHandshake());
    }
    shaken.add(answer.name(), () -> "answered " + answer.status());
    return new VerifyResult.Shaken(Answers.handshake(answer));
  }

  /** As {@link #accept(VerifiedRequest, TraceContext)}, where this node notes no traces. */
  public CompletionStage<Answer> accept(VerifiedRequest verified) {
    return accept(verified, null);
  }

  /**
   * Offers the event to the inbox.
   *
   * @param trace the trace in which this node has noted the request, which its deliveries continue;
   *     null for the sender's own, if the source continues that
   * @return completes with the answer, after the commit where that is 2xx; never exceptionally
   * @throws IllegalArgumentException if another source's verify step made {@code verified}, which
   *     is a fault of the wiring and not of a sender
   */
  public CompletionStage<Answer> accept(VerifiedRequest verified, @Nullable TraceContext trace) {
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
    WebhookEvent event = reader.read(verified, references.next(clock.millis()), trace);
    if (event == null) {
      rejections.add("no-event-id", this::noEventId);
      return CompletableFuture.completedStage(Answers.badEventId());
    }
    try {
      return inbox
          .accept(event)
          .handle(
              (acceptance, failure) -> failure == null ? answer(acceptance) : Answers.storeDown());
    } catch (RuntimeException e) {
      // Against its contract; but never a 2xx or a lost answer for what is not known to be stored.
      return CompletableFuture.completedStage(Answers.storeDown());
    }
  }

  private String noEventId() {
    return definition.cloudEvents()
        ? "it is verified, and no CloudEvent 1.0 with id, source and type, one to a request"
        : "it is verified, and has no text or number of 1 to 255 characters at "
            + definition.eventId();
  }

  private Answer answer(Acceptance acceptance) {
    if (acceptance instanceof Acceptance.Accepted accepted) {
      return Answers.accepted(definition, accepted.reference());
    }
    if (acceptance instanceof Acceptance.Duplicate duplicate) {
      return Answers.duplicate(definition, duplicate.first());
    }
    Cause cause = ((NotStored) acceptance).cause();
    return cause == Cause.LINE_FULL ? Answers.storeBusy() : Answers.storeDown();
  }
}
