package com.example.stock;

import jakarta.persistence.EntityManagerFactory;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.ThreadPoolProfile;
import org.flywaydb.core.Flyway;
import org.springframework.boot.actuate.health.HealthContributor;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
import org.springframework.transaction.TransactionManager;

/**
 * What the application is and does, line by line, so that two runs can be compared: beans, pools,
 * routes, the order of the start, migrations, tables, answers, health.
 */
final class Portrait {

  private static final List<Class<?>> TYPES =
      List.of(
          DataSource.class,
          Flyway.class,
          EntityManagerFactory.class,
          Executor.class,
          TaskScheduler.class,
          TransactionManager.class,
          JdbcOperations.class,
          HealthContributor.class,
          CamelContext.class);

  private final ApplicationContext application;
  private final HttpCalls calls;
  private final List<String> lines = new ArrayList<>();

  private Portrait(ApplicationContext application) {
    this.application = application;
    this.calls = new HttpCalls(port(application));
  }

  static List<String> of(ApplicationContext application) {
    Portrait portrait = new Portrait(application);
    portrait.beans();
    portrait.pools();
    portrait.routes();
    portrait.start();
    portrait.answers();
    portrait.database();
    return portrait.lines;
  }

  static int port(ApplicationContext application) {
    return application.getEnvironment().getRequiredProperty("local.server.port", int.class);
  }

  /** What is different, with a - or a + before it. */
  static List<String> changes(List<String> before, List<String> after) {
    List<String> gone = new ArrayList<>(before);
    after.forEach(gone::remove);
    List<String> come = new ArrayList<>(after);
    before.forEach(come::remove);
    return Stream.concat(gone.stream().map("- "::concat), come.stream().map("+ "::concat)).toList();
  }

  private void beans() {
    for (Class<?> type : TYPES) {
      lines.add(
          type.getSimpleName()
              + " beans: "
              + Arrays.stream(application.getBeanNamesForType(type)).sorted().toList());
      Object byType = application.getBeanProvider(type).getIfUnique();
      lines.add(
          type.getSimpleName()
              + " injected by type: "
              + (byType == null ? "none" : className(byType)));
    }
  }

  private static String className(Object bean) {
    return bean.getClass().getSimpleName().replaceAll("^\\$Proxy\\d+", "proxy");
  }

  private void pools() {
    application
        .getBeansOfType(ThreadPoolTaskExecutor.class)
        .forEach((name, pool) -> addPool(name, pool.getThreadPoolExecutor()));
    application.getBeansOfType(ThreadPoolExecutor.class).forEach(this::addPool);
    ThreadPoolProfile profile =
        application
            .getBean(CamelContext.class)
            .getExecutorServiceManager()
            .getDefaultThreadPoolProfile();
    lines.add(
        "Camel's pools: "
            + profile.getPoolSize()
            + " to "
            + profile.getMaxPoolSize()
            + ", queue "
            + profile.getMaxQueueSize());
  }

  private void addPool(String name, ThreadPoolExecutor pool) {
    lines.add(
        "pool "
            + name
            + ": "
            + pool.getCorePoolSize()
            + " to "
            + pool.getMaximumPoolSize()
            + ", queue "
            + (pool.getQueue().size() + pool.getQueue().remainingCapacity()));
  }

  private void routes() {
    ModelCamelContext camel = application.getBean(ModelCamelContext.class);
    for (RouteDefinition route : camel.getRouteDefinitions()) {
      lines.add(
          "route "
              + route.getId()
              + " "
              + camel.getRouteController().getRouteStatus(route.getId())
              + ", start-up order "
              + route.getStartupOrder()
              + ", "
              + route);
    }
    camel
        .getRouteConfigurationDefinitions()
        .forEach(
            configuration ->
                lines.add(
                    "routeConfiguration "
                        + configuration.getId()
                        + " "
                        + configuration.getOnExceptions()
                        + configuration.getOnCompletions()));
  }

  /** One line for each, since between them may come others; the number says which was before. */
  private void start() {
    int number = 0;
    for (String step : application.getBean(StartOrder.class).order()) {
      boolean own = !step.startsWith("route ") || step.matches("route (labels|reserve|journal)");
      lines.add("start " + (own ? ++number : "of another") + ": " + step);
    }
  }

  private void answers() {
    String path = "/stock/reservations?number=";
    add("reserve", calls.post(path + "A1", "{\"item\":\"bolt\",\"pieces\":3}", "X-Echo", "yes"));
    add("reserve again", calls.post(path + "A1", "{\"item\":\"bolt\",\"pieces\":3}"));
    add("no such item", calls.post(path + "A2", "{\"item\":\"key\",\"pieces\":1}"));
    add("too many", calls.post(path + "A3", "{\"item\":\"bolt\",\"pieces\":300}"));
    add("unreadable", calls.post(path + "A4", "{"));
    add("wrong method", calls.get("/stock/reservations"));
    add("journal", calls.get("/stock/journal"));
    add("restock", calls.post("/items/bolt?pieces=3", ""));
    add("restock nothing", calls.post("/items/key?pieces=3", ""));
    add("no page", calls.get("/webhooks"));
    add("no page", calls.post("/webhooks/other", "{}"));
    add("health", calls.get("/actuator/health"));
    lines.add("actuator: " + links(calls.get("/actuator").body()));
    add("flyway", calls.get("/actuator/flyway"));
  }

  /** Actuator has them in no certain order. */
  private static List<String> links(String body) {
    return Pattern.compile("\"([a-z-]+)\":\\{\"href\"")
        .matcher(body)
        .results()
        .map(link -> link.group(1))
        .sorted()
        .toList();
  }

  private void database() {
    JdbcOperations jdbc = application.getBean(JdbcOperations.class);
    jdbc.queryForList(
            "select table_schema || '.' || table_name || ' ' || string_agg(column_name || ' '"
                + " || data_type, ', ' order by ordinal_position)"
                + " from information_schema.columns"
                + " where table_schema not in ('pg_catalog', 'information_schema')"
                + " group by table_schema, table_name order by 1",
            String.class)
        .forEach(table -> lines.add("table " + table));
    for (String table : List.of("price", "item", "reservation", "journal")) {
      lines.add(table + ": " + jdbc.queryForList("select * from " + table + " order by 1"));
    }
    // Which routes, not how often: where a route goes on in another thread, Camel has no certain number.
    lines.add("done: " + jdbc.queryForList("select distinct route from done order by 1"));
    jdbc.queryForList(
            "select installed_rank, version, description, type, script, checksum, success"
                + " from flyway_schema_history order by installed_rank")
        .forEach(row -> lines.add("migration " + row));
  }

  private void add(String what, HttpResponse<String> answer) {
    var headers = new TreeMap<>(answer.headers().map());
    headers.remove("date");
    String text = what + ": " + answer.statusCode() + " " + headers + " " + answer.body();
    lines.add(
        text.replaceAll("\\R", " ")
            .replaceAll("localhost:\\d+", "localhost:PORT")
            .replaceAll("camel-\\d+", "camel-…")
            .replaceAll("(counter|printer|scheduling)-\\d+", "$1-…")
            .replaceAll("x-thread=\\[((Virtual)?Thread)\\[[^\\]]*\\][^\\]]*\\]", "x-thread=[$1]")
            .replaceAll("\"timestamp\":\"[^\"]*\"", "\"timestamp\":…")
            .replaceAll("\"installedOn\":\"[^\"]*\"", "\"installedOn\":…")
            .replaceAll("\"executionTime\":\\d+", "\"executionTime\":…")
            .replaceAll("\"(free|total)\":\\d+", "\"$1\":…"));
  }
}
