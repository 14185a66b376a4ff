package io.gammawebhook.springboot.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command finds what is wrong, all at once, and makes nothing. */
class CheckCommandTest {

  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int check(String... more) {
    List<String> args = new ArrayList<>(List.of("check"));
    args.add("--gamma.webhook.data-dir=" + folder.resolve("data"));
    args.add("--camel.main.routes-include-pattern=file:" + folder + "/routes/*.camel.yaml");
    args.addAll(List.of(more));
    return CommandLine.run(
        args.toArray(String[]::new), new PrintWriter(out, true), new PrintWriter(err, true));
  }

  @Test
  void theShippedProductIsSoundAndNothingIsMade() throws Exception {
    copyRoutes();

    int exit = check("--gamma.webhook.mode=dev");

    assertThat(exit).as(out + "\n" + err).isZero();
    assertThat(out.toString()).contains("5 files of routes, 12 Kamelets, 1 source: sound");
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void whatIsWrongAnywhereIsSaidAtOnce() throws Exception {
    copyRoutes();
    write(
        "routes/wrong.camel.yaml",
        "- route:\n    id: wrong\n    from:\n      uri: webhook-inbox:nope\n      steps:\n"
            + "        - to: kafka:x\n");
    write("routes/tab.camel.yaml", "- route:\n\tid: tab\n");
    write("routes/twice.camel.yaml", Files.readString(Path.of("routes/to-http.camel.yaml")));
    write(
        "kamelets/my-sink.kamelet.yaml",
        "apiVersion: camel.apache.org/v1\nkind: Kamelet\nmetadata:\n  name: my-sink\nspec:\n"
            + "  definition:\n    properties:\n      url:\n        type: string\n      unused:\n"
            + "        type: string\n  template:\n    beans:\n      - name: b\n"
            + "        type: \"#class:com.example.Nope\"\n    from:\n      uri: kamelet:source\n"
            + "      steps:\n        - to: \"log:{{ulr}}\"\n");

    int exit =
        check(
            "--gamma.webhook.mode=dev",
            "--gamma.webhook.retry.jitter=7",
            "--gamma.mail.hst=x",
            "--gamma.routes.drian=1s",
            "--camel.component.kamelet.location=file:" + folder + "/kamelets,classpath:kamelets");

    assertThat(exit).isOne();
    assertThat(out.toString())
        .contains("gamma.webhook.retry.jitter: must be between 0 and 1, was 7.0")
        .contains("Did you mean gamma.mail.host?")
        .contains("Did you mean gamma.routes.drain?")
        .contains("routes/wrong.camel.yaml:6: The route 'wrong', in a step 'to', names the")
        .contains("routes/tab.camel.yaml:2: The line is indented with a tab")
        .contains("routes/twice.camel.yaml:3: The route id 'to-http' is that of")
        .contains("my-sink.kamelet.yaml:19: The template uses {{ulr}}, which is no parameter")
        .contains("Did you mean url?")
        .contains("my-sink.kamelet.yaml:10: The parameter 'unused' is declared")
        .contains("The bean's class com.example.Nope is not on the class path")
        .doesNotContain(SECRET);
  }

  @Test
  void aSourceAndASchemeThatAreWrongAreNamedAndTheRoutesAreLookedAtAllTheSame() throws Exception {
    copyRoutes();
    write("routes/a.camel.yaml", "- rout:\n    id: a\n");

    int exit =
        check(
            "--gamma.webhook.mode=dev",
            "--gamma.webhook.sources.gamma.scheme=githb",
            "--gamma.webhook.sources.gamma.secrets=" + SECRET);

    assertThat(exit).isOne();
    assertThat(out.toString())
        .contains("gamma.webhook.sources.gamma.scheme", "Did you mean github?")
        .contains("routes/a.camel.yaml:1: There is no key 'rout'")
        .doesNotContain(SECRET);
  }

  @Test
  void jsonIsForPrograms() throws Exception {
    copyRoutes();
    write("routes/a.camel.yaml", "- rout:\n    id: a\n");

    assertThat(check("--json", "--gamma.webhook.mode=dev")).isOne();

    JsonNode result = new ObjectMapper().readTree(out.toString());
    assertThat(result.get("sound").asBoolean()).isFalse();
    JsonNode problem = result.get("problems").get(0);
    assertThat(problem.get("file").asText()).endsWith("routes/a.camel.yaml");
    assertThat(problem.get("line").asInt()).isOne();
    assertThat(problem.get("hint").asText()).contains("route");
  }

  @Test
  void aFolderWithoutRoutesAndAWrongOptionAreNamed() {
    assertThat(check("--gamma.webhook.mode=dev")).as(err.toString()).isOne();
    assertThat(out.toString()).contains("camel.main.routes-include-pattern: is file:");

    assertThat(check("--jsn")).isEqualTo(2);
    assertThat(err.toString())
        .contains("Did you mean --json?", "Try check --help")
        .doesNotContain("Exception");
  }

  private void copyRoutes() throws IOException {
    Path to = Files.createDirectories(folder.resolve("routes"));
    try (Stream<Path> files = Files.list(Path.of("routes"))) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private void write(String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
