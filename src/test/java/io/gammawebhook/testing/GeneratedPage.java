package io.gammawebhook.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A page of the documentation that is made of what it tells. A test makes it and {@link #check}s
 * it; {@code mvn test -Dtest=<that test> -D<name of the page>.write=true} writes it.
 */
public final class GeneratedPage {

  private final Path file;
  private final List<String> lines = new ArrayList<>();

  /**
   * @param name of the page: {@code docs/<name>.md}
   */
  public GeneratedPage(String name, String title, String madeOf) {
    file = Path.of("docs", name + ".md");
    add("# " + title);
    add("");
    add("<!-- " + madeOf + " -->");
  }

  /** Adds lines as they are. */
  public GeneratedPage add(String... text) {
    lines.addAll(Arrays.asList(text));
    return this;
  }

  /** Adds a paragraph, a heading or a whole block, after an empty line. */
  public GeneratedPage paragraph(String... text) {
    return add("").add(text);
  }

  /** Begins a table, after an empty line. */
  public GeneratedPage table(String... heads) {
    return paragraph(row(heads).replace("|  |", "| |")).add("|" + "---|".repeat(heads.length));
  }

  /** Adds a row of the table. */
  public GeneratedPage cells(String... cells) {
    return add(row(cells));
  }

  /** Adds a file as a block whose first line names it. */
  public GeneratedPage yaml(Path shown, String content) {
    return paragraph("```yaml", "# " + shown, content.stripTrailing(), "```");
  }

  private static String row(String... cells) {
    return Arrays.stream(cells)
        .map(cell -> " " + cell.replace("|", "\\|") + " |")
        .collect(Collectors.joining("", "|", ""));
  }

  /** A text as code. */
  public static String code(String text) {
    return "`" + text + "`";
  }

  /** Fails unless the file holds exactly this page; writes it first where that was asked for. */
  public void check() throws IOException {
    String page = String.join("\n", lines) + "\n";
    String name = file.getFileName().toString().replace(".md", "");
    if (Boolean.getBoolean(name + ".write")) {
      Files.writeString(file, page);
    }
    assertThat(Files.readString(file))
        .as("%s is made anew with -D%s.write=true", file, name)
        .isEqualTo(page);
  }
}
