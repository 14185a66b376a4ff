package io.gammawebhook.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The scripts that make the tables, {@code <dialect>-<version>.sql} beside this class, in the order
 * of their versions. A script is never edited once released; its checksum says so. Versions 1 to
 * 999 are one major version, in which each script only adds, so that an older program goes on
 * beside a newer one; 1001 would begin the next, and so on.
 */
public final class SchemaScripts {

  static final String HISTORY =
      "create table if not exists webhook_schema (version int not null primary key,"
          + " checksum bigint not null, applied_at bigint not null)";

  private static final int PER_MAJOR = 1000;
  private static final List<String> DIALECTS = List.of("postgresql", "sqlite");

  private final String dialect;
  private final List<Script> scripts;

  private SchemaScripts(String dialect, List<Script> scripts) {
    this.dialect = dialect;
    this.scripts = List.copyOf(scripts);
  }

  /** A step from one version to the next. */
  record Script(int version, String sql) {

    long checksum() {
      CRC32 crc = new CRC32();
      crc.update(sql.replace("\r\n", "\n").getBytes(StandardCharsets.UTF_8));
      return crc.getValue();
    }

    List<String> statements() {
      List<String> statements = new ArrayList<>();
      for (String statement : sql.split(";\\s*\\n")) {
        if (!statement.isBlank()) {
          statements.add(statement);
        }
      }
      return statements;
    }
  }

  /**
   * The scripts of this version of the program.
   *
   * @param dialect {@code postgresql} or {@code sqlite}
   * @throws IllegalArgumentException if it is another
   */
  public static SchemaScripts of(String dialect) {
    if (!DIALECTS.contains(dialect)) {
      throw new IllegalArgumentException(
          "There is no schema for '" + dialect + "': the databases are " + DIALECTS);
    }
    List<Script> scripts = new ArrayList<>();
    // A new major version would begin at its own number, after the last of this one.
    for (int version = 1; ; version++) {
      String sql = read(dialect + "-" + version + ".sql");
      if (sql.isEmpty()) {
        return new SchemaScripts(dialect, scripts);
      }
      scripts.add(new Script(version, sql));
    }
  }

  private static String read(String file) {
    try (InputStream in = SchemaScripts.class.getResourceAsStream(file)) {
      return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Script> all() {
    return scripts;
  }

  int newest() {
    return scripts.get(scripts.size() - 1).version();
  }

  static int major(int version) {
    return 1 + version / PER_MAJOR;
  }

  /**
   * The scripts as one, to be run by hand in one transaction, with what notes them in {@code
   * webhook_schema}. A store with its tables is brought up to date by what comes after its version;
   * nodes that are at work may go on meanwhile.
   *
   * @param after the version that the store has, 0 for an empty one
   * @throws IllegalArgumentException if there is no such version
   */
  public String print(int after) {
    if (after < 0 || after > newest()) {
      throw new IllegalArgumentException(
          "A version is between 0 and " + newest() + ", was " + after);
    }
    StringBuilder text =
        new StringBuilder("-- The inbox of the Gamma webhook plugin on ")
            .append(dialect)
            .append(": from schema version ")
            .append(after)
            .append(" to ")
            .append(newest())
            .append(".\nbegin;\n");
    if (after == 0) {
      text.append('\n').append(HISTORY).append(";\n");
    }
    for (Script script : scripts.subList(after, scripts.size())) {
      text.append("\n-- version ").append(script.version()).append('\n');
      text.append(script.sql().strip()).append('\n');
      text.append("insert into webhook_schema (version, checksum, applied_at) values (")
          .append(script.version())
          .append(", ")
          .append(script.checksum())
          .append(", ")
          .append(
              dialect.equals("sqlite")
                  ? "cast(strftime('%s', 'now') as integer) * 1000"
                  : "(extract(epoch from clock_timestamp()) * 1000)::bigint")
          .append(");\n");
    }
    return text.append("\ncommit;\n").toString();
  }

  /**
   * Prints {@link #print}, for those who have the plain jar only: {@code java -cp <jar>
   * io.gammawebhook.store.SchemaScripts postgresql [version that the store has]}.
   */
  public static void main(String[] arguments) {
    PrintWriter out = new PrintWriter(System.out, true, Charset.defaultCharset());
    if (arguments.length < 1 || arguments.length > 2) {
      out.println("Arguments: " + DIALECTS + " [version that the store has]");
      return;
    }
    int after = arguments.length == 2 ? Integer.parseInt(arguments[1]) : 0;
    out.print(of(arguments[0]).print(after));
    out.flush();
  }
}
