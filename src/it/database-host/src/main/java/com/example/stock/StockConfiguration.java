package com.example.stock;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

@Configuration
@EnableScheduling
class StockConfiguration {

  /** Camel's platform-http takes the first one of Spring's. */
  @Bean
  ThreadPoolTaskExecutor counter() {
    return executor("counter-", 4);
  }

  @Bean
  ThreadPoolTaskExecutor packer() {
    return executor("packer-", 2);
  }

  /** For labels, in the route that prints them; Camel takes one of the JDK's there. */
  @Bean
  ExecutorService printer() {
    return Executors.newFixedThreadPool(1, new CustomizableThreadFactory("printer-"));
  }

  @Bean
  HealthIndicator shelves(JdbcOperations jdbc) {
    return () ->
        Health.up()
            .withDetail("items", jdbc.queryForObject("select count(*) from item", int.class))
            .build();
  }

  private static ThreadPoolTaskExecutor executor(String prefix, int threads) {
    ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
    executor.setThreadNamePrefix(prefix);
    executor.setCorePoolSize(threads);
    return executor;
  }
}
