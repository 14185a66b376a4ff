package io.gammawebhook.store;

import io.gammawebhook.event.Reference;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A piece of SQL that grows, with the values of its parameters. Used by one thread. */
final class Conditions {

  private final StringBuilder sql = new StringBuilder();
  private final List<Object> values = new ArrayList<>();

  /**
   * Appends SQL.
   *
   * @param parameters of its question marks: {@link Reference}, String, Long or Integer
   */
  Conditions add(String text, Object... parameters) {
    sql.append(text);
    values.addAll(List.of(parameters));
    return this;
  }

  Conditions add(Conditions other) {
    sql.append(other.sql);
    values.addAll(other.values);
    return this;
  }

  /** Appends a list of parameters in parentheses, which must not be empty. */
  Conditions addList(Collection<?> parameters) {
    sql.append("(?").append(", ?".repeat(parameters.size() - 1)).append(')');
    values.addAll(parameters);
    return this;
  }

  void bind(Dialect dialect, PreparedStatement s) throws SQLException {
    for (int i = 0; i < values.size(); i++) {
      Object value = values.get(i);
      if (value instanceof Reference reference) {
        dialect.setReference(s, i + 1, reference);
      } else {
        s.setObject(i + 1, value);
      }
    }
  }

  @Override
  public String toString() {
    return sql.toString();
  }
}
