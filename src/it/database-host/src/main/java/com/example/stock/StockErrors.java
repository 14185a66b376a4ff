package com.example.stock;

import java.io.IOException;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.springframework.stereotype.Component;

/** Global error handling in Java, beside that of errors.camel.yaml. */
@Component
class StockErrors extends RouteConfigurationBuilder {

  @Override
  public void configuration() {
    routeConfiguration()
        .onException(IOException.class)
        .handled(true)
        .setHeader(Exchange.HTTP_RESPONSE_CODE, constant(400))
        .setBody(constant("stock: unreadable"));
  }
}
