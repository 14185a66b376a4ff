package io.gammawebhook.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.camel.Receivers;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.receive.SourceDefinition;
import io.gammawebhook.verify.SecretText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.component.platform.http.springboot.PlatformHttpComponentAutoConfiguration;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpAutoConfiguration;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.spring.boot.CamelAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;

/** The configuration is checked at the start, and each message names the property and the cure. */
class ConfigurationTest {

  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String SOURCE = "gamma.webhook.sources.gamma.";

  @TempDir private Path folder;

  private final WebApplicationContextRunner bare =
      new WebApplicationContextRunner()
          .withConfiguration(
              AutoConfigurations.of(
                  TaskExecutionAutoConfiguration.class,
                  CamelAutoConfiguration.class,
                  SpringBootPlatformHttpAutoConfiguration.class,
                  PlatformHttpComponentAutoConfiguration.class,
                  GammaWebhookAutoConfiguration.class))
          .withUserConfiguration(Host.class);

  /** A host that has what it needs injected by type. */
  @Configuration(proxyBeanMethods = false)
  static class Host {
    @Bean
    Injected injected(
        ObjectProvider<PlatformHttpEngine> engine,
        ObjectProvider<IdempotentRepository> repository,
        ObjectProvider<Executor> executor) {
      return new Injected(
          engine.getIfAvailable(), repository.getIfAvailable(), executor.getIfAvailable());
    }
  }

  record Injected(PlatformHttpEngine engine, IdempotentRepository repository, Executor executor) {}

  private WebApplicationContextRunner production() {
    return bare.withPropertyValues(
        SOURCE + "secrets=" + SECRET,
        "gamma.webhook.inbox.jdbc-url=jdbc:sqlite:" + folder.resolve("inbox.db"));
  }

  private WebApplicationContextRunner dev() {
    return bare.withPropertyValues(
        "gamma.webhook.mode=dev", "gamma.webhook.data-dir=" + folder, SOURCE + "path=/hooks/g");
  }

  @Test
  void withoutSourcesNothingIsOpenedAndNoBeanOfAHostIsReplaced() {
    bare.withPropertyValues("gamma.webhook.data-dir=" + folder)
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(context).doesNotHaveBean(DataSource.class);
              assertThat(context).doesNotHaveBean(PlatformTransactionManager.class);
              Injected injected = context.getBean(Injected.class);
              assertThat(injected.engine()).isSameAs(context.getBean("platform-http-engine"));
              assertThat(injected.repository()).isNull();
              assertThat(injected.executor()).isSameAs(context.getBean("applicationTaskExecutor"));
              assertThat(context.getBeansOfType(Executor.class))
                  .containsOnlyKeys("applicationTaskExecutor");
              assertThat(folder).isEmptyDirectory();
            });
  }

  @Test
  void withoutTomcatOnTheClassPathNothingOfItIsAskedFor() {
    production()
        .withClassLoader(new FilteredClassLoader("org.apache.catalina", "org.apache.coyote"))
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(context).hasSingleBean(Receivers.class);
              assertThat(context).doesNotHaveBean(TomcatConfiguration.class);
            });
    production().run(context -> assertThat(context).hasSingleBean(TomcatConfiguration.class));
  }

  @Test
  void aSwitchTurnsEverythingOff() {
    production()
        .withPropertyValues("gamma.webhook.enabled=false", SOURCE + "scheme=no-such-scheme")
        .run(
            context -> {
              assertThat(context).hasNotFailed();
              assertThat(context).doesNotHaveBean(GammaWebhookProperties.class);
            });
  }

  @Test
  void aSourceNeedsNoMoreThanASecretAndAStore() {
    production()
        .run(
            context -> {
              SourceDefinition gamma = only(context);
              assertThat(gamma.path()).isEqualTo("/webhooks/gamma");
              assertThat(gamma.scheme().name()).isEqualTo("standard-webhooks");
              assertThat(gamma.secrets()).hasSize(1);
              assertThat(gamma.tolerance()).isEqualTo(Duration.ofMinutes(5));
            });
  }

  @Test
  void everyOptionOfASourceIsBound() {
    production()
        .withPropertyValues(
            SOURCE + "path=/in/gamma",
            SOURCE + "scheme=gamma-hub",
            SOURCE + "secrets=a-first-secret,a-second-secret",
            SOURCE + "max-body-size=2KB",
            SOURCE + "event-type=header.x-topic",
            SOURCE + "ordering-key=$.account",
            SOURCE + "keep-headers=X-Shop-Domain,X-Trace",
            SOURCE + "media-types=application/json",
            SOURCE + "accepted-status=200",
            SOURCE + "limits.per-address=5",
            SOURCE + "limits.per-source=50")
        .run(
            context -> {
              SourceDefinition gamma = only(context);
              assertThat(gamma.path()).isEqualTo("/in/gamma");
              assertThat(gamma.secrets()).hasSize(2);
              assertThat(gamma.maxBodySize()).isEqualTo(2048);
              assertThat(gamma.eventType()).hasToString("header.x-topic");
              assertThat(gamma.orderingKey()).hasToString("$.account");
              assertThat(gamma.keepHeaders()).containsExactly("x-shop-domain", "x-trace");
              assertThat(gamma.mediaTypes()).containsExactly("application/json");
              assertThat(gamma.acceptedStatus()).isEqualTo(200);
              assertThat(gamma.perAddressPerSecond()).isEqualTo(5);
              assertThat(gamma.perSourcePerSecond()).isEqualTo(50);
            });
  }

  @Test
  void aSchemeMayBeDefinedInPlace() {
    production()
        .withPropertyValues(
            SOURCE + "scheme.signature.header=x-acme-signature",
            SOURCE + "scheme.signature.format=prefixed",
            SOURCE + "scheme.signature.prefix=v1=",
            SOURCE + "scheme.signature.signed={body}",
            SOURCE + "scheme.signature.algorithm=hmac-sha256",
            SOURCE + "scheme.signature.encoding=hex",
            SOURCE + "scheme.signature.secret=utf8",
            SOURCE + "scheme.event.id=$.id",
            SOURCE + "scheme.event.unique-id=true",
            SOURCE + "scheme.answer.accepted=204")
        .run(
            context -> {
              SourceDefinition gamma = only(context);
              assertThat(gamma.scheme().isSigned()).isTrue();
              assertThat(gamma.acceptedStatus()).isEqualTo(204);
            });
  }

  @Test
  void aSecretMayLieInAFile() throws Exception {
    Path file = Files.writeString(folder.resolve("s"), SECRET + "\n");
    production()
        .withPropertyValues(SOURCE + "secrets=file:" + file)
        .run(context -> assertThat(only(context).secrets()).hasSize(1));
  }

  @Test
  void productionRefusesASourceWithoutASecretAndAStoreThatMovesAndSaysBothAtOnce() {
    bare.withPropertyValues(SOURCE + "path=/webhooks/gamma")
        .run(
            context ->
                assertThat(analysis(context).getDescription())
                    .contains("gamma.webhook.sources.gamma.secrets has no secret")
                    .contains("gamma.webhook.data-dir is 'data', which is relative"));
  }

  @Test
  void productionRefusesARelativeStorePath() {
    production()
        .withPropertyValues("gamma.webhook.inbox.jdbc-url=jdbc:sqlite:data/inbox.db")
        .run(
            context -> {
              assertThat(analysis(context).getDescription())
                  .startsWith("gamma.webhook.inbox.jdbc-url names a relative");
              assertThat(analysis(context).getAction()).contains("absolute path");
            });
  }

  @Test
  void productionRefusesASourceThatSignsNothing() {
    production()
        .withPropertyValues(SOURCE + "scheme=none", SOURCE + "secrets=")
        .run(
            context ->
                assertThat(analysis(context).getDescription())
                    .startsWith("gamma.webhook.sources.gamma.scheme is 'none'"));
  }

  @ParameterizedTest
  @CsvSource({
    "path, webhooks/gamma",
    "path, /webhooks/{name}",
    "tolerance, 0s",
    "tolerance, 2h",
    "max-body-size, 65MB",
    "event-id, id",
    "ordering-key, $[",
    "accepted-status, 404",
    "media-types, json",
    "limits.per-address, 0",
    "limits.per-source, 1000001",
    "scheme, no-such-scheme",
    "secrets, plain-text",
    "on-invalid-signature, ignore",
    "verify-token, a-token-that-no-handshake-shows",
  })
  void aWrongOptionIsNamedWithItsSource(String option, String value) {
    production()
        .withPropertyValues(SOURCE + option + "=" + value)
        .run(
            context -> {
              assertThat(analysis(context).getDescription()).startsWith(SOURCE + option);
              assertThat(analysis(context).getAction()).isNotBlank();
            });
  }

  @Test
  void aToleranceWhereNoTimeIsSignedIsRefused() {
    production()
        .withPropertyValues(
            SOURCE + "scheme=github", SOURCE + "secrets=s3cret", SOURCE + "tolerance=5m")
        .run(
            context ->
                assertThat(analysis(context).getDescription())
                    .isEqualTo(
                        SOURCE + "tolerance must be left out, since scheme github signs no time"));
  }

  @Test
  void aSecretThatIsFoundByItsNameNeedsOne() {
    production()
        .withPropertyValues(SOURCE + "scheme=github-secret-scanning")
        .run(
            context ->
                assertThat(analysis(context).getDescription())
                    .isEqualTo(
                        SOURCE
                            + "secrets[0] has no name, by which scheme github-secret-scanning finds"
                            + " the secret of a signature"));
  }

  @Test
  void aTimeOfASecretThatCannotBeReadIsNamedWithItsForm() {
    bare.withPropertyValues(
            "gamma.webhook.inbox.jdbc-url=jdbc:sqlite:" + folder.resolve("inbox.db"),
            SOURCE + "secrets[0].value=" + SECRET,
            SOURCE + "secrets[0].not-after=tomorrow")
        .run(
            context -> {
              assertThat(analysis(context).getDescription())
                  .startsWith(SOURCE + "secrets[0].not-after is 'tomorrow'");
              assertThat(analysis(context).getAction())
                  .endsWith("to a time in UTC, such as 2026-12-01T00:00:00Z.");
            });
  }

  @Test
  void allThatIsWrongWithASchemeIsSaidOnceWithItsPlace() throws Exception {
    String scheme = "gamma.webhook.schemes.shop";
    Path file =
        Files.writeString(
            folder.resolve("own.yaml"),
            """
            gamma:
              webhook:
                schemes:
                  shop:
                    signature:
                      header: x-shop
                      format: prefixed
                      signed: "{bodi}"
                      algorithm: md5
                      secret: utf8
            """);
    production()
        .withInitializer(new ConfigDataApplicationContextInitializer())
        .withPropertyValues(
            "spring.config.location=" + file.toUri(),
            SOURCE + "scheme=shop",
            SOURCE + "secrets=s3cret")
        .run(
            context -> {
              String place = scheme + " is wrong: URL [file:" + file + "] - ";
              assertThat(analysis(context).getDescription().lines())
                  .hasSize(3)
                  .anyMatch(line -> line.startsWith(place + "8:19: signature.signed has the unkno"))
                  .anyMatch(line -> line.startsWith(place + "9:22: signature.algorithm must be on"))
                  .anyMatch(line -> line.startsWith(place + "6:19: signature.encoding is needed"));
              assertThat(analysis(context).getAction().lines()).hasSize(1);
            });
  }

  @ParameterizedTest
  @CsvSource({
    "inbox.lease, 1s",
    "inbox.retention, 59m",
    "inbox.unsubscribed-retention, 6d",
    "inbox.dedup-retention, 6d",
    "inbox.untimed-dedup-retention, 29d",
    "inbox.audit-retention, 6d",
    "inbox.quarantine-retention, 59m",
    "inbox.quarantine-requests, 0",
    "inbox.quarantine-size, 1KB",
    "inbox.data-source, noSuchBean",
    "retry.jitter, 2",
    "dispatch.poll-interval, 1ms",
    "dispatch.attempt-timeout, 999ms",
    "dispatch.attempt-timeout, 25h",
    "http.read-timeout, 0s",
    "http.shutdown-drain, 21s",
    "http.waiting-line.requests, 0",
    "redact.headers[0], ' '",
    "redact.json-paths[0], $.[",
    "redact.json-paths[0], $",
    "redact.patterns[0], a[",
    "health.oldest-waiting, 0s",
    "health.dead-letters-window, 59s",
    "health.clock-skew, 2d",
    "health.shedding, 11m",
    "secrets.expiry-warning, 3651d",
  })
  void aWrongOptionOfThePluginIsNamed(String option, String value) {
    WebApplicationContextRunner runner =
        option.equals("inbox.data-source")
            ? bare.withPropertyValues(SOURCE + "secrets=" + SECRET)
            : production();
    runner
        .withPropertyValues("gamma.webhook." + option + "=" + value)
        .run(
            context ->
                assertThat(analysis(context).getDescription())
                    .startsWith("gamma.webhook." + option.replace("[0]", "")));
  }

  @Test
  void whatIsReleasedLateIsNoEventASecondTime() {
    production()
        .withPropertyValues("gamma.webhook.inbox.quarantine-retention=31d")
        .run(
            context ->
                assertThat(analysis(context).getDescription())
                    .startsWith("gamma.webhook.inbox.dedup-retention (30d) must be at least")
                    .contains("gamma.webhook.inbox.quarantine-retention (31d)"));
  }

  @Test
  void aStoreThatAnotherProcessHoldsIsNamed() {
    production()
        .run(
            first ->
                production()
                    .run(
                        second ->
                            assertThat(analysis(second).getDescription())
                                .startsWith(
                                    "gamma.webhook.inbox.jdbc-url names a store that cannot be used")
                                .contains("inbox.db")));
  }

  @Test
  void anUnsetPlaceholderIsNamedAndNotTakenForASecret() {
    production()
        .withPropertyValues(SOURCE + "scheme=gamma-hub", SOURCE + "secrets=${NO_SUCH_VARIABLE}")
        .run(
            context ->
                assertThat(analysis(context).getDescription())
                    .isEqualTo(SOURCE + "secrets[0] names ${NO_SUCH_VARIABLE}, which is not set"));
  }

  @Test
  void twoSourcesCannotShareAPath() {
    production()
        .withPropertyValues(
            "gamma.webhook.sources.other.path=/webhooks/gamma",
            "gamma.webhook.sources.other.secrets=" + SECRET)
        .run(
            context ->
                assertThat(analysis(context).getDescription())
                    .contains(
                        "gamma.webhook.sources.other.path is /webhooks/gamma, as is that of"));
  }

  @Test
  void anUnknownPropertyIsRefusedAndItsValueNeverShown() {
    production()
        .withPropertyValues(SOURCE + "secret=whsec_not-to-be-shown")
        .run(
            context -> {
              FailureAnalysis analysis = analysis(context);
              assertThat(analysis.getDescription())
                  .startsWith("gamma.webhook.sources.gamma.secret is no property");
              assertThat(analysis.getAction())
                  .startsWith("Did you mean gamma.webhook.sources.gamma.secrets?")
                  .contains("gamma.webhook.sources.gamma has accepted-status, allow-networks,");
              assertThat(analysis.getDescription() + analysis.getAction())
                  .doesNotContain("not-to-be-shown");
            });
  }

  @Test
  void noMessageShowsASecret() {
    production()
        .withPropertyValues(SOURCE + "secrets=whsec_!not-to-be-shown!")
        .run(
            context -> {
              for (Throwable t = context.getStartupFailure(); t != null; t = t.getCause()) {
                assertThat(t).hasMessageNotContaining("not-to-be-shown");
              }
              assertThat(analysis(context).getDescription()).doesNotContain("not-to-be-shown");
            });
    production()
        .run(
            context ->
                assertThat(context.getBean(GammaWebhookProperties.class).toString())
                    .contains("[secret]")
                    .doesNotContain(SECRET));
  }

  @Test
  void devModeMakesASecretOnceForItsOwnerOnlyAndKeepsIt() throws Exception {
    dev().run(context -> assertThat(only(context).secrets()).hasSize(1));
    Path file = folder.resolve("secrets/gamma.secret");
    String made = Files.readString(file);

    dev().run(context -> assertThat(context).hasNotFailed());

    assertThat(made).startsWith("whsec_");
    assertThat(file).hasContent(made.strip());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (Stream<Path> files = Files.list(folder.resolve("secrets"))) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void devModeMakesTheSecretThatTheSchemeWants() {
    dev()
        .withPropertyValues(SOURCE + "scheme=gamma-hub")
        .run(context -> assertThat(only(context).secrets()).hasSize(1));
  }

  @Test
  void devModeAllowsASourceThatSignsNothing() {
    dev()
        .withPropertyValues(SOURCE + "scheme=none")
        .run(context -> assertThat(only(context).secrets()).isEmpty());
  }

  @Test
  void anExistingSecretIsNeverReplaced() throws Exception {
    Files.createDirectories(folder.resolve("secrets"));
    Files.writeString(folder.resolve("secrets/gamma.secret"), SECRET);

    SecretText found =
        new DevSecrets(folder, new java.util.Random(1))
            .findOrMake(new SourceName("gamma"), io.gammawebhook.verify.SecretEncoding.WHSEC);

    assertThat(found.reveal()).isEqualTo(SECRET);
  }

  private static SourceDefinition only(AssertableWebApplicationContext context) {
    assertThat(context).hasNotFailed();
    return context.getBean(Receivers.class).all().get(0).definition();
  }

  private static FailureAnalysis analysis(AssertableWebApplicationContext context) {
    assertThat(context).hasFailed();
    Throwable failure = context.getStartupFailure();
    FailureAnalysis analysis = new InvalidConfigurationFailureAnalyzer().analyze(failure);
    assertThat(analysis)
        .as("of %s", List.of(Arrays.toString(failure.getSuppressed()), failure.toString()))
        .isNotNull();
    return analysis;
  }
}
