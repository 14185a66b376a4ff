package io.gammawebhook.store;

import io.gammawebhook.store.SchemaScripts.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A store as a released version left it: its tables and rows in each state, as SQL, in {@code
 * src/test/resources/io/gammawebhook/store/released/<version>/<dialect>.sql}. A version that has no
 * such file is not released, and its scripts may still change. {@link FreezeSchema} writes one.
 */
record ReleasedSchema(int version, String dialect) {

  private static final Path FOLDER = Path.of("src/test/resources/io/gammawebhook/store/released");
  private static final Pattern NOTED =
      Pattern.compile("insert into webhook_schema .*values \\((\\d+), (\\d+), ");

  static List<ReleasedSchema> all(String dialect) {
    try (Stream<Path> versions = Files.list(FOLDER)) {
      return versions
          .map(path -> new ReleasedSchema(Integer.parseInt(path.getFileName() + ""), dialect))
          .sorted(Comparator.comparingInt(ReleasedSchema::version))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path file() {
    return FOLDER.resolve(version + "/" + dialect + ".sql");
  }

  private String text() {
    try {
      return Files.readString(file());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The scripts of today that are not those that made this store. */
  List<String> changedScripts() {
    List<String> changed = new ArrayList<>();
    Matcher noted = NOTED.matcher(text());
    while (noted.find()) {
      Script script = SchemaScripts.of(dialect).all().get(Integer.parseInt(noted.group(1)) - 1);
      if (script.checksum() != Long.parseLong(noted.group(2))) {
        changed.add(dialect + "-" + script.version() + ".sql");
      }
    }
    return changed;
  }

  /** Makes the store in an empty database. */
  void restore(TestStore store) {
    try (Connection c = store.connect();
        Statement s = c.createStatement()) {
      for (String statement : text().split(";\\n")) {
        if (!statement.isBlank()) {
          s.execute(statement);
        }
      }
    } catch (SQLException e) {
      throw new AssertionError(file().toString(), e);
    }
  }
}
