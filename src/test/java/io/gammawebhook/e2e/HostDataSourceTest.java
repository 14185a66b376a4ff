package io.gammawebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.gammawebhook.testing.EmbeddedPostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The inbox in the pool that the host has already, found by its bean's name. */
@Timeout(120)
class HostDataSourceTest {

  private static final String URL =
      EmbeddedPostgresServer.jdbcUrl(EmbeddedPostgresServer.freshDatabase());

  @TempDir private Path folder;

  @Configuration(proxyBeanMethods = false)
  static class Pools {
    @Bean
    DataSource orders() {
      return pool(URL, "orders");
    }

    @Bean
    DataSource other() {
      return pool("jdbc:postgresql://localhost:1/none", "other");
    }

    private static HikariDataSource pool(String url, String name) {
      HikariDataSource pool = new HikariDataSource();
      pool.setPoolName(name);
      pool.setJdbcUrl(url);
      pool.setMinimumIdle(0);
      return pool;
    }
  }

  /** As Flyway is: made before the application has started, it looks at what is there already. */
  @Configuration(proxyBeanMethods = false)
  static class Migrations {
    @Bean
    InitializingBean migrations(@Qualifier("orders") DataSource orders) {
      return () -> {
        try (Connection connection = orders.getConnection();
            ResultSet tables =
                connection.getMetaData().getTables(null, "public", "%", new String[] {"TABLE"})) {
          if (tables.next()) {
            throw new IllegalStateException("not empty: " + tables.getString("TABLE_NAME"));
          }
        }
      };
    }
  }

  @Test
  void theNamedDataSourceHoldsTheInboxAndStaysTheHosts() throws Exception {
    try (App app =
        App.host(
            folder,
            Map.of("gamma.webhook.inbox.data-source", "orders"),
            Pools.class,
            Migrations.class)) {
      app.sender().accepted("evt-1", "typed.x");
      assertThat(
              new Database(URL)
                  .count("select count(*) from webhook_event where event_id = 'evt-1'"))
          .isEqualTo(1);
      assertThat(folder.resolve("inbox.db")).doesNotExist();
    }
  }
}
