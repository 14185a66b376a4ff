package com.example.stock;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** A real PostgreSQL; it stops with this process. */
final class Postgres {

  private static final EmbeddedPostgres SERVER = start();

  private Postgres() {}

  /** A new database with nothing in it, by its URL. */
  static String empty(String name) {
    execute(SERVER.getJdbcUrl("postgres", "postgres"), "create database " + name);
    return SERVER.getJdbcUrl("postgres", name);
  }

  /** A new database in which somebody else's table was first. */
  static String withPrices(String name) {
    String url = empty(name);
    execute(url, "create table price (item varchar(50) not null primary key, cents int not null)");
    execute(url, "insert into price (item, cents) values ('bolt', 12), ('nut', 7)");
    return url;
  }

  private static void execute(String url, String sql) {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static EmbeddedPostgres start() {
    try {
      return EmbeddedPostgres.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
