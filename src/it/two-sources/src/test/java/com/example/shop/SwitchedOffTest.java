package com.example.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The same application, with one property more. */
@ExtendWith(OutputCaptureExtension.class)
class SwitchedOffTest {

  private static final String OFF = "--gamma.webhook.enabled=false";

  @TempDir private Path folder;

  @Test
  void theApplicationStartsAsIfThePlugInWereNotThere() {
    try (Shop shop = Shop.start(folder, OFF)) {
      assertThat(shop.get("/actuator/health").statusCode()).isEqualTo(200);
      assertThat(shop.shopSends("/webhooks/gamma", "o-1", "{}")).isEqualTo(404);
      assertThat(shop.repositorySends("/webhooks/repository", "p-1", "push", "{}")).isEqualTo(404);
      assertThat(shop.get("/actuator/webhooks").statusCode()).isEqualTo(404);

      var application = shop.application();
      assertThat(application.getBean(CamelContext.class).getRoutes()).isEmpty();
      assertThat(
              Arrays.stream(application.getBeanDefinitionNames())
                  .filter(name -> !name.startsWith("org.apache.camel."))
                  .map(name -> application.getBean(name).getClass().getName()))
          .isNotEmpty()
          .noneMatch(type -> type.startsWith("io.gammawebhook"));
      assertThat(Thread.getAllStackTraces().keySet().stream().map(Thread::getName))
          .noneMatch(name -> name.contains("webhook"));
      assertThat(folder).isEmptyDirectory();
    }
  }

  @Test
  void aRouteThatDoesNotGoWithThePlugInFailsTheStartAndSaysHowItWould(CapturedOutput output) {
    String routes =
        "--camel.main.routes-include-pattern=classpath:camel/*.yaml,classpath:unconditional/*.yaml";

    assertThatThrownBy(() -> Shop.start(folder, OFF, routes).close())
        .hasStackTraceContaining("gamma.webhook.enabled is false");

    assertThat(output)
        .contains("APPLICATION FAILED TO START")
        .contains("webhook-inbox:gamma")
        .contains("Remove gamma.webhook.enabled: false")
        .contains("precondition: \"{{gamma.webhook.enabled:true}}\"");
    assertThat(folder).isEmptyDirectory();
  }
}
