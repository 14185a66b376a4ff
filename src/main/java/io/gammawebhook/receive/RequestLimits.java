package io.gammawebhook.receive;

import io.gammawebhook.event.RateLimit;
import io.gammawebhook.event.ReferenceGenerator;
import io.gammawebhook.measure.RequestOutcome;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one source's requests may be, and how many. Before verification the rate is counted by
 * network address, after it by source: forgers cannot spend an honest sender's rate.
 */
final class RequestLimits {

  private static final RequestOutcome PER_ADDRESS = RequestOutcome.refused("rate-per-address");
  private static final RequestOutcome PER_SOURCE = RequestOutcome.refused("rate-per-source");

  private final SourceDefinition definition;
  private final InstantSource clock;
  private final Set<String> methods;
  private final @Nullable AddressMeters perAddress;
  private final RateLimit.@Nullable Meter perSource;

  RequestLimits(SourceDefinition definition, ReferenceGenerator references, InstantSource clock) {
    this.definition = definition;
    this.clock = clock;
    this.methods = definition.scheme().methods();
    Integer address = definition.perAddressPerSecond();
    Integer source = definition.perSourcePerSecond();
    // The lower half of a reference is random, and this one is never shown to anybody.
    perAddress =
        address == null
            ? null
            : new AddressMeters(
                RateLimit.perSecond(address, address),
                references.next(0).value().getLeastSignificantBits());
    perSource = source == null ? null : new RateLimit.Meter(RateLimit.perSecond(source, source));
  }

  @Nullable Answer admit(
      String method, long contentLength, @Nullable String contentType, String remoteAddress) {
    if (!methods.contains(method)) {
      return Answers.methodNotAllowed(methods);
    }
    if (!definition.allowNetworks().isEmpty() && !isAllowed(remoteAddress)) {
      return Answers.networkNotAllowed();
    }
    if (perAddress != null) {
      long wait = perAddress.refusal(remoteAddress, RateLimit.nanos(clock.instant()));
      if (wait > 0) {
        return Answers.tooMany(wait, PER_ADDRESS);
      }
    }
    if (contentLength > definition.maxBodySize()) {
      return Answers.tooLarge();
    }
    return definition.mediaTypes().isEmpty() || !method.equals("POST") || isAccepted(contentType)
        ? null
        : Answers.unsupportedMediaType();
  }

  private boolean isAllowed(String remoteAddress) {
    byte[] address = Network.bytes(remoteAddress);
    return definition.allowNetworks().stream().anyMatch(network -> network.contains(address));
  }

  private boolean isAccepted(@Nullable String contentType) {
    if (contentType == null) {
      return false;
    }
    int parameters = contentType.indexOf(';');
    String type = parameters < 0 ? contentType : contentType.substring(0, parameters);
    return definition.mediaTypes().contains(type.strip().toLowerCase(Locale.ROOT));
  }

  /** What to answer to a verified request that is over the source's rate, or null. */
  @Nullable Answer admitVerified() {
    if (perSource == null) {
      return null;
    }
    long wait = perSource.refusal(RateLimit.nanos(clock.instant()));
    return wait > 0 ? Answers.tooMany(wait, PER_SOURCE) : null;
  }
}
