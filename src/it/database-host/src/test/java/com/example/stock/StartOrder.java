package com.example.stock;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.CamelContextStartedEvent;
import org.apache.camel.spi.CamelEvent.CamelContextStartingEvent;
import org.apache.camel.spi.CamelEvent.RouteStartedEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.boot.web.context.WebServerInitializedEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

/** Notes what the application does first, and what then. */
@Configuration(proxyBeanMethods = false)
class StartOrder {

  private final List<String> order = new CopyOnWriteArrayList<>();

  List<String> order() {
    return order;
  }

  @Bean
  Callback migrations() {
    return new Callback() {
      @Override
      public boolean supports(Event event, Context context) {
        return event == Event.AFTER_EACH_MIGRATE || event == Event.AFTER_VALIDATE;
      }

      @Override
      public boolean canHandleInTransaction(Event event, Context context) {
        return true;
      }

      @Override
      public void handle(Event event, Context context) {
        order.add("Flyway " + event.getId());
      }

      @Override
      public String getCallbackName() {
        return "start order";
      }
    };
  }

  @Bean
  EventNotifierSupport camelEvents() {
    return new EventNotifierSupport() {
      @Override
      public void notify(CamelEvent event) {
        if (event instanceof RouteStartedEvent route) {
          order.add("route " + route.getRoute().getId());
        } else if (event instanceof CamelContextStartingEvent
            || event instanceof CamelContextStartedEvent) {
          order.add("Camel " + event.getType());
        }
      }
    };
  }

  @EventListener({
    WebServerInitializedEvent.class,
    ApplicationStartedEvent.class,
    ApplicationReadyEvent.class
  })
  void boot(Object event) {
    order.add("Boot " + event.getClass().getSimpleName());
  }
}
