package io.gammawebhook.bench.peer;

import org.apache.camel.builder.RouteBuilder;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.jdbc.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;

/** Camel's platform-http that answers 200 at once: it checks nothing and stores nothing. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration(exclude = DataSourceAutoConfiguration.class)
public class PlatformHttpPeer {

  public static void main(String[] args) {
    SpringApplication.run(PlatformHttpPeer.class, args);
  }

  @Bean
  RouteBuilder answerAtOnce() {
    return new RouteBuilder() {
      @Override
      public void configure() {
        from("platform-http:/webhooks/gamma?httpMethodRestrict=POST")
            // Or it would send every header of the request back.
            .removeHeaders("*")
            .setBody(constant("{\"status\":\"accepted\"}"));
      }
    };
  }
}
