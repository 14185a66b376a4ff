package io.gammawebhook.kamelet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gammawebhook.camel.WebhookConstants;
import io.gammawebhook.dispatch.PermanentFailureException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.jspecify.annotations.Nullable;

/**
 * Makes the statement that inserts an event's row unless one with the same id is there, in the
 * words of the database, and its parameters as headers, as {@code jdbc} takes them. Names of tables
 * and columns are configuration; what is in an event is a parameter and nothing else.
 *
 * <p>Numbers, texts and booleans keep their kind; objects and lists become JSON; what is absent
 * becomes null. Where the database has no word for it, two attempts at the same moment may clash:
 * one of them fails, and is tried again. Safe for use by many threads once it is set up.
 */
public final class InsertOnce extends KameletBean implements Processor {

  private static final Pattern COLUMN =
      Pattern.compile("\\s*([A-Za-z_][A-Za-z0-9_]{0,62})\\s*=\\s*(.+?)\\s*", Pattern.DOTALL);

  /** What a column may take beside a JSONPath. */
  private static final Map<String, Function<Message, @Nullable Object>> WORDS =
      Map.of(
          "body", message -> message.getBody(String.class),
          "reference", message -> message.getHeader(WebhookConstants.REFERENCE),
          "event-id", message -> message.getHeader(WebhookConstants.EVENT_ID),
          "event-type", message -> message.getHeader(WebhookConstants.EVENT_TYPE),
          "source", message -> message.getHeader(WebhookConstants.SOURCE),
          "delivery-id", message -> message.getHeader(WebhookConstants.DELIVERY_ID),
          "received-at", message -> message.getHeader(WebhookConstants.RECEIVED_AT));

  private static final String PARAMETER = "row_";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private String dataSource = "";
  private String table = "";
  private String columns = "";
  private String idColumn = "";
  private String id = "";
  private Map<String, Function<Exchange, @Nullable Object>> values = Map.of();
  private volatile @Nullable String statement;

  /** The name of the {@link DataSource} in the registry. */
  public void setDataSource(String dataSource) {
    this.dataSource = dataSource;
  }

  /** The table's name, with a schema or without. */
  public void setTable(String table) {
    this.table = table;
  }

  /** {@code column=value} with semicolons between them; a value is a JSONPath or a word. */
  public void setColumns(String columns) {
    this.columns = columns;
  }

  /** The column of the unique id. */
  public void setIdColumn(String idColumn) {
    this.idColumn = idColumn;
  }

  /** What is in it: {@code reference} or {@code event-id}. */
  public void setId(String id) {
    this.id = id;
  }

  @Override
  public void process(Exchange exchange) throws SQLException {
    String sql = statement;
    if (sql == null) {
      // Not at the start, when the database may be down.
      sql = sql(product(), table, idColumn, new ArrayList<>(values.keySet()));
      statement = sql;
    }
    Message message = exchange.getMessage();
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    values.forEach((column, value) -> row.put(PARAMETER + column, value.apply(exchange)));
    if (row.get(PARAMETER + idColumn) == null) {
      throw new PermanentFailureException("The event has no " + id + ", which is the row's id");
    }
    message.removeHeaders("*");
    row.forEach(message::setHeader);
    message.setBody(sql);
  }

  @Override
  protected void doInit() {
    Map<String, Function<Exchange, @Nullable Object>> read = new LinkedHashMap<>();
    read.put(idColumn, value(id));
    for (String one : columns.split(";", -1)) {
      Matcher column = COLUMN.matcher(one);
      if (!column.matches()) {
        throw new IllegalArgumentException(
            "columns must be such as number=$.data.number;raw=body, was '" + columns + "'");
      }
      if (read.putIfAbsent(column.group(1), value(column.group(2))) != null) {
        throw new IllegalArgumentException("columns has " + column.group(1) + " twice");
      }
    }
    values = read;
  }

  private Function<Exchange, @Nullable Object> value(String written) {
    if (written.startsWith("$")) {
      Expression path = JsonPaths.expression(camel(), written);
      return exchange -> column(path.evaluate(exchange, Object.class));
    }
    Function<Message, @Nullable Object> word = WORDS.get(written);
    if (word == null) {
      throw new IllegalArgumentException(
          "columns has the value '"
              + written
              + "'; give a JSONPath, or one of "
              + WORDS.keySet().stream().sorted().toList());
    }
    return exchange -> word.apply(exchange.getMessage());
  }

  private static @Nullable Object column(@Nullable Object found) {
    if (found == null
        || found instanceof String
        || found instanceof Number
        || found instanceof Boolean) {
      return found;
    }
    try {
      return MAPPER.writeValueAsString(found);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("A part of the event cannot be written as JSON", e);
    }
  }

  private String product() throws SQLException {
    @Nullable DataSource source =
        camel().getRegistry().lookupByNameAndType(dataSource, DataSource.class);
    if (source == null) {
      throw new IllegalArgumentException("The registry has no DataSource '" + dataSource + "'");
    }
    try (Connection connection = source.getConnection()) {
      return connection.getMetaData().getDatabaseProductName().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The statement in the words of a database.
   *
   * @param product what it calls itself, in lower case
   */
  static String sql(String product, String table, String idColumn, List<String> names) {
    String list = String.join(", ", names);
    String parameters =
        names.stream().map(name -> ":?" + PARAMETER + name).collect(Collectors.joining(", "));
    String plain = "insert into " + table + " (" + list + ") values (" + parameters + ")";
    if (product.contains("postgresql") || product.contains("sqlite")) {
      return plain + " on conflict (" + idColumn + ") do nothing";
    }
    if (product.contains("mysql") || product.contains("mariadb")) {
      // Not "insert ignore", which would also cut what is too long.
      return plain + " on duplicate key update " + idColumn + " = " + idColumn;
    }
    String one =
        product.contains("oracle")
            ? "select 1 as one from dual"
            : product.contains("db2") ? "select 1 as one from sysibm.sysdummy1" : "select 1 as one";
    return "merge into "
        + table
        + " using ("
        + one
        + ") event_row on ("
        + table
        + "."
        + idColumn
        + " = :?"
        + PARAMETER
        + idColumn
        + ") when not matched then insert ("
        + list
        + ") values ("
        + parameters
        + ")"
        + (product.contains("microsoft") ? ";" : "");
  }
}
