package io.gammawebhook.springboot.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.store.SchemaScripts;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** The command prints what makes the tables, and nothing else. */
class SchemaCommandTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return CommandLine.run(args, new PrintWriter(out, true), new PrintWriter(err, true));
  }

  @Test
  void itPrintsTheWholeSchemaOfADatabase() {
    assertThat(run("schema", "--dialect", "postgresql")).isZero();

    assertThat(out.toString())
        .isEqualTo(SchemaScripts.of("postgresql").print(0))
        .contains("create table webhook_event")
        .contains("insert into webhook_schema (version, checksum, applied_at) values (1, ");
  }

  @Test
  void itPrintsOnlyWhatComesAfterAVersion() {
    assertThat(run("schema", "--dialect", "sqlite", "--after", "1")).isZero();

    assertThat(out.toString())
        .contains("create table webhook_housekeeping")
        .doesNotContain("create table webhook_event");
  }

  @Test
  void anUnknownDatabaseOrVersionIsNamed() {
    assertThat(run("schema", "--dialect", "oracle")).isEqualTo(2);
    assertThat(err.toString()).contains("There is no schema for 'oracle'");

    assertThat(run("schema", "--dialect", "sqlite", "--after", "99")).isEqualTo(2);
    assertThat(err.toString()).contains("A version is between 0 and 4, was 99");
  }
}
