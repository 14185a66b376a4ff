package io.gammawebhook.e2e;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Reads a database as an operator would, beside the product. */
public record Database(String url) {

  List<List<String>> rows(String sql, Object... parameters) {
    try (Connection c = DriverManager.getConnection(url);
        PreparedStatement s = c.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        s.setObject(i + 1, parameters[i]);
      }
      List<List<String>> rows = new ArrayList<>();
      try (ResultSet r = s.executeQuery()) {
        int columns = r.getMetaData().getColumnCount();
        while (r.next()) {
          List<String> row = new ArrayList<>();
          for (int i = 1; i <= columns; i++) {
            row.add(String.valueOf(r.getString(i)));
          }
          rows.add(row);
        }
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException(sql + " on " + url, e);
    }
  }

  /** The rows of a statement, each as one text with blanks between its columns. */
  public List<String> lines(String sql, Object... parameters) {
    return rows(sql, parameters).stream()
        .map(row -> row.stream().collect(Collectors.joining(" ")))
        .toList();
  }

  public long count(String sql, Object... parameters) {
    return Long.parseLong(rows(sql, parameters).get(0).get(0));
  }

  /** What the audit says of an event, oldest first: kind, attempt, reason. */
  List<String> audit(String eventId) {
    return lines(
        "select kind, attempt, coalesce(reason, '-') from webhook_audit where event_id = ?"
            + " order by entry",
        eventId);
  }

  /** The states of an event's deliveries, as {@code <subscription> <run> <state> <attempt>}. */
  List<String> deliveries(String eventId) {
    return lines(
        "select s.name, d.run, d.state, d.attempt from webhook_delivery d"
            + " join webhook_event e on e.reference = d.reference"
            + " join webhook_subscription s on s.number = d.subscription"
            + " where e.event_id = ? order by s.name, d.run",
        eventId);
  }
}
