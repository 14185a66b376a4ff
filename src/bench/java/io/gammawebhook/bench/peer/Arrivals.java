package io.gammawebhook.bench.peer;

import io.gammawebhook.bench.load.Trace;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** The first step of a route: notes when an event has come to it. */
public final class Arrivals implements Processor {

  private final Trace trace;

  /** Writes to the file that the system property {@code bench.arrivals} names. */
  public Arrivals() throws IOException {
    trace = Trace.writeTo(Path.of(System.getProperty("bench.arrivals", "arrivals")));
  }

  @Override
  public void process(Exchange exchange) {
    String id = exchange.getMessage().getHeader("CamelWebhookEventId", String.class);
    trace.add(Long.parseLong(id.substring("msg_".length())), 0);
  }
}
