package com.example.stock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The events are in a file of the plug-in's own. */
class EmbeddedStoreTest extends AfterTest {

  private static final Path DATA = folder();

  EmbeddedStoreTest() {
    super(
        Postgres.withPrices("embedded"),
        // In place of config/application.yaml, which names the application's data source.
        "--spring.config.location=classpath:/application.yaml",
        "--gamma.webhook.sources.gamma.secrets=${GAMMA_WEBHOOK_SECRET}",
        "--gamma.webhook.data-dir=" + DATA);
  }

  @Override
  List<String> added() {
    return List.of();
  }

  @Test
  void theApplicationsDatabaseHasNothingOfTheInbox() {
    assertThat(DATA.resolve("inbox.db")).isRegularFile();
    assertThat(
            jdbc()
                .queryForList(
                    "select relname from pg_class where relname like 'webhook%'", String.class))
        .isEmpty();
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory(Path.of("").toAbsolutePath(), "inbox");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
