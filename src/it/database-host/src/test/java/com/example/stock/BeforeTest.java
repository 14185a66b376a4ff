package com.example.stock;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.ClassUtils;

/** The application as it was. Its portrait is kept, to be compared with the one after. */
@Tag("before")
class BeforeTest {

  @Test
  void theApplicationIsRecordedWithoutThePlugIn() throws Exception {
    assertThat(ClassUtils.isPresent("io.gammawebhook.event.WebhookEvent", null)).isFalse();

    List<String> portrait;
    try (ConfigurableApplicationContext application = Stock.start(Postgres.withPrices("stock"))) {
      portrait = Portrait.of(application);
    }
    Files.write(Path.of(System.getProperty("recording")), portrait);

    // The portrait shows what it is for.
    assertThat(portrait)
        .contains("Executor beans: [counter, packer, printer, taskScheduler]")
        .contains("TransactionManager injected by type: JpaTransactionManager")
        .anyMatch(line -> line.matches("reserve: 200 .*x-counted-by=\\[(counter|scheduling)-….*printer-….*"))
        .contains("actuator: [flyway, health, health-path, info, self]")
        .anyMatch(line -> line.matches("no such item: 422 .*x-stock-error=\\[reserve\\].*no item key"))
        .anyMatch(line -> line.startsWith("too many: 500 "))
        .anyMatch(line -> line.matches("unreadable: 400 .*stock: unreadable"))
        .anyMatch(line -> line.matches("journal: 200 .*1 lines: .*number=A1.*"))
        .anyMatch(line -> line.matches("reservation: .*number=A1.*"))
        .noneMatch(line -> line.matches("reservation: .*number=A3.*"))
        .anyMatch(line -> line.matches("start \\d: route reserve"))
        .anyMatch(line -> line.matches("done: .*route=reserve.*"))
        .anyMatch(line -> line.matches("migration .*version=2, description=journal.*"))
        .anyMatch(line -> line.matches("health: 200 .*\"shelves\":.*"));
    // On virtual threads, where they are on and the JDK has them.
    assertThat(portrait.stream().filter(line -> line.startsWith("restock: ")))
        .singleElement()
        .satisfies(line -> assertThat(line.contains("x-thread=[VirtualThread]")).isEqualTo(Stock.onVirtualThreads()));
  }
}
