package com.example.orders;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.Filter;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.springframework.boot.web.servlet.error.ErrorController;
import org.springframework.context.ApplicationContext;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.transaction.TransactionManager;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.HandlerMapping;

/**
 * What can be seen of the application from outside, and of its beans from inside, line by line, so
 * that two runs can be compared.
 */
final class Portrait {

  private static final List<Class<?>> TYPES =
      List.of(
          DataSource.class,
          Executor.class,
          TaskScheduler.class,
          TransactionManager.class,
          JdbcOperations.class,
          ObjectMapper.class,
          HttpMessageConverter.class,
          SecurityFilterChain.class,
          Filter.class,
          HandlerMapping.class,
          HandlerExceptionResolver.class,
          ErrorController.class,
          CamelContext.class);

  private final ApplicationContext application;
  private final HttpCalls calls;
  private final List<String> lines = new ArrayList<>();

  private Portrait(ApplicationContext application, HttpCalls calls) {
    this.application = application;
    this.calls = calls;
  }

  static List<String> of(ApplicationContext application, int port) {
    Portrait portrait = new Portrait(application, new HttpCalls(port));
    portrait.beans();
    portrait.tables();
    portrait.controller();
    portrait.shop();
    portrait.neighbours();
    portrait.actuator();
    return portrait.lines;
  }

  /** What is different, with a + or a - before it. */
  static List<String> changes(List<String> before, List<String> after) {
    List<String> gone = new ArrayList<>(before);
    after.forEach(gone::remove);
    List<String> come = new ArrayList<>(after);
    before.forEach(come::remove);
    return Stream.concat(gone.stream().map("- "::concat), come.stream().map("+ "::concat)).toList();
  }

  private void beans() {
    for (Class<?> type : TYPES) {
      var names = Arrays.asList(application.getBeanNamesForType(type));
      names.stream()
          .sorted()
          .forEach(
              name -> lines.add(type.getSimpleName() + " bean " + name + ": " + className(name)));
      Object byType = application.getBeanProvider(type).getIfUnique();
      lines.add(
          type.getSimpleName()
              + " injected by type: "
              + (byType == null ? "none" : byType.getClass().getName()));
    }
    lines.add("JSON modules " + application.getBean(ObjectMapper.class).getRegisteredModuleIds());
  }

  private String className(String bean) {
    return application.getBean(bean).getClass().getName().replaceAll("\\$\\$.*|/0x.*", "");
  }

  private void tables() {
    lines.add(
        "tables "
            + application
                .getBean(JdbcOperations.class)
                .queryForList(
                    "select table_schema || '.' || table_name from information_schema.tables"
                        + " where table_schema <> 'INFORMATION_SCHEMA' order by 1",
                    String.class));
  }

  private void controller() {
    String path = "/webhooks/internal";
    add("GET without a login", calls.get(path));
    add("GET", calls.get(path, calls.login()));
    add("POST without a token", calls.post(path, HttpCalls.FORM, "item=book", calls.login()));
    add("POST", calls.post(path, HttpCalls.FORM, "item=a+b%26c", calls.loginWithToken()));
    add(
        "POST as DELETE",
        calls.post(path, HttpCalls.FORM, "_method=delete&item=x", calls.loginWithToken()));
    add(
        "POST without the item",
        calls.post(path, HttpCalls.FORM, "other=1", calls.loginWithToken()));
  }

  private void shop() {
    String path = "/shop/orders";
    add("shop GET", calls.get(path + "?item=book", "X-Echo", "yes"));
    add("shop POST without a token", calls.post(path, HttpCalls.JSON, "{\"a\":1}"));
    add("shop POST", calls.post(path, HttpCalls.JSON, "{\"a\":1}", calls.loginWithToken()));
    add("shop form", calls.post(path, HttpCalls.FORM, "item=a+b&size=2", calls.loginWithToken()));
    add("shop handled error", calls.get(path + "?item=nothing"));
    add("shop unhandled error", calls.get(path + "?item=crash"));
  }

  private void neighbours() {
    for (String path :
        List.of("/webhooks/gamma/", "/webhooks/gammax", "/webhooks/Gamma", "/webhooks/gamma/x")) {
      add("near GET without a login", calls.get(path));
      add("near GET", calls.get(path, calls.login()));
      add("near POST without a token", calls.post(path, HttpCalls.JSON, "{}", calls.login()));
      add("near POST", calls.post(path, HttpCalls.JSON, "{}", calls.loginWithToken()));
    }
  }

  private void actuator() {
    add("health", calls.get("/actuator/health"));
    add("actuator without a login", calls.get("/actuator"));
    lines.add("actuator: " + links(calls.get("/actuator", calls.login()).body()));
    add("info", calls.get("/actuator/info", calls.login()));
  }

  /** Actuator has them in no certain order. */
  private static List<String> links(String body) {
    return Pattern.compile("\"([A-Za-z-]+)\":\\{\"href\"")
        .matcher(body)
        .results()
        .map(link -> link.group(1))
        .sorted()
        .toList();
  }

  private void add(String what, HttpResponse<String> answer) {
    var headers = new TreeMap<>(answer.headers().map());
    headers.remove("date");
    if (what.startsWith("shop")) {
      // Camel answers on a thread of its own, and Spring Security's writer of these does not always
      // come before it, with or without the plug-in.
      List.of("cache-control", "expires", "pragma").forEach(headers::remove);
    }
    String text =
        what
            + " "
            + answer.request().uri().getPath()
            + ": "
            + answer.statusCode()
            + " "
            + headers
            + " "
            + answer.body();
    lines.add(
        text.replaceAll("\\R", " ")
            .replaceAll("(localhost|port):\\d+", "$1:PORT")
            .replaceAll("JSESSIONID=\\w+", "JSESSIONID=…")
            .replaceAll("(?i)(x-csrf-token=\\[)[^\\]]*", "$1…")
            .replaceAll("\"timestamp\":\"[^\"]*\"", "\"timestamp\":…")
            .replaceAll("\"free\":\\d+", "\"free\":…")
            .replaceAll("\"path\":\"[^\"]*/work-[^\"]*\"", "\"path\":…")
            .replaceAll("\"camel.uptime(Millis)?\":[^,]*", "\"camel.uptime\":…")
            .replaceAll("camel-\\d+", "camel-…")
            .replaceAll("orders-pool-\\d+", "orders-pool-…"));
  }
}
