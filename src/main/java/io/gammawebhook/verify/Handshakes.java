package io.gammawebhook.verify;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers the handshakes of one source's sender. Safe for use by many threads. */
public final class Handshakes {

  private final List<Handshake> all;
  private final Keyring keyring;
  private final @Nullable SigningSecret verifyToken;
  private final InstantSource clock;
  private final Map<ValueLocation, ValueReader> readers;

  /**
   * @param keyring the source's secrets, for answers that are made with one
   * @param verifyToken what a sender shows in its handshake, where its scheme has that
   */
  public Handshakes(
      SignatureScheme scheme,
      Keyring keyring,
      @Nullable SigningSecret verifyToken,
      InstantSource clock) {
    this.all = scheme.handshakes();
    this.keyring = keyring;
    this.verifyToken = verifyToken;
    this.clock = clock;
    this.readers =
        RequestValues.readers(
            all.stream().flatMap(handshake -> handshake.locations().stream()).toList());
  }

  /** What to answer before anything is verified; null if the request is no such handshake. */
  public @Nullable HandshakeAnswer beforeVerification(SignedRequest request) {
    return answer(request, false);
  }

  /** What to answer to a request whose signature was verified; null if it is no handshake. */
  public @Nullable HandshakeAnswer afterVerification(SignedRequest request) {
    return answer(request, true);
  }

  /** The handshake that the request would be with the right verify token; null if none. */
  public @Nullable String lackingOnlyTheToken(SignedRequest request) {
    HandshakeText.Values values = values(request);
    return all.stream()
        .filter(handshake -> handshake.lacksOnlyTheToken(request, values))
        .map(Handshake::name)
        .findFirst()
        .orElse(null);
  }

  private HandshakeText.Values values(SignedRequest request) {
    RequestValues read = new RequestValues(request, null, readers);
    return new HandshakeText.Values() {
      @Override
      public String only(ValueLocation location) throws Refusal {
        return read.only(location);
      }

      @Override
      public byte[] hmac(String text) throws Refusal {
        return keyring.hmacSha256(text, clock.instant());
      }
    };
  }

  private @Nullable HandshakeAnswer answer(SignedRequest request, boolean signed) {
    if (all.isEmpty()) {
      return null;
    }
    HandshakeText.Values values = values(request);
    for (Handshake handshake : all) {
      if (handshake.signed() == signed) {
        HandshakeAnswer answer = handshake.answer(request, values, verifyToken);
        if (answer != null) {
          return answer;
        }
      }
    }
    return null;
  }
}
