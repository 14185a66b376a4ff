package io.gammawebhook.kamelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gammawebhook.camel.WebhookConstants;
import io.gammawebhook.dispatch.PermanentFailureException;
import io.gammawebhook.testing.EmbeddedPostgresServer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.ds.PGSimpleDataSource;

/** One row an event, in the words of each database, and nothing of an event in a statement. */
class InsertOnceTest {

  @Test
  void eachDatabaseHasItsWordsForUnlessItIsThere() {
    List<String> columns = List.of("id", "n");
    assertThat(InsertOnce.sql("postgresql", "t", "id", columns))
        .isEqualTo("insert into t (id, n) values (:?row_id, :?row_n) on conflict (id) do nothing");
    assertThat(InsertOnce.sql("mariadb", "t", "id", columns))
        .isEqualTo(
            "insert into t (id, n) values (:?row_id, :?row_n) on duplicate key update id = id");
    String merge =
        "merge into t using (select 1 as one%s) event_row on (t.id = :?row_id) when not matched"
            + " then insert (id, n) values (:?row_id, :?row_n)%s";
    assertThat(InsertOnce.sql("h2", "t", "id", columns)).isEqualTo(merge.formatted("", ""));
    assertThat(InsertOnce.sql("oracle", "t", "id", columns))
        .isEqualTo(merge.formatted(" from dual", ""));
    assertThat(InsertOnce.sql("db2/linux", "t", "id", columns))
        .isEqualTo(merge.formatted(" from sysibm.sysdummy1", ""));
    assertThat(InsertOnce.sql("microsoft sql server", "t", "id", columns))
        .isEqualTo(merge.formatted("", ";"));
  }

  @Test
  void valuesKeepTheirKindOnPostgresql() throws Exception {
    String url = EmbeddedPostgresServer.jdbcUrl(EmbeddedPostgresServer.freshDatabase());
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(url);
    try (Connection c = DriverManager.getConnection(url);
        Statement s = c.createStatement();
        CamelContext camel = new DefaultCamelContext()) {
      s.execute(
          "create schema shop; create table shop.orders (reference text primary key, n bigint,"
              + " total numeric, paid boolean, gone text, received bigint)");
      camel.getRegistry().bind("shop", source);
      InsertOnce insert =
          insert("n=$.n; total=$.total;paid=$.paid;gone=$.gone;received=received-at");
      insert.setCamelContext(camel);
      camel.addRoutes(
          new RouteBuilder() {
            @Override
            public void configure() {
              from("direct:in").process(insert).to("jdbc:shop?useHeadersAsParameters=true");
            }
          });
      camel.start();
      for (int i = 0; i < 2; i++) {
        camel
            .createProducerTemplate()
            .sendBodyAndHeaders(
                "direct:in",
                "{\"n\":9007199254740993,\"total\":0.10,\"paid\":false}"
                    .getBytes(StandardCharsets.UTF_8),
                Map.of(WebhookConstants.REFERENCE, "r-1", WebhookConstants.RECEIVED_AT, 17L));
      }
      try (ResultSet row = s.executeQuery("select * from shop.orders")) {
        assertThat(row.next()).isTrue();
        assertThat(row.getString(1)).isEqualTo("r-1");
        assertThat(row.getLong(2)).isEqualTo(9007199254740993L);
        assertThat(row.getBigDecimal(3)).isEqualByComparingTo("0.10");
        assertThat(row.getBoolean(4)).isFalse();
        assertThat(row.getString(5)).isNull();
        assertThat(row.getLong(6)).isEqualTo(17);
        assertThat(row.next()).isFalse();
      }
      assertThatThrownBy(() -> camel.createProducerTemplate().sendBody("direct:in", "{}"))
          .isInstanceOf(CamelExecutionException.class)
          .hasCauseInstanceOf(PermanentFailureException.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "n, columns must be such as",
    "n=$.[, $.[",
    "n=other, columns has the value 'other'",
    "n=$.a;n=$.b, columns has n twice",
    "n); drop table t=$.a, columns must be such as",
  })
  void wrongColumnsAreRefused(String columns, String message) {
    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      InsertOnce insert = insert(columns);
      insert.setCamelContext(camel);
      assertThatThrownBy(insert::init)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(message);
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private static InsertOnce insert(String columns) {
    InsertOnce insert = new InsertOnce();
    insert.setDataSource("shop");
    insert.setTable("shop.orders");
    insert.setIdColumn("reference");
    insert.setId("reference");
    insert.setColumns(columns);
    return insert;
  }
}
