package com.example.stock;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcOperations;

/** A new environment, in which application and plug-in meet an empty database at once. */
@Tag("after")
class FirstDeploymentTest {

  /** In a schema that is not empty and has no history Flyway would refuse to begin. */
  @Test
  void theApplicationsMigrationsComeBeforeTheInboxAndAreValidAtTheNextStart() {
    String database = Postgres.empty("first");

    for (List<String> expected :
        List.of(
            List.of("Flyway afterValidate", "Flyway afterEachMigrate", "Flyway afterEachMigrate", "Flyway afterEachMigrate"),
            List.of("Flyway afterValidate"))) {
      try (ConfigurableApplicationContext application =
          Stock.start(
              database,
              "--spring.flyway.baseline-on-migrate=false",
              "--spring.flyway.locations=classpath:db/price,classpath:db/migration")) {
        assertThat(application.getBean(StartOrder.class).order())
            .filteredOn(step -> step.startsWith("Flyway"))
            .isEqualTo(expected);
        assertThat(
                application
                    .getBean(JdbcOperations.class)
                    .queryForObject("select count(*) from webhook_subscription", int.class))
            .isEqualTo(2);
      }
    }
  }
}
