package io.gammawebhook.store;

import io.gammawebhook.inbox.InboxSettings;
import io.gammawebhook.testing.MovableTime;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A store of one test: inboxes on it, its clock, and a look at its tables from outside. */
abstract class TestStore implements AutoCloseable {

  final MovableTime time = new MovableTime();
  private final List<JdbcInbox> opened = new CopyOnWriteArrayList<>();

  /** Opens the store as a node of this name. */
  final JdbcInbox open(String node) {
    JdbcInbox inbox = opening(settings(node));
    opened.add(inbox);
    return inbox;
  }

  final JdbcInbox open(InboxSettings settings) {
    JdbcInbox inbox = opening(settings);
    opened.add(inbox);
    return inbox;
  }

  abstract InboxSettings settings(String node);

  abstract JdbcInbox opening(InboxSettings settings);

  /** A connection that the inbox knows nothing of. */
  abstract Connection connect() throws SQLException;

  /** The store's clock, as the inbox sees it. */
  abstract long now();

  final void execute(String sql) {
    try (Connection c = connect();
        Statement s = c.createStatement()) {
      s.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  final long number(String sql, Object... parameters) {
    return Long.parseLong(rows(sql, parameters).get(0));
  }

  /** The rows, each with its columns joined by blanks. */
  final List<String> rows(String sql, Object... parameters) {
    try (Connection c = connect();
        PreparedStatement s = c.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        s.setObject(i + 1, parameters[i]);
      }
      List<String> rows = new ArrayList<>();
      try (ResultSet r = s.executeQuery()) {
        while (r.next()) {
          List<String> row = new ArrayList<>();
          for (int i = 1; i <= r.getMetaData().getColumnCount(); i++) {
            row.add(String.valueOf(r.getString(i)));
          }
          rows.add(String.join(" ", row));
        }
      }
      return rows;
    } catch (SQLException e) {
      throw new AssertionError(sql, e);
    }
  }

  /** The kinds of the audit's entries, in the order of the alphabet. */
  final List<String> auditKinds() {
    return rows("select kind from webhook_audit order by kind");
  }

  @Override
  public void close() {
    opened.forEach(JdbcInbox::close);
  }
}
