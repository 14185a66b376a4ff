package io.gammawebhook.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.verify.ValueLocation.InHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  private static final Path PAGE = Path.of("docs/schemes.md");

  @Test
  void thePageShowsTheCatalogue() throws IOException {
    String page = page();
    if (Boolean.getBoolean("schemes.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE)).isEqualTo(page);
  }

  private static String page() {
    List<String> lines = new ArrayList<>();
    lines.add("# Signature schemes");
    lines.add("");
    lines.add(
        "<!-- Made of the catalogue by SchemesPageTest; change the schemes, or the texts there. -->");
    lines.add("");
    lines.add(
        "A source names its scheme with `scheme: <name>`. What is not here is written in the same form into the");
    lines.add("configuration ([configuration.md](configuration.md#signature-schemes)).");
    lines.add("");
    lines.add("| scheme | of | signature | what is signed | algorithm | secret | time | answer |");
    lines.add("|---|---|---|---|---|---|---|---|");
    SchemeCatalogue catalogue = new SchemeCatalogue();
    for (String name : catalogue.names()) {
      lines.add(form(catalogue.byName(name), catalogue.description(name)));
    }
    lines.add("");
    lines.add(
        "`equality` means that the secret itself comes with each request: whoever sees one can send others. A");
    lines.add("captured request grows stale only where a time is signed.");
    lines.add("");
    lines.add("| scheme | event id | event type | dedup key | handshakes | checked against |");
    lines.add("|---|---|---|---|---|---|");
    for (String name : catalogue.names()) {
      lines.add(event(catalogue.byName(name)));
    }
    lines.add("");
    lines.add(
        "The dedup key is the event id where that names one event and the signature covers it, else the digest of what is");
    lines.add(
        "signed. A type in a header or query that nothing signs can be changed by whoever captures a request.");
    lines.add(
        "\"Its library\" means: a request that the sender's own published library accepts is verified in the build");
    lines.add(
        "(`src/test/vectors`); \"example\": one that its documentation publishes is; \"sample code\": one that is signed as the");
    lines.add(
        "code of its documentation does it. The others follow the page that the scheme's file names. None was checked");
    lines.add("against a live sender.");
    return String.join("\n", lines) + "\n";
  }

  private static String form(SignatureScheme scheme, String description) {
    SignatureRule rule = scheme.signature();
    if (rule == null) {
      return row(code(scheme.name()), description, "none", "", "", "", "", answer(scheme));
    }
    TimestampRule time = scheme.timestamp();
    return row(
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
                : rule.format().write(encoding, java.util.Map.of()));
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

  private static String event(SignatureScheme scheme) {
    if (scheme.cloudEvents()) {
      return row(
          code(scheme.name()),
          "the CloudEvent's `id`",
          "its `type`",
          "its `source` and `id`",
          handshakes(scheme),
          checked(scheme.name()));
    }
    ValueLocation id = scheme.eventId();
    boolean byId = id != null && scheme.uniqueId() && scheme.covers(id);
    return row(
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

  private static String row(String... cells) {
    return "| "
        + String.join(" | ", List.of(cells).stream().map(cell -> cell.replace("|", "\\|")).toList())
        + " |";
  }

  private static String code(String text) {
    return "`" + text + "`";
  }
}
