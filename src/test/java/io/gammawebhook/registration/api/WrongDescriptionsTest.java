package io.gammawebhook.registration.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gammawebhook.verify.SecretText;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong with a description is said with its line, its option and the cure. */
class WrongDescriptionsTest {

  private static final String RIGHT = ExampleApi.yaml();

  static List<Arguments> faults() {
    return List.of(
        of("name: example", "name: Exa mple", 1, "name must be lower-case letters, digits and -"),
        of("https://api.shop", "http://api.shop", 5, "base-url must be an address such as https:"),
        of("scheme: standard-webhooks", "scheme: A B", 6, "scheme must be the name of a signature"),
        of("header: X-Api-Key", "header: Content-Type", 8, "auth.header must be a header's name"),
        of("header: X-Api-Key", "headr: X-Api-Key", 8, "auth.headr is not an option here; delete"),
        of("header: X-Api-Key", "headr: X-Api-Key", 7, "auth.header is needed: such as Author"),
        of("value: \"{credentials}\"", "value: abc", 9, "auth.value must hold {credentials} and"),
        of("value: \"{credentials}\"", "value: {credentials}", 9, "auth.value must be one text; a"),
        of("Accept: app", "x-api-key: app", 10, "headers must not hold x-api-key, which auth"),
        of(
            "    pattern: \"[a-z0-9-]+\"",
            "    pattern: \"[a-z\"",
            15,
            "parameters.team.pattern must"),
        of("    description: the", "    descripton: the", 13, "parameters.team.description is nee"),
        of("  team:\n", "  secret:\n", 13, "parameters.secret must be lower-case letters, digits"),
        of("  team:\n", "  team:\n    needed: no\n", 14, "parameters.team.needed must be one of ["),
        of("  team:\n", "  team:\n    needed: false\n", 22, "calls.list.path must not hold {team}"),
        of("  all: everything", "  every: thing", 16, "events.all is needed: the name for all ev"),
        of("calls:", "calls:\n  lst: {}", 19, "calls.lst is not an option here; delete or correct"),
        of("method: GET", "method: FETCH", 20, "calls.list.method must be one of [GET, POST, PUT"),
        of("method: GET", "methd: GET", 19, "calls.list.method is needed: such as POST"),
        of(
            "path: /teams/{team}/hooks\n  create",
            "path: hooks\n  create",
            21,
            "calls.list.path mu"),
        of(
            "path: /teams/{team}/hooks\n  create",
            "path: /{id}\n  create",
            21,
            "the variable {id}, "),
        of(
            "target: \"{url}\"",
            "target: {url}",
            27,
            "calls.create.body.hook.target must be one te"),
        of(
            "target: \"{url}\"",
            "target: \"{uri}\"",
            25,
            "calls.create.body has the variable {uri},"),
        of(
            "target: \"{url}\"",
            "target: \"{ur\"",
            27,
            "calls.create.body.hook.target must have bra"),
        of("target: \"{url}\"", "target: abc", 18, "calls must say {url} in the body of create"),
        of(
            "hooks/{id}\n    body",
            "hooks\n    body",
            32,
            "calls.update.path must hold {id}: the ca"),
        of(
            "method: DELETE",
            "method: DELETE\n    body: {}",
            40,
            "calls.delete.body goes with no DEL"),
        of(
            "key: \"{secret}\"",
            "key: abc",
            18,
            "calls must let somebody know the secret: say {sec"),
        of(
            "paging:",
            "pagin:",
            41,
            "pagin is not an option here; delete or correct it: there are "),
        of("kind: page-number", "kind: pages", 42, "paging.kind must be one of [cursor, last-id"),
        of("kind: page-number", "kind: cursor", 41, "paging.next is needed: where the answer has"),
        of("kind: page-number", "kind: last-id", 41, "paging.more is needed: where the answer"),
        of("items: hooks", "items: $..hooks[*]", 44, "items must be the names of fields with dots"),
        of("items: hooks", "", 1, "items is needed: where the entries of a list are"),
        of("  id: uid\n", "", 45, "fields.id is needed: such as id"),
        of(
            "  id: uid\n",
            "  id: uid\n  marker: m\n",
            45,
            "fields must have marker where, and only"),
        of("status: 400", "status: 200", 51, "errors.special[0].status must be between 400 and"),
        of("means: conflict", "means: trouble", 53, "errors.special[0].means must be one of [cred"),
        of("      text: target is taken\n", "", 51, "errors.special[0].status alone says nothing"));
  }

  private static Arguments of(String right, String wrong, int line, String fault) {
    return Arguments.of(right, wrong, line, fault);
  }

  @ParameterizedTest(name = "{3}")
  @MethodSource("faults")
  void eachFaultHasLineOptionAndCure(String right, String wrong, int line, String fault) {
    assertThat(RIGHT).contains(right);
    InvalidApiException thrown =
        catchThrowableOfType(InvalidApiException.class, () -> read(RIGHT.replace(right, wrong)));
    assertThat(thrown.faults())
        .anySatisfy(
            each -> assertThat(each).startsWith("hooks.yaml, line " + line + ": ").contains(fault));
  }

  @Test
  void allFaultsAreSaidAtOnce() {
    InvalidApiException thrown =
        catchThrowableOfType(
            InvalidApiException.class,
            () ->
                read(
                    RIGHT
                        .replace("name: example", "name: A B")
                        .replace("kind: page-number", "kind: pages")
                        .replace("  url: target", "  adress: target")));
    assertThat(thrown.faults()).hasSize(4);
    assertThat(thrown).hasMessage(String.join("\n", thrown.faults()));
  }

  @Test
  void whatIsNoDescriptionAtAllIsRefused() {
    assertRefused("", "hooks.yaml is empty");
    assertRefused("- a", "hooks.yaml, line 1: must be a mapping of options");
    assertRefused("a: [", "hooks.yaml is not YAML");
    assertRefused("name: a\nname: b", "hooks.yaml, line 2: name is there twice; delete one");
    assertRefused("? [a]\n: b", "hooks.yaml is not YAML");
    assertRefused("calls: &a\n  create:\n    body: *a\n    list: *a", "hooks.yaml");
    assertRefused("calls: &a\n  create: *a", "hooks.yaml");
    assertRefused(
        IntStream.range(0, 3_000).mapToObj(i -> "a" + i + ": b\n").collect(Collectors.joining()),
        "hooks.yaml, line 2001: there are more than 2000 options; shorten it");
    assertRefused(
        RIGHT.replace("target: \"{url}\"", "target: " + "{a: ".repeat(50) + "1" + "}".repeat(50)),
        "hooks.yaml, line 27: ");
  }

  /** Each level refers ten times to the one below it. */
  @Test
  void aliasesThatMultiplyAreRefusedInTime() {
    StringBuilder yaml = new StringBuilder("a0: &a0 {x: y}\n");
    for (int level = 1; level < 4; level++) {
      yaml.append("a" + level + ": &a" + level + " [");
      yaml.append(("*a" + (level - 1) + ",").repeat(10)).append("]\n");
    }
    assertRefused(
        yaml + RIGHT.replace("target: \"{url}\"", "target: *a3"),
        "hooks.yaml, line 1: there are more than 2000 options");
  }

  private static void assertRefused(String yaml, String message) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(InvalidApiException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void aNameThatNobodyKnowsIsAnsweredWithThoseThereAre() {
    assertThatThrownBy(() -> new ApiCatalogue().named("githup"))
        .isInstanceOf(InvalidApiException.class)
        .hasMessage(
            "There is no API 'githup'; use one of [gamma, github, stripe, svix], or file: and the"
                + " path of a description");
    assertThatThrownBy(() -> new ApiCatalogue().named("../schemes/github"))
        .isInstanceOf(InvalidApiException.class);
  }

  @Test
  void theNameOfAFileStandsInForOneThatIsNotGiven() {
    ApiDescription api =
        new ApiCatalogue().fromYaml("hooks.yaml", "hooks", RIGHT.replace("name: example\n", ""));
    assertThat(api.name()).isEqualTo("hooks");
    assertThat(api).hasToString("hooks");
  }

  @Test
  void whatAConfigurationLacksIsSaidPerOption() {
    ApiDescription api =
        new ApiCatalogue()
            .fromYaml("hooks.yaml", "hooks", RIGHT.replace("events:\n  all: everything\n", ""));
    Account account =
        new Account(
            URI.create("https://x.example"),
            SecretText.valueOf("t"),
            Map.of("teem", "a"),
            Duration.ofSeconds(1));
    assertThat(api.faults(account, new Wanted("https://u", List.of(), true, null, "m")))
        .extracting(ApiDescription.Fault::option)
        .containsExactly("parameters.team", "parameters.teem", "events");
  }

  private static ApiDescription read(String yaml) {
    return new ApiCatalogue().fromYaml("hooks.yaml", "hooks", yaml);
  }
}
