package com.example.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The plug-in on the class path, while the application says nothing of it, or says no to it. */
@Tag("after")
class OnClassPathOnlyTest {

  @ParameterizedTest
  @ValueSource(strings = {"--unrelated=true", "--gamma.webhook.enabled=false"})
  void noPathThreadFileOrTableIsThereAndNothingChanges(String argument) throws Exception {
    List<String> before = Files.readAllLines(Path.of(System.getProperty("recording")));
    Path workFolder = Path.of("").toAbsolutePath();

    try (ConfigurableApplicationContext application = start(argument)) {
      int port = application.getEnvironment().getRequiredProperty("local.server.port", int.class);

      assertThat(Portrait.changes(before, Portrait.of(application, port))).isEmpty();
      HttpCalls calls = new HttpCalls(port);
      assertThat(calls.get("/webhooks/gamma", calls.login()).body())
          .isEqualTo("{\"servedBy\":\"orders\",\"what\":\"gamma\"}");
      assertThat(threads()).isNotEmpty().noneMatch(name -> name.contains("webhook"));
      assertThat(workFolder).isEmptyDirectory();
    }
  }

  /**
   * Boot and Camel find only the application's own files, as if those in src/gamma were not there.
   */
  private static ConfigurableApplicationContext start(String argument) {
    return SpringApplication.run(
        OrdersApplication.class,
        "--server.port=0",
        "--spring.datasource.url=jdbc:h2:mem:" + argument.hashCode(),
        "--spring.config.location=classpath:/application.yaml",
        "--camel.main.routes-include-pattern=classpath:camel/shop.camel.yaml",
        argument);
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).toList();
  }
}
