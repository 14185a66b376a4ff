package io.gammawebhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every link of the documentation that stays in the project leads to a file, and to a heading in
 * it.
 */
class DocumentationLinksTest {

  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern FENCE = Pattern.compile("(?ms)^```.*?^```$");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");
  private static final Pattern ID = Pattern.compile("<a (?:id|name)=\"([^\"]+)\"");
  private static final Pattern NAMED = Pattern.compile("docs/[a-z0-9/-]+\\.md(?:#[a-z0-9-]+)?");

  @Test
  void everyLinkLeadsToAFileAndItsAnchorToAHeading() throws IOException {
    List<String> broken = new ArrayList<>();
    int links = 0;
    for (Path page : pages()) {
      Matcher link = LINK.matcher(prose(page));
      while (link.find()) {
        String target = link.group(1);
        if (target.matches("[a-z]+:.*")) {
          continue;
        }
        links++;
        String[] parts = target.split("#", 2);
        Path folder = Objects.requireNonNullElse(page.getParent(), Path.of(""));
        Path file = parts[0].isEmpty() ? page : folder.resolve(parts[0]).normalize();
        if (!isThere(file, parts.length > 1 ? parts[1] : "")) {
          broken.add(page + ": " + target);
        }
      }
    }
    assertThat(links).isGreaterThan(50);
    assertThat(broken).isEmpty();
  }

  @Test
  void everyPageThatAMessageNamesIsThere() throws IOException {
    List<String> broken = new ArrayList<>();
    Set<String> named = new HashSet<>();
    try (Stream<Path> sources = Files.walk(Path.of("src/main"))) {
      for (Path source : sources.filter(f -> f.toString().endsWith(".java")).toList()) {
        Matcher name = NAMED.matcher(Files.readString(source));
        while (name.find()) {
          named.add(name.group());
          String[] parts = name.group().split("#", 2);
          if (!isThere(Path.of(parts[0]), parts.length > 1 ? parts[1] : "")) {
            broken.add(source + ": " + name.group());
          }
        }
      }
    }
    assertThat(named).contains("docs/configuration.md");
    assertThat(broken).isEmpty();
  }

  @Test
  void everyPageIsReachedFromTheTableOfContents() throws IOException {
    String contents = Files.readString(Path.of("docs/README.md"));
    for (Path page : pages()) {
      Path docs = Path.of("docs");
      if (page.startsWith(docs) && !page.endsWith("README.md") && page.getNameCount() == 2) {
        assertThat(contents).contains("](" + page.getFileName());
      }
    }
  }

  private static boolean isThere(Path file, String anchor) throws IOException {
    return Files.exists(file) && (anchor.isEmpty() || anchors(file).contains(anchor));
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(Path.of("README.md"), Path.of("CHANGELOG.md")));
    try (Stream<Path> docs = Files.walk(Path.of("docs"))) {
      docs.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    return pages;
  }

  private static String prose(Path page) throws IOException {
    return FENCE.matcher(Files.readString(page)).replaceAll("");
  }

  /** The anchors that GitHub makes of a page's headings, and those that it sets itself. */
  private static Set<String> anchors(Path page) throws IOException {
    Map<String, Integer> seen = new HashMap<>();
    Set<String> anchors = new HashSet<>();
    String prose = prose(page);
    Matcher heading = HEADING.matcher(prose);
    while (heading.find()) {
      String slug =
          heading
              .group(1)
              .strip()
              .toLowerCase(Locale.ROOT)
              .replaceAll("[^\\p{L}\\p{N}\\s_-]", "")
              .replace(' ', '-');
      int before = seen.merge(slug, 1, Integer::sum) - 1;
      anchors.add(before == 0 ? slug : slug + "-" + before);
    }
    Matcher id = ID.matcher(prose);
    while (id.find()) {
      anchors.add(id.group(1));
    }
    return anchors;
  }
}
