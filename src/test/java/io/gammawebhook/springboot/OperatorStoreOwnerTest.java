package io.gammawebhook.springboot;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gammawebhook.config.InvalidConfigurationException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that another user makes beside an embedded store lock its own node out. */
class OperatorStoreOwnerTest {

  @TempDir private Path folder;

  @Test
  void onlyTheOwnerOfAnEmbeddedStoreOpensIt() throws Exception {
    Path file = Files.createFile(folder.resolve("inbox.db"));
    String owner = Files.getOwner(file).getName();
    assertThatCode(() -> OperatorStore.check(file, owner)).doesNotThrowAnyException();
    assertThatCode(() -> OperatorStore.check(file, "?")).doesNotThrowAnyException();
    assertThatThrownBy(() -> OperatorStore.check(file, "somebody-else"))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("sudo -u " + owner);
  }
}
