package io.gammawebhook.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.kamelet.KameletComponent;
import org.apache.camel.component.platform.http.springboot.PlatformHttpComponentAutoConfiguration;
import org.apache.camel.component.platform.http.springboot.SpringBootPlatformHttpAutoConfiguration;
import org.apache.camel.spring.boot.CamelAutoConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

/**
 * A route that cannot work fails the start with a description and an action, and no trace alone.
 */
@Timeout(120)
class RouteRefusalTest {

  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String KAMELET = "kamelet:gamma-webhook-source?source=billing";

  @TempDir private Path folder;

  private WebApplicationContextRunner host(RouteBuilder routes, String... more) {
    return new WebApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                TaskExecutionAutoConfiguration.class,
                CamelAutoConfiguration.class,
                SpringBootPlatformHttpAutoConfiguration.class,
                PlatformHttpComponentAutoConfiguration.class,
                GammaWebhookAutoConfiguration.class))
        .withBean(RouteBuilder.class, () -> routes)
        .withPropertyValues(
            "gamma.webhook.data-dir=" + folder,
            "gamma.webhook.sources.gamma.secrets=" + SECRET,
            "short.secret=whsec_QUJD",
            "good.secret=" + SECRET)
        .withPropertyValues(more);
  }

  @Test
  void anUnknownSourceNamesTheRouteAndWritesNoSubscription() {
    String said = refusal(from("webhook-inbox:gama").route("misspelt"));
    assertThat(said)
        .contains("route 'misspelt' (webhook-inbox:gama)", "[gamma]")
        .contains("add gamma.webhook.sources.gama");
    host(from("webhook-inbox:gamma").route("right"))
        .run(
            context ->
                assertThat(
                        context
                            .getBean(io.gammawebhook.camel.WebhookRuntime.class)
                            .inbox()
                            .status()
                            .subscriptions())
                    .extracting(status -> status.subscription().source().value())
                    .containsExactly("gamma"));
  }

  @Test
  void aGeneratedIdSaysWhatIsMissing() {
    assertThat(refusal(from("webhook-inbox:gamma").route(null)))
        .contains("has a generated id", "Give the route an id, or the endpoint a subscription.");
  }

  @Test
  void aRouteOfAPlugInThatIsSwitchedOffSaysHowItGoesWithIt() {
    assertThat(refusal(from("webhook-inbox:gamma").route("orders"), "gamma.webhook.enabled=false"))
        .contains("webhook-inbox:gamma", "gamma.webhook.enabled is false")
        .contains("precondition: \"{{gamma.webhook.enabled:true}}\"");
  }

  @Test
  void twoRoutesWithTheSameUriAndSubscriptionAreNamed() {
    assertThat(
            refusal(
                new RouteBuilder() {
                  @Override
                  public void configure() {
                    from("webhook-inbox:gamma?subscription=s").routeId("a").to("log:a");
                    from("webhook-inbox:gamma?subscription=s").routeId("b").to("log:b");
                  }
                }))
        .contains("'a'", "'b'", "subscription 's' of source 'gamma'");
  }

  @Test
  void twoRoutesMayBeginWithTheSameUri() {
    host(new RouteBuilder() {
          @Override
          public void configure() {
            from("webhook-inbox:gamma").routeId("a").to("log:a");
            from("webhook-inbox:gamma").routeId("b").to("log:b");
          }
        })
        .run(context -> assertThat(context).hasNotFailed());
  }

  @Test
  void aWrongSecretOfAKameletNamesItsParameterAndPlaceholder() {
    assertThat(refusal(from(KAMELET + "&path=/b&secrets={{short.secret}}").route("billing")))
        .contains(
            "The parameter 'secrets' (from {{short.secret}}) of route 'billing'"
                + " (Kamelet gamma-webhook-source) must be the base64 of 24 to 64 bytes")
        .contains("openssl rand -base64 32", "gamma-hub, github, ", "standard-webhooks, ")
        .doesNotContain("gamma.webhook.sources", "QUJD");
  }

  @Test
  void aWrongOptionOfAnEndpointNamesTheOption() {
    assertThat(
            refusal(
                from("webhook-inbox:billing?path=/b&secrets=RAW({{short.secret}})")
                    .route("billing")))
        .contains("The option 'secrets' (from {{short.secret}}) of route 'billing'");
    assertThat(
            refusal(
                from("webhook-inbox:billing?path=/b&secrets={{good.secret}}&maxBodySize=0")
                    .route("billing")))
        .contains("The option 'maxBodySize' of route 'billing' (webhook-inbox:billing) must be");
  }

  @Test
  void anUnsetPlaceholderNamesTheParameter() {
    assertThat(refusal(from(KAMELET + "&path=/b&secrets={{env:NO_SUCH}}").route("billing")))
        .contains("The parameter 'secrets' of route 'billing' (Kamelet gamma-webhook-source) names")
        .contains("{{env:NO_SUCH}}, which is not set")
        .contains("Set the environment variable NO_SUCH");
    assertThat(refusal(from(KAMELET + "&path=/b&secrets={{NO_SUCH}}").route("billing")))
        .contains("{{NO_SUCH}}, which is not set", "Set the property NO_SUCH");
  }

  @Test
  void aSpringPlaceholderIsNotTakenForASecret() {
    assertThat(
            refusal(
                from(KAMELET + "&path=/b&scheme=gamma-hub&secrets=RAW(${NO_SUCH})")
                    .route("billing")))
        .contains("a placeholder that nothing resolves, for NO_SUCH", "write {{NO_SUCH}}");
  }

  @Test
  void anEmptySecretAndAMissingOneAreNamed() {
    assertThat(refusal(from(KAMELET + "&path=/b&secrets={{none:}}").route("billing")))
        .contains("secrets");
    assertThat(refusal(from(KAMELET + "&path=/b").route("billing")))
        .contains("The Kamelet gamma-webhook-source is used without what it needs: secrets.");
  }

  @Test
  void anUnknownOptionIsNamedWithoutItsValue() {
    assertThat(
            refusal(from("webhook-inbox:billing?path=/b&secret={{good.secret}}").route("billing")))
        .contains("route 'billing' (webhook-inbox) has the parameter 'secret', which is none")
        .doesNotContain(SECRET);
  }

  @Test
  void aSourceThatIsConfiguredTooNamesBoth() {
    assertThat(
            refusal(
                from("kamelet:gamma-webhook-source?source=gamma&path=/b&secrets={{good.secret}}")
                    .route("billing")))
        .contains("route 'billing' (Kamelet gamma-webhook-source) defines the source 'gamma'")
        .contains("gamma.webhook.sources.gamma defines already")
        .contains("begin with webhook-inbox:gamma");
  }

  @Test
  void aPathThatIsTakenNamesBoth() {
    assertThat(
            refusal(
                from(KAMELET + "&path=/webhooks/gamma&secrets={{good.secret}}").route("billing")))
        .contains("route 'billing' (Kamelet gamma-webhook-source) wants the path /webhooks/gamma")
        .contains("change gamma.webhook.sources.gamma.path");
  }

  @Test
  void aBodyThatThereIsNeverMemoryForIsRefusedAtTheStart() {
    String small = "gamma.webhook.http.waiting-line.bytes=1MB";
    assertThat(refusal(from("webhook-inbox:gamma").route("in"), small))
        .contains("The source 'gamma' takes bodies of up to 1048576 bytes")
        .contains("Lower the source's max-body-size", "-Xmx");
    String fits = "gamma.webhook.sources.gamma.max-body-size=700KB";
    assertThat(
            refusal(
                from("webhook-inbox:billing?path=/b&secrets={{good.secret}}&maxBodySize=800000")
                    .route("in"),
                small,
                fits))
        .contains("The source 'billing' takes bodies of up to 800000 bytes");
    host(from("webhook-inbox:gamma").route("in"), small, fits)
        .run(context -> assertThat(context).hasNotFailed());
  }

  private record From(String uri) {
    RouteBuilder route(@Nullable String id) {
      return new RouteBuilder() {
        @Override
        public void configure() throws Exception {
          CamelContext camel = getContext();
          camel.getComponent("kamelet", KameletComponent.class).setLocation("classpath:kamelets");
          var route = from(uri);
          if (id != null) {
            route.routeId(id);
          }
          route.to("log:x");
        }
      };
    }
  }

  private static From from(String uri) {
    return new From(uri);
  }

  private String refusal(RouteBuilder routes, String... more) {
    StringBuilder said = new StringBuilder();
    host(routes, more)
        .run(
            context -> {
              assertThat(context).hasFailed();
              List<FailureAnalyzer> analyzers =
                  List.of(
                      new InvalidConfigurationFailureAnalyzer(),
                      new RefusedRouteFailureAnalyzer(),
                      new RouteParameterFailureAnalyzer());
              FailureAnalysis analysis =
                  analyzers.stream()
                      .map(analyzer -> analyzer.analyze(context.getStartupFailure()))
                      .filter(Objects::nonNull)
                      .findFirst()
                      .orElseThrow(
                          () -> new AssertionError("no analysis", context.getStartupFailure()));
              said.append(analysis.getDescription()).append(' ').append(analysis.getAction());
            });
    return said.toString();
  }
}
