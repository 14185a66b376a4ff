package io.gammawebhook.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gammawebhook.config.StoreChoice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.component.platform.http.springboot.PlatformHttpComponentAutoConfiguration;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpAutoConfiguration;
import org.apache.camel.spring.boot.CamelAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** All that is wrong with the configuration is said at once, with what was probably meant. */
class StartCheckTest {

  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String SOURCE = "gamma.webhook.sources.gamma.";

  @TempDir private Path folder;

  private WebApplicationContextRunner host() {
    return new WebApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                CamelAutoConfiguration.class,
                SpringBootPlatformHttpAutoConfiguration.class,
                PlatformHttpComponentAutoConfiguration.class,
                GammaWebhookAutoConfiguration.class))
        .withPropertyValues("gamma.webhook.data-dir=" + folder);
  }

  @Test
  void optionsOfTheComponentAreNotForSpringBoot() {
    host()
        .withPropertyValues(
            SOURCE + "secrets=" + SECRET,
            "camel.component.webhook-inbox.autowired-enabled=true",
            "camel.component.webhook-inbox.data-dir=/elsewhere")
        .run(
            context ->
                assertThat(analysis(context).getDescription())
                    .contains("camel.component.webhook-inbox.data-dir has no effect on Spring Boot")
                    .doesNotContain("autowired"));
  }

  @Test
  void oneFaultHidesNoOther() {
    host()
        .withPropertyValues(
            "gamma.webhook.retry.shedule=5s",
            "gamma.webhook.retry.jitter=5",
            "gamma.webhook.retry.max-retry-after=soon",
            "gamma.webhook.http.read-timeout=0s",
            "gamma.webhook.inbox.lease=1s",
            "gamma.webhook.admin.hosts=ops.example.com,ops.example.com:8081",
            SOURCE + "secrets=abc,whsec_QUJD",
            SOURCE + "path=bad")
        .run(
            context -> {
              assertThat(analysis(context).getDescription().lines())
                  .extracting(line -> line.split(" ")[0])
                  .containsExactlyInAnyOrder(
                      "gamma.webhook.retry.shedule",
                      "gamma.webhook.retry.jitter",
                      "gamma.webhook.retry.max-retry-after",
                      "gamma.webhook.http.read-timeout",
                      "gamma.webhook.inbox.lease",
                      "gamma.webhook.admin.hosts",
                      SOURCE + "secrets[0]",
                      SOURCE + "secrets[1]",
                      SOURCE + "path");
              assertThat(analysis(context).getAction().lines())
                  .as("each cure says what it is for")
                  .allMatch(line -> line.startsWith("gamma.webhook."));
            });
  }

  @ParameterizedTest
  @CsvSource({
    "retry.shedule, gamma.webhook.retry.schedule, 'has jitter, max-retry-after, schedule.'",
    "schedule, gamma.webhook.retry.schedule, 'has admin, data-dir, dispatch, enabled,'",
    "http.waiting-line.request, gamma.webhook.http.waiting-line.requests, 'has bytes, requests.'",
    "sources.gamma.limits.per-adress, gamma.webhook.sources.gamma.limits.per-address, 'has per-'",
  })
  void aMisspeltNameIsShownTheNearestAndItsSection(String wrong, String meant, String section) {
    host()
        .withPropertyValues(SOURCE + "secrets=" + SECRET, "gamma.webhook." + wrong + "=1")
        .run(
            context ->
                assertThat(analysis(context).getAction())
                    .startsWith("Did you mean " + meant + "?")
                    .contains(section));
  }

  @ParameterizedTest
  @CsvSource({
    "mode, devel, production or dev",
    "retry.schedule, '5s,soon', a time",
    "http.waiting-line.bytes, many, a size",
    "http.waiting-line.requests, many, a whole number",
    "ingress.enabled, perhaps, true or false",
  })
  void aValueThatCannotBeReadIsShownItsForm(String option, String value, String form) {
    host()
        .withPropertyValues("gamma.webhook." + option + "=" + value)
        .run(
            context -> {
              assertThat(analysis(context).getDescription())
                  .startsWith(
                      "gamma.webhook." + option + " is '" + value + "', which cannot be read")
                  .hasLineCount(1);
              assertThat(analysis(context).getAction()).contains(form);
            });
  }

  @Test
  void whatHangsOnAModeThatCannotBeReadIsNotSaidToBeWrong() {
    host()
        .withPropertyValues("gamma.webhook.mode=devel", SOURCE + "path=/hooks/g")
        .run(
            context -> {
              assertThat(analysis(context).getDescription()).hasLineCount(1);
              assertThat(folder).as("no secret is made by a check").isEmptyDirectory();
            });
  }

  @ParameterizedTest
  @CsvSource({
    "abc, must begin with whsec_",
    "whsec_!!!, must be base64 after whsec_",
    "whsec_QUJD, must be the base64 of 24 to 64 bytes after whsec_; and is that of 3",
  })
  void aWrongSecretIsTracedToItsPlaceholderAndNeverShown(String secret, String fault) {
    host()
        .withPropertyValues("MY_SECRET=" + secret, SOURCE + "secrets=" + SECRET + ",${MY_SECRET:}")
        .run(
            context -> {
              FailureAnalysis analysis = analysis(context);
              assertThat(analysis.getDescription())
                  .startsWith(SOURCE + "secrets[1] (from ${MY_SECRET}) ")
                  .contains(fault.split("; ")[0])
                  .doesNotContain(secret + " ", SECRET);
              assertThat(analysis.getAction())
                  .contains("openssl rand -base64 32")
                  .contains(SOURCE + "scheme (now standard-webhooks) to one of [api-key, basic,");
            });
  }

  @Test
  void aMissingSecretNamesThePlaceholderThatItIsReadFrom() {
    host()
        .withPropertyValues(SOURCE + "secrets=${GAMMA_WEBHOOK_SECRET_X:}")
        .run(
            context -> {
              assertThat(analysis(context).getDescription())
                  .startsWith(SOURCE + "secrets has no secret");
              assertThat(analysis(context).getAction())
                  .startsWith("Set the environment variable GAMMA_WEBHOOK_SECRET_X, ");
            });
  }

  @Test
  void aSecretOfAnElementOfItsOwnIsTracedToItsPlaceholder() {
    host()
        .withPropertyValues("MY_SECRET=abc", SOURCE + "secrets[0]=${MY_SECRET}")
        .run(
            context ->
                assertThat(analysis(context).getDescription())
                    .startsWith(SOURCE + "secrets[0] (from ${MY_SECRET}) must begin with whsec_"));
  }

  @Test
  void aWrongSecretInAFileIsTracedToTheFile() throws Exception {
    Path file = Files.writeString(folder.resolve("s"), "abc");
    host()
        .withPropertyValues(SOURCE + "secrets=file:" + file)
        .run(
            context ->
                assertThat(analysis(context).getDescription())
                    .startsWith(SOURCE + "secrets[0] (from the file " + file + ") must begin"));
  }

  @Test
  void aNewInboxInProductionIsSaidBecauseItMayBeAMissingDisk() {
    // Not what is on the console: another application of this process may have ended the logging.
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    Logger logger = (Logger) LoggerFactory.getLogger(StoreChoice.class);
    logger.addAppender(log);
    try {
      WebApplicationContextRunner production =
          host()
              .withConfiguration(AutoConfigurations.of(TaskExecutionAutoConfiguration.class))
              .withPropertyValues(SOURCE + "secrets=" + SECRET);
      production.run(context -> assertThat(context).hasNotFailed());
      production.run(context -> assertThat(context).hasNotFailed());
      assertThat(log.list)
          .singleElement()
          .satisfies(
              line ->
                  assertThat(line.getFormattedMessage())
                      .startsWith("The inbox " + folder.resolve("inbox.db") + " is not there")
                      .contains("correct gamma.webhook.data-dir"));
    } finally {
      logger.detachAppender(log);
    }
  }

  @Test
  void aDataFolderThatCannotBeUsedIsNamedByItsProperty() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    host()
        .withPropertyValues(SOURCE + "secrets=" + SECRET, "gamma.webhook.data-dir=" + file)
        .run(
            context -> {
              assertThat(analysis(context).getDescription())
                  .startsWith("gamma.webhook.data-dir is '" + file + "', which is a file")
                  .doesNotContain("jdbc-url", "Exception");
              assertThat(analysis(context).getAction()).contains("may write to");
            });
  }

  @Test
  void inProductionAFolderThatIsMissingIsRefusedAndNotMade() {
    Path missing = folder.resolve("not/mounted");
    host()
        .withPropertyValues(SOURCE + "secrets=" + SECRET, "gamma.webhook.data-dir=" + missing)
        .run(
            context -> {
              assertThat(analysis(context).getDescription())
                  .startsWith("gamma.webhook.data-dir is '" + missing + "', which is not there")
                  .hasLineCount(1);
              assertThat(analysis(context).getAction())
                  .contains("mkdir -p -m 700 " + missing, "correct gamma.webhook.data-dir");
            });
    host()
        .withPropertyValues(
            SOURCE + "secrets=" + SECRET,
            "gamma.webhook.inbox.jdbc-url=JDBC:sqlite:" + missing + "/inbox.db")
        .run(
            context ->
                assertThat(analysis(context).getDescription())
                    .startsWith("gamma.webhook.inbox.jdbc-url names a file in '" + missing));
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void devModeMakesItsFolder() {
    Path missing = folder.resolve("new/data");
    host()
        .withConfiguration(AutoConfigurations.of(TaskExecutionAutoConfiguration.class))
        .withPropertyValues(
            SOURCE + "path=/x", "gamma.webhook.mode=dev", "gamma.webhook.data-dir=" + missing)
        .run(context -> assertThat(context).hasNotFailed());
    assertThat(missing.resolve("inbox.db")).exists();
  }

  @ParameterizedTest
  @CsvSource({
    "file:%s/x?mode=memory&cache=shared, has the option 'mode'",
    ":memory:, names no file",
    "'', names no file",
    "file://h%s/x, names a host",
  })
  void aUrlThatWouldLoseEventsIsSaidBeforeAnythingIsMade(String form, String fault) {
    host()
        .withPropertyValues(
            SOURCE + "secrets=" + SECRET,
            SOURCE + "path=bad",
            "gamma.webhook.inbox.jdbc-url=jdbc:sqlite:" + form.formatted(folder))
        .run(
            context ->
                assertThat(analysis(context).getDescription())
                    .contains("gamma.webhook.inbox.jdbc-url " + fault)
                    .contains("set jdbc:sqlite: and an absolute file path")
                    .contains(SOURCE + "path"));
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aVariableThatIsNearlyAPropertyIsFoundAndAPlaceholderIsNot() {
    StandardEnvironment environment =
        new StandardEnvironment() {
          @Override
          public Map<String, Object> getSystemEnvironment() {
            return Map.of(
                "GAMMA_WEBHOOK_MOD", "dev",
                "GAMMA_WEBHOOK_RETRY_SHEDULE", "5s",
                "GAMMA_WEBHOOK_SOURCES_SHOP_SECRETZ_0_", "x",
                "GAMMA_WEBHOOK_DATA_DIR", "/x",
                "GAMMA_WEBHOOK_DATADIR", "/x",
                "GAMMA_WEBHOOK_SOURCES_SHOP_SECRETS_0_", "x",
                "GAMMA_WEBHOOK_SECRET", "x",
                "GAMMA_WEBHOOK_SECRET_OLD", "x",
                "GAMMA_WEBHOOK_INBX", "a placeholder",
                "OTHER", "x");
          }
        };
    environment
        .getPropertySources()
        .addLast(
            new SystemEnvironmentPropertySource(
                "file", Map.of("gamma.webhook.sources.shop.path", "/${GAMMA_WEBHOOK_INBX}")));

    assertThat(MisspeltVariables.of(environment).meant())
        .isEqualTo(
            Map.of(
                "GAMMA_WEBHOOK_MOD", "GAMMA_WEBHOOK_MODE",
                "GAMMA_WEBHOOK_RETRY_SHEDULE", "GAMMA_WEBHOOK_RETRY_SCHEDULE"));
  }

  private static FailureAnalysis analysis(AssertableWebApplicationContext context) {
    assertThat(context).hasFailed();
    FailureAnalysis analysis =
        new InvalidConfigurationFailureAnalyzer().analyze(context.getStartupFailure());
    assertThat(analysis).as("of %s", context.getStartupFailure()).isNotNull();
    return analysis;
  }
}
