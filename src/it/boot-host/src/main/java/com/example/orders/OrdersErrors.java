package com.example.orders;

import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.springframework.stereotype.Component;

/** Global error handling: without an id it counts for every route of the application. */
@Component
class OrdersErrors extends RouteConfigurationBuilder {

  @Override
  public void configuration() {
    routeConfiguration()
        .onException(IllegalArgumentException.class)
        .handled(true)
        .setHeader(Exchange.HTTP_RESPONSE_CODE, constant(422))
        .setHeader("X-Orders-Error", constant("yes"))
        .setBody(simple("orders: ${exception.message}"));
  }
}
