package io.gammawebhook.verify;

import static io.gammawebhook.testing.GeneratedPage.code;

import io.gammawebhook.testing.GeneratedPage;
import io.gammawebhook.verify.ValueLocation.InHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/schemes.md} is made of the catalogue. After a change of it: {@code mvn test
 * -Dtest=SchemesPageTest -Dschemes.write=true}.
 */
class SchemesPageTest {

  @Test
  void thePageShowsTheCatalogue() throws IOException {
    GeneratedPage page =
        new GeneratedPage(
            "schemes",
            "Signature schemes",
            "Made of the catalogue by SchemesPageTest; change the schemes, or the texts there.");
    page.paragraph(
        "A source names its scheme with `scheme: <name>`. What is not here is written in the same form into the",
        "configuration ([sources.md](sources.md#signature-schemes)).");
    page.table(
        "scheme", "of", "signature", "what is signed", "algorithm", "secret", "time", "answer");
    SchemeCatalogue catalogue = new SchemeCatalogue();
    for (String name : catalogue.names()) {
      page.cells(form(catalogue.byName(name), catalogue.description(name)));
    }
    page.paragraph(
        "`equality` means that the secret itself comes with each request: whoever sees one can send others. A",
        "captured request grows stale only where a time is signed.");
    page.table("scheme", "event id", "event type", "dedup key", "handshakes", "checked against");
    for (String name : catalogue.names()) {
      page.cells(event(catalogue.byName(name)));
    }
    page.paragraph(
        "The dedup key is the event id where that names one event and the signature covers it, else the digest of what is",
        "signed. A type in a header or query that nothing signs can be changed by whoever captures a request.",
        "\"Its library\" means: a request that the sender's own published library accepts is verified in the build",
        "(`src/test/vectors`); \"example\": one that its documentation publishes is; \"sample code\": one that is signed as the",
        "code of its documentation does it. The others follow the page that the scheme's file names. None was checked",
        "against a live sender.");
    page.check();
  }

  private static String[] form(SignatureScheme scheme, String description) {
    SignatureRule rule = scheme.signature();
    if (rule == null) {
      return cells(code(scheme.name()), description, "none", "", "", "", "", answer(scheme));
    }
    TimestampRule time = scheme.timestamp();
    return cells(
        code(scheme.name()),
        description,
        signature(rule),
        rule.signed() == null
            ? "nothing"
            : code(rule.signed().toString())
                + (rule.bodySha256() == null
                    ? ""
                    : ", with the body's SHA-256 in " + code(rule.bodySha256().toString()))
                + (rule.bodyUnsigned() ? "; **not the body**" : ""),
        rule.algorithm() + (rule.algorithm().isWeak() ? " (weak)" : ""),
        secret(rule),
        time == null
            ? "none"
            : code(time.location().toString())
                + ", "
                + time.format().words()
                + ", "
                + time.tolerance(),
        answer(scheme));
  }

  private static String signature(SignatureRule rule) {
    String at =
        rule.location() instanceof InHeader header
            ? code(header.name())
            : code(rule.location().toString());
    String encoding = "<" + rule.encoding() + ">";
    return at
        + ": "
        + code(
            rule.format() instanceof SignatureFormat.Pairs pairs
                ? "t=…," + pairs.version() + "=" + encoding
                : rule.format().write(List.of(encoding), java.util.Map.of()));
  }

  private static String secret(SignatureRule rule) {
    return switch (rule.secret()) {
      case WHSEC -> "`whsec_` and base64";
      case WHPK -> "the sender's public key: `whpk_` and base64";
      case HEX -> rule.algorithm().isSymmetric() ? "hex" : "the sender's public key in hex";
      case BASE64 -> "base64";
      case BASE64URL -> "base64url";
      case PEM -> "the sender's public key in PEM";
      case UTF8 -> "the text as it is";
    };
  }

  private static String answer(SignatureScheme scheme) {
    return scheme.acceptedStatus()
        + (scheme.answerBody() == null
            ? ""
            : scheme.answerBody().isEmpty() ? ", empty" : ", " + code(scheme.answerBody()));
  }

  private static String[] event(SignatureScheme scheme) {
    if (scheme.cloudEvents()) {
      return cells(
          code(scheme.name()),
          "the CloudEvent's `id`",
          "its `type`",
          "its `source` and `id`",
          handshakes(scheme),
          checked(scheme.name()));
    }
    ValueLocation id = scheme.eventId();
    boolean byId = id != null && scheme.uniqueId() && scheme.covers(id);
    return cells(
        code(scheme.name()),
        located(id, scheme),
        located(scheme.eventType(), scheme),
        byId ? "event id" : scheme.isSigned() ? "digest" : "digest of the body",
        handshakes(scheme),
        checked(scheme.name()));
  }

  private static String located(@Nullable ValueLocation location, SignatureScheme scheme) {
    if (location == null) {
      return "";
    }
    return code(location.toString())
        + (scheme.isSigned() && !scheme.covers(location) ? " (unsigned)" : "");
  }

  private static String handshakes(SignatureScheme scheme) {
    return scheme.handshakes().stream()
        .map(
            handshake ->
                handshake.method()
                    + " "
                    + handshake.name()
                    + (handshake.signed() ? ", signed" : "")
                    + (handshake.needsVerifyToken() ? ", with `verify-token`" : ""))
        .collect(Collectors.joining("; "));
  }

  private static String checked(String scheme) {
    List<String> by = new ArrayList<>();
    for (Vector vector : Vector.ofLibraries()) {
      if (vector.scheme().equals(scheme)) {
        by.add("its library, " + vector.origin());
      }
    }
    for (Vector vector : Vector.ofDocumentation()) {
      if (vector.scheme().equals(scheme)) {
        by.add("example of " + vector.origin());
      }
    }
    for (Vector vector : Vector.ofSampleCode()) {
      if (vector.scheme().equals(scheme)) {
        by.add("sample code of " + vector.origin());
      }
    }
    return by.stream().distinct().collect(Collectors.joining("; "));
  }

  private static String[] cells(String... cells) {
    return cells;
  }
}
