package io.gammawebhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/hosts.md shows is what the hosts under src/it are made of. */
class HostsPageTest {

  private static final Pattern BLOCK =
      Pattern.compile("```(yaml|properties)\\n(.*?)```", Pattern.DOTALL);

  @Test
  void itsExamplesAreFilesThatTheBuildRuns() throws IOException {
    String files;
    try (Stream<Path> all = Files.walk(Path.of("src/it"))) {
      files =
          all.filter(file -> file.toString().matches(".*\\.(ya?ml|properties)"))
              .map(HostsPageTest::text)
              .collect(Collectors.joining("\n"));
    }
    Matcher block = BLOCK.matcher(Files.readString(Path.of("docs/hosts.md")));
    int blocks = 0;
    while (block.find()) {
      blocks++;
      String shown = block.group(2).replaceFirst("^# .*\\n", "");
      if (block.group(1).equals("yaml")) {
        assertThat(files).contains(shown);
      } else {
        // Some of its lines.
        assertThat(List.of(files.split("\n"))).containsAll(List.of(shown.split("\n")));
      }
    }
    assertThat(blocks).isEqualTo(3);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
