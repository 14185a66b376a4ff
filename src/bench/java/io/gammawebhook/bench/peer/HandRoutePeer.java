package io.gammawebhook.bench.peer;

import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What an engineer writes who has Camel and no plug-in: check the HMAC, an idempotent consumer with
 * its keys in the database, an insert, 200. With {@code bench.transacted=true} key and insert share
 * a transaction, which saves a commit.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class HandRoutePeer {

  public static void main(String[] args) {
    SpringApplication.run(HandRoutePeer.class, args);
  }

  @Bean
  JdbcMessageIdRepository seen(DataSource dataSource) {
    return new JdbcMessageIdRepository(dataSource, "bench");
  }

  @Bean
  RouteBuilder handWritten(JdbcTemplate database, JdbcMessageIdRepository seen) {
    database.execute(
        "create table if not exists hand_event (id text primary key,"
            + " received_at bigint not null, body bytea not null)");
    HmacCheck check = new HmacCheck(System.getProperty("bench.secret", ""));
    boolean transacted = Boolean.getBoolean("bench.transacted");
    return new RouteBuilder() {
      @Override
      public void configure() {
        RouteDefinition start = from("platform-http:/webhooks/gamma?httpMethodRestrict=POST");
        (transacted ? start.transacted() : start)
            .process(check)
            .idempotentConsumer(header("webhook-id"), seen)
            .process(exchange -> insert(database, exchange))
            .end()
            .removeHeaders("*")
            .setBody(constant("{\"status\":\"accepted\"}"));
      }
    };
  }

  private static void insert(JdbcTemplate database, Exchange exchange) {
    database.update(
        "insert into hand_event (id, received_at, body) values (?, ?, ?)",
        exchange.getMessage().getHeader("webhook-id", String.class),
        System.currentTimeMillis(),
        exchange.getMessage().getBody(byte[].class));
  }
}
