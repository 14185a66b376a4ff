package io.gammawebhook.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.testing.GeneratedPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/recipes.md} is made of the files in {@code docs/recipes}: the comment that each
 * begins with is its text. After a change of them: {@code mvn test -Dtest=RecipesPageTest
 * -Drecipes.write=true}.
 */
class RecipesPageTest {

  private static final Path FOLDER = Path.of("docs/recipes");
  private static final String NAMED = "# " + FOLDER + "/";

  /** In the order in which they are read; all that are there. */
  private static final List<String> RECIPES =
      List.of(
          "choose-by-content",
          "own-retries",
          "split-into-rows",
          "enrich-before-storing",
          "redact-before-mail",
          "charge-once",
          "refuse-at-once",
          "spare-a-sick-destination",
          "collect-into-batches",
          "second-source");

  @Test
  void thePageShowsTheRecipes() throws IOException {
    GeneratedPage page =
        new GeneratedPage(
            "recipes",
            "Routing recipes",
            "Made of docs/recipes/ by RecipesPageTest; change what is there.");
    page.paragraph(
        "Ten problems of integration, each as a route that the build runs: a signed event goes in over HTTP, and what comes",
        "out at the destination is looked at, also when something fails on the way (`RecipesTest`). Take a file, put it among",
        "your routes, and change addresses and names. `{{…}}` are properties of yours; `private.networks: true` lets a",
        "`webhook-http-sink` reach addresses that are not public. The Kamelets are explained in [kamelets.md](kamelets.md), what a",
        "retry is in [delivery-states.md](delivery-states.md).",
        "",
        "In the runnable application the shipped route `gamma` takes every event as well: remove its file, or what your route does instead.");
    page.table("recipe", "");
    List<String> texts = new ArrayList<>();
    for (String recipe : RECIPES) {
      String file = Files.readString(FOLDER.resolve(recipe + ".camel.yaml"));
      List<String> comment =
          file.lines()
              .takeWhile(line -> line.startsWith("#"))
              .map(line -> line.replaceFirst("^# ?", ""))
              .toList();
      page.cells("[" + comment.get(0) + "](#" + recipe + ")", description(file));
      texts.add(recipe);
    }
    for (String recipe : texts) {
      add(page, recipe);
    }
    page.check();
  }

  private static void add(GeneratedPage page, String recipe) throws IOException {
    Path path = FOLDER.resolve(recipe + ".camel.yaml");
    List<String> lines = Files.readAllLines(path);
    List<String> comment = lines.stream().takeWhile(line -> line.startsWith("#")).toList();
    page.paragraph("## " + recipe, "", "**" + comment.get(0).substring(2) + ".**");
    for (String line : comment.subList(1, comment.size())) {
      String text = line.replaceFirst("^# ?", "");
      page.add(text);
      if (text.startsWith(NAMED)) {
        page.add(Files.readString(Path.of(text.substring(2))).stripTrailing());
      }
    }
    page.yaml(path, String.join("\n", lines.subList(comment.size(), lines.size())));
  }

  private static String description(String file) {
    return file.lines()
        .filter(line -> line.startsWith("    description: "))
        .map(line -> line.substring("    description: ".length()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everyFileIsOnThePage() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              Stream.concat(
                      RECIPES.stream().map(recipe -> recipe + ".camel.yaml"),
                      Stream.of("second-source.application.yaml"))
                  .toList());
    }
  }
}
