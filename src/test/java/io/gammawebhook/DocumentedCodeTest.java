package io.gammawebhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documentation shows in two places, or shows of a file, is the same text. */
class DocumentedCodeTest {

  private static final Pattern BLOCK = Pattern.compile("(?s)```(\\w*)\\n(.*?)```");

  /**
   * A block that begins with a comment, {@code // <file>} or {@code # <file>}, and shows all of it.
   */
  private static final Pattern OF_A_FILE =
      Pattern.compile("(?s)(?://|#) ((?:src/it|docs/deployment)/\\S+)\\n(.*)");

  @Test
  void theQuickstartSaysTheSameAsTheReadme() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    int begin = readme.indexOf("## Try it");
    int end = readme.indexOf("### As a Kamelet", begin);
    List<String> blocks = blocks(readme.substring(begin, end));
    assertThat(blocks).hasSizeGreaterThan(6);
    assertThat(blocks(Files.readString(Path.of("docs/quickstart.md"))))
        .containsAll(
            blocks.stream().filter(block -> !block.equals("mvn -B -ntp verify\n")).toList());
  }

  @Test
  void whatIsShownOfAFileIsTheFile() throws IOException {
    List<String> shown = new ArrayList<>();
    List<Path> pages;
    try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
      pages = docs.filter(file -> file.toString().endsWith(".md")).sorted().toList();
    }
    for (Path page : pages) {
      for (String block : blocks(Files.readString(page))) {
        Matcher file = OF_A_FILE.matcher(block);
        if (file.matches()) {
          shown.add(file.group(1));
          assertThat(Files.readString(Path.of(file.group(1))).strip())
              .as("%s in %s", file.group(1), page)
              .isEqualTo(file.group(2).strip());
        }
      }
    }
    assertThat(shown).anyMatch(file -> file.startsWith("src/it/"));
  }

  private static List<String> blocks(String text) {
    List<String> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      blocks.add(block.group(2));
    }
    return blocks;
  }
}
