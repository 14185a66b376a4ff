package com.example.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.util.ClassUtils;

/** The application as it was. Its portrait is kept, to be compared with the one after. */
@Tag("before")
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class BeforeTest {

  @Autowired private ApplicationContext application;
  @LocalServerPort private int port;

  @Test
  void theApplicationIsRecordedWithoutThePlugIn() throws Exception {
    assertThat(ClassUtils.isPresent("io.gammawebhook.event.WebhookEvent", null)).isFalse();

    List<String> portrait = Portrait.of(application, port);

    // The portrait shows what it is for.
    assertThat(portrait)
        .anyMatch(line -> line.startsWith("DataSource bean dataSource: com.zaxxer.hikari"))
        .anyMatch(line -> line.startsWith("Executor injected by type: org.springframework"))
        .contains("tables [PUBLIC.RECEIVED_ORDER]")
        .anyMatch(line -> line.matches("GET without a login .*: 401 .*www-authenticate.*"))
        .anyMatch(line -> line.startsWith("POST without a token /webhooks/internal: 403 "))
        .anyMatch(line -> line.matches("POST /webhooks/internal: 200 .*received.*a b&c.*"))
        .anyMatch(line -> line.matches("POST as DELETE .*: 200 .*deleted.*"))
        .anyMatch(line -> line.matches("shop GET .*: 200 .*orders-pool-….*GET item=book.*"))
        .anyMatch(line -> line.matches("shop handled error .*: 422 .*nothing was ordered"))
        .anyMatch(line -> line.startsWith("shop unhandled error /shop/orders: 500 "))
        .anyMatch(line -> line.matches("near POST /webhooks/gammax: 200 .*gammax.*"))
        .contains(
            "actuator: [conditions, health, health-path, info, metrics, metrics-requiredMetricName, self]")
        .anyMatch(line -> line.matches("health /actuator/health: 200 .*\"db\".*"));
    Files.write(Path.of(System.getProperty("recording")), portrait);
  }
}
