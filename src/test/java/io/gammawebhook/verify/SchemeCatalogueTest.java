package io.gammawebhook.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemeCatalogueTest {

  private final SchemeCatalogue catalogue = new SchemeCatalogue();

  private static Path folder() {
    try {
      URI index =
          Objects.requireNonNull(
                  SchemeCatalogue.class.getResource("/io/gammawebhook/schemes/index.yaml"))
              .toURI();
      return Objects.requireNonNull(Path.of(index).getParent());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String standard() {
    try {
      return Files.readString(folder().resolve("standard-webhooks.yaml"), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theIndexNamesEveryDocumentAndEveryDocumentBearsItsFilesName() throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      List<String> names =
          files
              .map(file -> String.valueOf(file.getFileName()).replace(".yaml", ""))
              .filter(name -> !name.equals("index"))
              .sorted()
              .toList();
      assertThat(catalogue.names()).isEqualTo(names);
    }
    for (String name : catalogue.names()) {
      assertThat(catalogue.byName(name).name()).isEqualTo(name);
    }
  }

  @Test
  void standardWebhooksCoversIdAndBodyAndToleratesFiveMinutes() {
    SignatureScheme scheme = catalogue.byName("standard-webhooks");
    assertThat(Objects.requireNonNull(scheme.timestamp()).tolerance().value())
        .isEqualTo(Duration.ofMinutes(5));
    assertThat(scheme.covers(ValueLocation.parse("header.Webhook-Id"))).isTrue();
    assertThat(scheme.covers(ValueLocation.parse("$.id"))).isTrue();
    assertThat(scheme.covers(ValueLocation.parse("header.x-id"))).isFalse();
    assertThat(scheme.uniqueId()).isTrue();
    assertThat(scheme.acceptedStatus()).isEqualTo(202);
  }

  @Test
  void ofSchemeNoneNothingIsCovered() {
    SignatureScheme scheme = catalogue.byName("none");
    assertThat(scheme.isSigned()).isFalse();
    assertThat(scheme.covers(ValueLocation.parse("$.id"))).isFalse();
    assertThatThrownBy(() -> scheme.parseSecret("x")).isInstanceOf(IllegalStateException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"githup", "index", "", "../schemes/none", "Standard-Webhooks"})
  void anUnknownNameIsRefusedWithTheNamesThereAre(String name) {
    assertThatThrownBy(() -> catalogue.byName(name))
        .isInstanceOf(InvalidSchemeException.class)
        .hasMessageContaining("no scheme '" + name + "'")
        .hasMessageContaining(", gamma-hub, github, ");
  }

  @Test
  void anInlineDefinitionIsReadLikeADocument() {
    SignatureScheme scheme =
        catalogue.inline(
            "gamma.webhook.sources.shop.scheme",
            Map.of(
                "signature",
                Map.of(
                    "header", "X-Shop-Hmac",
                    "format", "prefixed",
                    "signed", "{body}",
                    "algorithm", "hmac-sha256",
                    "encoding", "base64",
                    "secret", "utf8"),
                "event",
                Map.of("id", "$.id", "unique-id", true),
                "answer",
                Map.of("accepted", 200)),
            option -> "");
    assertThat(Objects.requireNonNull(scheme.signature()).location())
        .isEqualTo(new ValueLocation.InHeader("x-shop-hmac"));
    assertThat(scheme.uniqueId()).isTrue();
    assertThat(scheme.acceptedStatus()).isEqualTo(200);
    assertThat(scheme.name()).isEqualTo("inline");
  }

  @Test
  void allThatIsWrongWithAnInlineDefinitionIsSaidWithItsPlace() {
    Map<String, String> signature =
        Map.of("header", "a b", "format", "prefixed", "algorithm", "md5", "secret", "utf8");
    Map<String, String> lines =
        Map.of("signature.header", "app.yaml - 7:9", "signature.format", "app.yaml - 8:9");
    assertThatThrownBy(
            () ->
                catalogue.inline(
                    "gamma.webhook.sources.x.scheme",
                    Map.of("signature", new TreeMap<>(signature)),
                    option -> lines.getOrDefault(option, "")))
        .isInstanceOf(InvalidSchemeException.class)
        .hasMessage(
            """
            app.yaml - 7:9: signature.header 'a b' is not a header name
            app.yaml - 8:9: signature.algorithm must be one of [hmac-sha1, hmac-sha256,\
             hmac-sha384, hmac-sha512, ed25519, ecdsa-sha256, rsa-sha256, equality], was 'md5'
            app.yaml - 8:9: signature.encoding is needed: hex, base64 or base64url""");
  }

  @Test
  void aWrongInlineDefinitionIsRefusedByItsOriginWhereItsPlaceIsNotKnown() {
    assertThatThrownBy(
            () ->
                catalogue.inline(
                    "gamma.webhook.sources.x.scheme",
                    Map.of("signature", Map.of("header", "a b")),
                    option -> ""))
        .isInstanceOf(InvalidSchemeException.class)
        .hasMessageStartingWith(
            "gamma.webhook.sources.x.scheme: signature.header 'a b' is not a header name\n");
  }

  @Test
  void allThatIsWrongWithADocumentIsSaid() {
    String wrong =
        standard()
            .replace("format: versioned-list", "formt: versioned-list")
            .replace("encoding: base64", "encoding: rot13")
            .replace("tolerance: 5m", "tolerance: soon")
            .replace("accepted: 202", "accepted: 404");
    assertThatThrownBy(() -> catalogue.fromYaml("my/scheme.yaml", "custom", wrong))
        .isInstanceOfSatisfying(
            InvalidSchemeException.class,
            e ->
                assertThat(e.faults())
                    .hasSize(5)
                    .allMatch(fault -> fault.startsWith("my/scheme.yaml, line "))
                    .anyMatch(
                        fault ->
                            fault.endsWith(
                                "signature.formt is not an option here; delete or correct it:"
                                    + " signature has accept-weak, algorithm, body, body-sha256,"
                                    + " encoding, field, format, header, key-id, prefix, secret,"
                                    + " signed, version")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hmac-sha256 | md5 | line 9: signature.algorithm must be one of [hmac-sha1, hmac-sha256,"
            + " hmac-sha384, hmac-sha512, ed25519, ecdsa-sha256, rsa-sha256, equality], was 'md5'",
        "encoding: base64 | encoding: rot13 | line 10: signature.encoding must be one of [hex,"
            + " base64, base64url, plain]",
        "secret: whsec | secret: rot | signature.secret must be one of [whsec, utf8, hex, base64,"
            + " base64url, whpk, pem]",
        "hmac-sha256 | ecdsa-sha256 | signature.secret whsec is no public key, and ecdsa-sha256"
            + " needs one: pem",
        "encoding: base64 | encoding: plain | signature.encoding plain is for algorithm equality",
        "secret: whsec | secret: pem | signature.secret pem is a public key, and hmac-sha256 takes"
            + " none",
        "hmac-sha256 | hmac-sha1 | line 9: signature.algorithm is hmac-sha1, which is weak; where",
        "hmac-sha256 | equality | signature.signed says something of algorithm equality",
        "  signed: | #signed: | signature.signed is needed",
        "{header.webhook-id}. | {header.webhook-id}{header.x}. | signature.signed has two variables with"
            + " nothing between",
        "{header.webhook-id} | {signature.t} | signature.signed has a {signature.<key>}, which only",
        "secret: whsec | body-sha256: header.x | signature.secret is needed",
        "  secret: whsec | {body: unsigned | is not YAML",
        "encoding: base64 | body: unsigned | signature.encoding is needed",
        "header: webhook-timestamp | field: a | line 13: timestamp.field must be header.<name>",
        "format: unix-seconds | field: $.t | timestamp.field and timestamp.header are both there",
        "versioned-list | list | line 6: signature.format must be one of [prefixed,"
            + " versioned-list, pairs]",
        "{body} | {bodi} | line 8: signature.signed has the unknown variable {bodi}; known are"
            + " {body}",
        ".{body} | .x | signature.signed must contain {body}",
        ".{body} | .{body | signature.signed has a '{' without its '}'",
        ".{body} | }.{body} | signature.signed has a '}' without its '{'",
        "header.webhook-timestamp}. | header.x}. | timestamp.header must be in signature.signed",
        "tolerance: 5m | tolerance: 0s | line 15: timestamp.tolerance must be between 1s and 1h",
        "tolerance: 5m | tolerance: 61m | timestamp.tolerance must be between 1s and 1h",
        "tolerance: 5m | tolerance: soon | timestamp.tolerance must be such as 30s, 5m or 1h",
        "  tolerance: 5m | | line 12: timestamp.tolerance is needed: such as 5m, from 1s to 1h",
        "unix-seconds | julian | timestamp.format must be one of [unix-seconds, unix-millis, iso-8601]",
        "accepted: 202 | accepted: 404 | answer.accepted must be between 200 and 299, was '404'",
        "accepted: 202 | acepted: 202 | answer.acepted is not an option here",
        "unique-id: true | unique-id: maybe | event.unique-id must be true or false, was 'maybe'",
        "id: header.webhook-id | id: webhook-id | event.id must be header.<name>, query.<name>,"
            + " form.<name> or a JSONPath",
        "version: v1 | version: 'v 1' | signature.version must be letters and digits",
        "name: standard-webhooks | name: A B | line 1: name must be lower-case letters",
        "type: $.type | id: $.id | event.id is there twice",
        "version: v1 | version: [v1] | signature.version must be one text, not a list",
        "answer: | answer: [ | is not YAML",
      })
  void aWrongDocumentIsRefusedWithFileLineAndCure(String right, String wrong, String message) {
    String changed = standard().replace(right, wrong == null ? "" : wrong);
    assertThatThrownBy(() -> catalogue.fromYaml("my/scheme.yaml", "custom", changed))
        .isInstanceOf(InvalidSchemeException.class)
        .hasMessageStartingWith("my/scheme.yaml")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "just text", "!!java$$$$%4 ", "- a list", "a: &x {b: *x}", "? [a]\n: b"})
  void aDocumentOfAnotherShapeIsRefused(String yaml) {
    assertThatThrownBy(() -> catalogue.fromYaml("my/scheme.yaml", "custom", yaml))
        .isInstanceOf(InvalidSchemeException.class)
        .hasMessageStartingWith("my/scheme.yaml");
  }

  @Property(tries = 300)
  void anyTextIsAParsedSchemeOrAnInvalidSchemeException(@ForAll String yaml) {
    try {
      assertThat(catalogue.fromYaml("x", "custom", yaml)).isNotNull();
    } catch (InvalidSchemeException e) {
      assertThat(e.getMessage()).startsWith("x");
    }
  }
}
