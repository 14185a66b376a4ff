package io.gammawebhook.springboot;

import io.gammawebhook.audit.Redaction;
import io.gammawebhook.receive.SourceDefinition;
import io.gammawebhook.verify.SignatureRule;
import io.gammawebhook.verify.SignatureScheme;
import io.gammawebhook.verify.ValueLocation;
import java.util.Collection;
import java.util.List;

/** Redacts where the schemes of sources have their signature, or the secret itself. */
final class SignatureRedaction {

  private SignatureRedaction() {}

  static Redaction of(Collection<SourceDefinition> sources) {
    return ofSchemes(sources.stream().map(SourceDefinition::scheme).toList());
  }

  static Redaction ofSchemes(Collection<SignatureScheme> schemes) {
    Redaction redaction = Redaction.none();
    for (SignatureScheme scheme : schemes) {
      SignatureRule signature = scheme.signature();
      if (signature != null) {
        redaction = redaction.plus(at(signature.location()));
      }
    }
    return redaction;
  }

  private static Redaction at(ValueLocation location) {
    if (location instanceof ValueLocation.InHeader header) {
      // A header's name may have a star in it, which then stands for more.
      return Redaction.ofHeaders(List.of(header.name()));
    }
    if (location instanceof ValueLocation.InBody body) {
      return Redaction.ofJsonPaths(List.of(body.jsonPath()));
    }
    if (location instanceof ValueLocation.InForm form && form.name().indexOf('\'') < 0) {
      return Redaction.ofJsonPaths(List.of("$['" + form.name() + "']"));
    }
    return Redaction.none();
  }
}
