package io.gammawebhook.store;

import java.util.List;

/** The tables that are written row by row in batches, with their columns in insert order. */
enum Table {
  EVENT(
      "webhook_event",
      Column.reference("reference"),
      Column.text("source"),
      Column.text("dedup_key"),
      Column.text("event_id"),
      Column.text("event_type"),
      Column.text("ordering_key"),
      Column.text("content_type"),
      Column.text("headers"),
      Column.number("received_at"),
      Column.bytes("body_sha256"),
      Column.number("subscribed"),
      Column.text("trace_parent"),
      Column.text("trace_state")),
  BODY("webhook_body", Column.reference("reference"), Column.bytes("body")),
  DELIVERY(
      "webhook_delivery",
      Column.reference("reference"),
      Column.number("subscription"),
      Column.number("run"),
      Column.text("state"),
      Column.number("attempt"),
      Column.number("epoch"),
      Column.number("due_at"),
      Column.text("node"),
      Column.number("created_at")),
  /** Its column {@code entry} is the database's to count, in the order of the inserts. */
  AUDIT(
      "webhook_audit",
      Column.reference("reference"),
      Column.number("at"),
      Column.text("kind"),
      Column.text("source"),
      Column.text("event_id"),
      Column.number("subscription"),
      Column.number("run"),
      Column.number("attempt"),
      Column.number("duration_ms"),
      Column.text("reason"),
      Column.text("detail"),
      Column.text("node"),
      Column.text("origin")),
  QUARANTINE(
      "webhook_quarantine",
      Column.reference("reference"),
      Column.text("source"),
      Column.number("received_at"),
      Column.text("remote_address"),
      Column.text("query"),
      Column.text("headers"),
      Column.text("reason"),
      Column.text("detail"),
      Column.number("bytes"),
      Column.bytes("body"));

  private final String sqlName;

  @SuppressWarnings("ImmutableEnumChecker") // List.of
  private final List<Column> columns;

  Table(String sqlName, Column... columns) {
    this.sqlName = sqlName;
    this.columns = List.of(columns);
  }

  String sqlName() {
    return sqlName;
  }

  List<Column> columns() {
    return columns;
  }

  /** The columns as an SQL list. */
  String columnList() {
    return String.join(", ", columns.stream().map(Column::name).toList());
  }

  /** A column and the kind of its values: Reference, String, byte[] or Long, each may be null. */
  record Column(String name, Type type) {
    enum Type {
      REFERENCE,
      TEXT,
      BYTES,
      NUMBER
    }

    static Column reference(String name) {
      return new Column(name, Type.REFERENCE);
    }

    static Column text(String name) {
      return new Column(name, Type.TEXT);
    }

    static Column bytes(String name) {
      return new Column(name, Type.BYTES);
    }

    static Column number(String name) {
      return new Column(name, Type.NUMBER);
    }
  }
}
