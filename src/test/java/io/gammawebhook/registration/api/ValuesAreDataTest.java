package io.gammawebhook.registration.api;

import static io.gammawebhook.registration.api.ShippedApisTest.done;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;

/** Any text of a configuration arrives as the value that it is, and changes nothing around it. */
class ValuesAreDataTest {

  private static final String ENTRY =
      "{\"id\":\"x\",\"url\":\"u\",\"events\":[\"*\"],\"enabled_events\":[\"*\"],"
          + "\"enabled\":true,\"status\":\"enabled\",\"secret\":\"s\"}";

  private static final ScriptedApi SERVER = new ScriptedApi();
  private static final RegistrationApi GAMMA = SERVER.client("gamma", Map.of());
  private static final RegistrationApi STRIPE = SERVER.client("stripe", Map.of());

  @AfterContainer
  static void close() {
    SERVER.close();
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.oneOf(
            Arbitraries.of(
                "\",\"enabled\":false,\"x\":\"",
                "{url}",
                "{secret}",
                "&disabled=true",
                "a]=1&b[c",
                "%26disabled%3Dtrue",
                "+",
                "\r\n\r\nGET / HTTP/1.1",
                "${secret}",
                "{{secret}}",
                "\u0000"),
            Arbitraries.strings().ofMaxLength(40),
            Arbitraries.strings().withChars("\"\\/{}[]&=%+$# \n\t\u0000é€").ofMaxLength(40))
        .filter(text -> !text.isBlank() && text.length() <= 255)
        // No text has halves of pairs: UTF-8 cannot say them.
        .filter(text -> StandardCharsets.UTF_8.newEncoder().canEncode(text));
  }

  private static Wanted wanted(String url, String event, String description, String marker) {
    return new Wanted(url, List.of(event, "b"), true, description, marker);
  }

  @Property(tries = 150)
  void inJson(
      @ForAll("texts") String url,
      @ForAll("texts") String event,
      @ForAll("texts") String description,
      @ForAll("texts") String marker)
      throws JsonProcessingException {
    SERVER.answer(201, ENTRY);
    done(GAMMA.create(wanted(url, event, description, marker), null, "k"));
    JsonNode body = new ObjectMapper().readTree(SERVER.last().body());
    assertThat(body)
        .isEqualTo(
            new ObjectMapper()
                .valueToTree(
                    Map.of(
                        "url",
                        url,
                        "events",
                        List.of(event, "b"),
                        "description",
                        description,
                        "enabled",
                        true,
                        "metadata",
                        Map.of("registration", marker))));
  }

  @Property(tries = 150)
  void inForms(
      @ForAll("texts") String url,
      @ForAll("texts") String event,
      @ForAll("texts") String description,
      @ForAll("texts") String marker) {
    SERVER.answer(200, ENTRY);
    done(STRIPE.create(wanted(url, event, description, marker), null, "k"));
    List<String> fields = new ArrayList<>();
    for (String field : SERVER.last().body().split("&", -1)) {
      int equals = field.indexOf('=');
      fields.add(decoded(field.substring(0, equals)));
      fields.add(decoded(field.substring(equals + 1)));
    }
    assertThat(fields)
        .containsExactly(
            "url",
            url,
            "enabled_events[]",
            event,
            "enabled_events[]",
            "b",
            "description",
            description,
            "metadata[registration]",
            marker);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  /** An API may name its pages as it likes. */
  @Property(tries = 100)
  void inTheQuery(@ForAll("texts") String cursor) throws JsonProcessingException {
    SERVER.answer(
        200,
        new ObjectMapper().writeValueAsString(Map.of("data", List.of(), "next_cursor", cursor)));
    SERVER.answer(200, "{\"data\":[]}");
    done(GAMMA.list());
    String query = URI.create(SERVER.last().uri()).getRawQuery();
    assertThat(query).startsWith("limit=100&cursor=");
    assertThat(query.substring("limit=100&cursor=".length())).doesNotContain("&", "=", "+");
    assertThat(decoded(query.substring("limit=100&cursor=".length()))).isEqualTo(cursor);
  }

  /** A description without a pattern for a parameter takes any text in its path. */
  @Property(tries = 40)
  void inThePath(@ForAll("texts") String team) {
    if (team.matches("\\.{1,2}")) {
      return;
    }
    ApiDescription any =
        new ApiCatalogue()
            .fromYaml("x", "x", ExampleApi.yaml().replace("    pattern: \"[a-z0-9-]+\"\n", ""));
    SERVER.answer(204, "");
    done(SERVER.client(any, Map.of("team", team)).delete("7"));
    String uri = SERVER.last().uri();
    assertThat(uri).startsWith("/teams/").endsWith("/hooks/7");
    String sent = uri.substring("/teams/".length(), uri.length() - "/hooks/7".length());
    assertThat(sent).doesNotContain("/", "?", "#", "+");
    assertThat(decoded(sent)).isEqualTo(team);
  }
}
