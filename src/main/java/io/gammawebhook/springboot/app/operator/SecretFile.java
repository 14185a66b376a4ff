package io.gammawebhook.springboot.app.operator;

import io.gammawebhook.springboot.OwnerOnly;
import io.gammawebhook.verify.SecretEncoding;
import io.gammawebhook.verify.SecretText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.random.RandomGenerator;

/**
 * The file in which the signing secret of an entry is kept, for its owner alone. A secret that was
 * there before is never overwritten, and one that an API tells once is not lost because of that.
 * Used by one thread.
 */
final class SecretFile {

  private static final int MOST_BESIDE = 100;

  private final Path named;
  private final RandomGenerator random;
  private boolean made;

  /**
   * @param named what the user calls it; it need not be there
   */
  SecretFile(Path named, RandomGenerator random) {
    this.named = named;
    this.random = random;
  }

  Path named() {
    return named;
  }

  boolean isThere() {
    return Files.exists(named);
  }

  /** What it holds; a new one, which it then holds, if it is not there. */
  SecretText findOrMake(SecretEncoding encoding) throws IOException {
    if (isThere()) {
      return SecretText.valueOf(Files.readString(named));
    }
    SecretText secret = SecretText.valueOf(encoding.generate(random));
    create(named, secret);
    made = true;
    return secret;
  }

  /**
   * Keeps what an API signs with: in the file, if it is not there, holds that already, or holds
   * what {@link #findOrMake} made; else in a new one beside it, or with the temporary files where
   * nothing can be written there.
   *
   * @return where it is
   * @throws IOException if it can be written nowhere
   */
  Path keep(SecretText secret) throws IOException {
    if (holds(named, secret)) {
      return named;
    }
    try {
      if (made) {
        replace(secret);
      } else if (isThere()) {
        return beside(secret);
      } else {
        create(named, secret);
      }
      return named;
    } catch (IOException e) {
      Path elsewhere = Files.createTempFile("gamma-webhook-", ".secret");
      write(elsewhere, secret);
      return elsewhere;
    }
  }

  private void replace(SecretText secret) throws IOException {
    // Written aside, then moved: a crash in between leaves no half secret.
    Path folder = named.toAbsolutePath().getParent();
    Path draft = Files.createTempFile(folder, "secret", ".draft", OwnerOnly.file(named));
    try {
      write(draft, secret);
      Files.move(draft, named, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private Path beside(SecretText secret) throws IOException {
    for (int number = 1; number <= MOST_BESIDE; number++) {
      Path other = named.resolveSibling(named.getFileName() + ".api-" + number);
      if (holds(other, secret)) {
        return other;
      }
      if (!Files.exists(other)) {
        create(other, secret);
        return other;
      }
    }
    throw new IOException("There are " + MOST_BESIDE + " secrets beside " + named);
  }

  private static boolean holds(Path file, SecretText secret) {
    try {
      return Files.isRegularFile(file) && SecretText.valueOf(Files.readString(file)).equals(secret);
    } catch (IOException e) {
      return false;
    }
  }

  private static void create(Path file, SecretText secret) throws IOException {
    Files.createFile(file, OwnerOnly.file(file));
    write(file, secret);
  }

  private static void write(Path file, SecretText secret) throws IOException {
    Files.writeString(file, secret.reveal() + System.lineSeparator());
  }
}
