package com.example.stock;

import java.util.stream.Stream;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** Starts the application, on a free port. */
final class Stock {

  private Stock() {}

  static ConfigurableApplicationContext start(String database, String... more) {
    return new SpringApplicationBuilder(StockApplication.class, StartOrder.class)
        .run(
            Stream.concat(
                    Stream.of("--server.port=0", "--spring.datasource.url=" + database),
                    Stream.of(more))
                .toArray(String[]::new));
  }

  static boolean onVirtualThreads() {
    return Boolean.parseBoolean(System.getenv("SPRING_THREADS_VIRTUAL_ENABLED"))
        && Runtime.version().feature() >= 21;
  }
}
