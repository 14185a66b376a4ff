package com.example.orders;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The orders, in the application's own database. */
@Component("orderBook")
public class OrderBook {

  private final JdbcTemplate jdbc;

  OrderBook(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  @Transactional
  public void record(String channel, String number, byte[] text) {
    jdbc.update(
        "insert into received_order (channel, number, text) values (?, ?, ?)",
        channel,
        number,
        text);
  }
}
