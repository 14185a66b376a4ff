package io.gammawebhook.springboot.app;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The product's main class: {@code java -jar camel-gamma-webhook-app.jar}. */
@SpringBootApplication
public class GammaWebhookApp {

  public static void main(String[] args) {
    SpringApplication.run(GammaWebhookApp.class, args);
  }
}
