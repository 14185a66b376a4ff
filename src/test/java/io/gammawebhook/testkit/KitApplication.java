package io.gammawebhook.testkit;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.builder.RouteBuilder;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;

/** An application whose routes are tested. */
@SpringBootConfiguration
@EnableAutoConfiguration(exclude = DataSourceAutoConfiguration.class)
class KitApplication {

  /** Why the next orders fail, one after the other; then they are taken. */
  static final Queue<Exception> FAILURES = new ConcurrentLinkedQueue<>();

  @Bean
  RouteBuilder routes() {
    return new RouteBuilder() {
      @Override
      public void configure() {
        from("webhook-inbox:gamma?types=order.*&retrySchedule=5s,5m")
            .routeId("orders")
            .process(
                exchange -> {
                  Exception failure = FAILURES.poll();
                  if (failure != null) {
                    throw failure;
                  }
                });
        from("webhook-inbox:gamma?types=invoice.*&permanentExceptions=java.lang.IllegalStateException")
            .routeId("invoices")
            .to("mock:mail");
        from("webhook-inbox:hub").routeId("pushes").to("mock:pushes");
      }
    };
  }
}
