package io.gammawebhook.springboot;

import io.gammawebhook.event.SourceName;
import io.gammawebhook.registration.SecretSeal;
import io.gammawebhook.verify.SecretEncoding;
import io.gammawebhook.verify.SecretText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The signing secrets that dev mode makes, one file a source in {@code <data-dir>/secrets},
 * readable by their owner only. A secret that exists is kept, so that a sender stays configured
 * over restarts.
 */
public final class DevSecrets {

  private final Path folder;
  private final RandomGenerator random;

  /**
   * @param dataDir the data folder; made if it is missing
   * @param random has to be cryptographically strong
   */
  public DevSecrets(Path dataDir, RandomGenerator random) {
    this.folder = dataDir.resolve("secrets");
    this.random = random;
  }

  /** Where the secret of a source is or would be. */
  public Path file(SourceName source) {
    return folder.resolve(source + ".secret");
  }

  /** The secret that was made for a source, if one was. */
  public Optional<SecretText> find(SourceName source) {
    return find(file(source));
  }

  private static Optional<SecretText> find(Path file) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(SecretText.valueOf(Files.readString(file)));
    } catch (IOException e) {
      throw new UncheckedIOException("The secret in " + file + " cannot be read", e);
    }
  }

  /** The secret of a source, made now if there is none. */
  SecretText findOrMake(SourceName source, SecretEncoding encoding) {
    return findOrMake(file(source), () -> encoding.generate(random));
  }

  /** The key that seals the secrets of registrations, made now if there is none. */
  SecretText findOrMakeKey() {
    return findOrMake(
        folder.resolve("registrations.key"), () -> SecretSeal.newKey(random).reveal());
  }

  private SecretText findOrMake(Path file, Supplier<String> text) {
    Optional<SecretText> found = find(file);
    if (found.isPresent()) {
      return found.get();
    }
    try {
      Files.createDirectories(folder, OwnerOnly.folder(folder));
      // Written aside, then moved: a crash in between leaves no half secret.
      Path draft = Files.createTempFile(folder, "secret", ".draft", OwnerOnly.file(folder));
      Files.writeString(draft, text.get() + System.lineSeparator());
      try {
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
      } catch (FileAlreadyExistsException e) {
        Files.delete(draft);
      }
      return find(file).orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException("The secret " + file + " cannot be made", e);
    }
  }
}
