package io.gammawebhook.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is said of a wrong file, before anything of it runs. */
class RouteFileCheckTest {

  private final CheckBench bench = new CheckBench();

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void theShippedFilesAreSoundAndTheirCheckLeavesNoThread() throws Exception {
    Set<String> before = threads();
    for (RouteFile file : CheckBench.shipped()) {
      assertThat(bench.check(file).problems()).as(file.name()).isEmpty();
    }
    Set<String> after = threads();
    after.removeAll(before);
    assertThat(after).isEmpty();
  }

  @Test
  void aFileSaysWhichNamesItWants() throws Exception {
    RouteFile gamma =
        CheckBench.shipped().stream()
            .filter(file -> file.name().contains("gamma"))
            .findFirst()
            .orElseThrow();

    CheckedFile checked = bench.check(gamma);

    assertThat(checked.names(Claim.Kind.ROUTE)).containsExactly("gamma");
    assertThat(checked.names(Claim.Kind.SUBSCRIPTION)).containsExactly("gamma/gamma");
    assertThat(checked.names(Claim.Kind.STEP)).contains("gamma-by-type", "gamma-has-no-type");
    assertThat(checked.calls()).extracting(Claim::name).contains("direct:to-email");
  }

  @Test
  void anUnknownComponentNamesTheLibraryThatBringsIt() {
    assertThat(bench.problems(route("kafka:orders")))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.place()).isEqualTo("routes/a.camel.yaml:6");
              assertThat(problem.fault()).contains("the component 'kafka', which is not there");
              assertThat(problem.cure())
                  .contains("org.apache.camel.springboot:camel-kafka-starter");
            });
    assertThat(bench.problems(route("dirct:x")).get(0).cure()).contains("Did you mean direct?");
  }

  @Test
  void allUnknownOptionsAreFoundAtOnce() {
    String file =
        "- route:\n    id: a\n    from:\n      uri: webhook-inbox\n      parameters:\n"
            + "        source: gamma\n        conurrency: 3\n      steps:\n        - to:\n"
            + "            uri: log:x\n            parameters:\n              showAl: true\n";

    List<RouteProblem> problems = bench.problems(file);

    assertThat(problems).extracting(RouteProblem::line).containsExactly(7, 12);
    assertThat(problems.get(0).fault()).contains("has the option conurrency, which is none");
    assertThat(problems.get(0).cure()).contains("Did you mean concurrency?");
    assertThat(problems.get(1).cure()).contains("Did you mean showAll?");
  }

  @Test
  void misspeltKeysAreFoundAtOnceAndNamedWithTheNearest() {
    String file =
        "- route:\n    id: a\n    descripton: x\n    from:\n      uri: direct:a\n      steps:\n"
            + "        - setHeadr:\n            name: x\n        - choice:\n            wen:\n"
            + "              - simple: ${body}\n";

    List<RouteProblem> problems = bench.problems(file);

    assertThat(problems).extracting(RouteProblem::line).containsExactly(3, 7, 10);
    assertThat(problems)
        .extracting(RouteProblem::cure)
        .satisfiesExactly(
            cure -> assertThat(cure).contains("description"),
            cure -> assertThat(cure).contains("setHeader"),
            cure -> assertThat(cure).contains("when"));
  }

  @Test
  void stepsThatAreNoListAreNamed() {
    String file =
        "- route:\n    id: a\n    from:\n      uri: direct:a\n      steps:\n        to:\n"
            + "          uri: log:x\n";

    assertThat(bench.problems(file))
        .singleElement()
        .satisfies(
            problem ->
                assertThat(problem.toString())
                    .contains("a.camel.yaml:6: What stands in 'steps' is a group of keys")
                    .contains("a list"));
  }

  @Test
  void aTabIsNamed() {
    assertThat(bench.problems("- route:\n\tid: a\n"))
        .singleElement()
        .satisfies(
            problem ->
                assertThat(problem.toString()).contains(":2: The line is indented with a tab"));
  }

  @Test
  void wrongSyntaxHasItsLine() {
    assertThat(bench.problems("- route:\n    id: a\n   from: x\n").get(0).line()).isEqualTo(3);
    assertThat(bench.problems("- route:\n    id: \"a\n").get(0).line()).isGreaterThan(1);
    assertThat(bench.problems("").get(0).fault()).isEqualTo("The file is empty");
    assertThat(bench.problems("# nothing\n").get(0).fault()).contains("only comments");
    assertThat(bench.problems("route:\n  id: a\n").get(0).fault()).contains("no list");
  }

  @Test
  void aWrongJsonPathIsNamedWithItsLine() {
    String file =
        "- route:\n    id: a\n    from:\n      uri: direct:a\n      steps:\n        - choice:\n"
            + "            when:\n              - expression:\n                  jsonpath:\n"
            + "                    expression: \"$[?(@.type =~ ]\"\n                steps:\n"
            + "                  - to: log:x\n";

    assertThat(bench.problems(file))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.line()).isEqualTo(10);
              assertThat(problem.fault()).contains("no JSONPath");
              assertThat(problem.cure()).contains("$.type");
            });
  }

  @Test
  void aSourceThatIsNotConfiguredIsNamed() {
    String file =
        "- route:\n    id: a\n    from:\n      uri: webhook-inbox:nope\n      steps:\n"
            + "        - to: log:x\n";

    assertThat(bench.problems(file))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.line()).isEqualTo(2);
              assertThat(problem.fault())
                  .contains("The route 'a' (webhook-inbox:nope) names the source 'nope'");
            });
  }

  @Test
  void aMissingBeanAndAPlaceholderThatNothingSetsAreNamed() {
    assertThat(bench.problems(route("jdbc:nope")).get(0).toString()).contains("'nope'");
    assertThat(bench.problems(route("log:{{gamma.nope}}")).get(0).toString())
        .contains(":6: The route 'a', in a step 'to', names {{gamma.nope}}, which is not set");
  }

  @Test
  void aKameletThatIsNotThereOrHasNoSuchParameterIsNamed() {
    assertThat(bench.problems(route("kamelet:webhook-twice-action")).get(0).toString())
        .contains("webhook-twice-action");
    assertThat(bench.problems(route("kamelet:webhook-once-action?efect=x")).get(0).toString())
        .contains("has no parameter 'efect'", "Did you mean effect?");
  }

  @Test
  void whatBelongsToTheIngressIsRefused() {
    String file =
        "- route:\n    id: webhook-ingress-gamma\n    from:\n      uri: direct:a\n      steps:\n"
            + "        - to: log:x\n";

    assertThat(bench.problems(file).get(0).fault()).contains("one of the ingress");
  }

  @Test
  void namesThatStandTwiceInAFileAreRefused() {
    assertThat(bench.problems(route("log:x") + route("log:y")))
        .anySatisfy(
            problem ->
                assertThat(problem.toString())
                    .contains(":8: The route id 'a' is that of line 2 already"));
  }

  @Test
  void templatesAndConfigurationsOfOtherFilesMayBeUsed() {
    RouteFile template =
        new RouteFile(
            "routes/t.camel.yaml",
            "- routeTemplate:\n    id: t\n    parameters:\n      - name: n\n    from:\n"
                + "      uri: \"direct:{{n}}\"\n      steps:\n        - to: log:x\n"
                + "- routeConfiguration:\n    id: c\n"
                + "- route:\n    id: other\n    from:\n      uri: nope:x\n      steps: []\n");
    RouteFile user =
        new RouteFile(
            "routes/u.camel.yaml",
            "- templatedRoute:\n    routeTemplateRef: t\n    routeId: u\n    parameters:\n"
                + "      - name: n\n        value: u\n");

    CheckedFile checked = bench.check(user, template);

    assertThat(checked.problems()).isEmpty();
    assertThat(checked.names(Claim.Kind.ENDPOINT)).containsExactly("direct:u");
    assertThat(checked.dependsOn(bench.check(template, user))).isTrue();
    assertThat(bench.check(user).problems()).isNotEmpty();
  }

  @Test
  void aFileThatIsNestedInItselfOrTooDeepIsRefused() {
    String bomb =
        "- &a0 [x]\n"
            + IntStream.range(1, 30)
                .mapToObj(i -> "- &a" + i + " [*a" + (i - 1) + ", *a" + (i - 1) + "]\n")
                .collect(Collectors.joining());
    for (String text :
        List.of("- &a\n  route: *a\n", "- a: " + "[".repeat(20_000) + "]".repeat(20_000))) {
      assertThat(bench.problems(text).get(0).fault()).contains("nests deeper than 100 levels");
    }
    assertThat(bench.problems(bomb).get(0).fault()).contains("Number of aliases");
  }

  @Test
  void aMisspeltKameletIsNamedWithItsLineAndTheNearestOne() {
    RouteProblem problem = bench.problems(route("kamelet:webhook-audit-acton?fact=x")).get(0);
    assertThat(problem.fault()).contains("webhook-audit-acton, which is not there");
    assertThat(problem.cure()).startsWith("Did you mean webhook-audit-action?");
  }

  @Test
  void aValueThatCannotBeReadHasTheLineOfItsOption() {
    String route =
        "- route:\n    id: a\n    from:\n      uri: webhook-inbox\n      parameters:\n"
            + "        source: gamma\n        %s\n      steps:\n        - to: log:x\n";
    RouteProblem number = bench.problems(route.formatted("concurrency: lots")).get(0);
    assertThat(number.line()).isEqualTo(7);
    assertThat(number.fault()).contains("has 'lots' where a number belongs");
    RouteProblem schedule = bench.problems(route.formatted("retrySchedule: 5s,5x")).get(0);
    assertThat(schedule.fault()).contains("retrySchedule");
    assertThat(schedule.line()).isEqualTo(7);
  }

  @Test
  void aSourceThatAnotherFileDefinesMayBeNamed() {
    RouteFile owner =
        new RouteFile(
            "routes/o.camel.yaml",
            "- route:\n    id: o\n    from:\n      uri: kamelet:gamma-webhook-source\n"
                + "      parameters:\n        source: shop\n        path: /webhooks/shop\n"
                + "        secrets: whsec_YSBzZWNyZXQgb2YgdGhlIHRlc3QsIDMyIGJ5dGVzISE=\n"
                + "      steps:\n        - to: log:x\n");
    RouteFile other =
        new RouteFile(
            "routes/u.camel.yaml",
            "- route:\n    id: u\n    from:\n      uri: webhook-inbox:shop\n      steps:\n"
                + "        - to: log:x\n");

    assertThat(bench.check(other, owner).problems()).isEmpty();
    assertThat(bench.check(other).problems().get(0).fault())
        .contains("names the source 'shop', which is not configured");
  }

  private static String route(String to) {
    return "- route:\n    id: a\n    from:\n      uri: direct:a\n      steps:\n        - to: \""
        + to
        + "\"\n";
  }

  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .collect(Collectors.toSet());
  }
}
