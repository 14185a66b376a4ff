package io.gammawebhook.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.config.ConfigurationProblem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

/** What is wrong with a registration is said before anything starts, all of it, with the cure. */
class RegistrationCheckTest {

  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String HUB_SECRET = "It's a Secret to Everybody";
  private static final String OWN = "gamma.webhook.registrations.gamma.";
  private static final String HUB = "gamma.webhook.registrations.hub.";
  private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);

  private final Map<String, Object> properties = new HashMap<>();
  @TempDir private Path folder;

  @BeforeEach
  void aSoundConfiguration() {
    properties.put("gamma.webhook.data-dir", folder.toString());
    properties.put("gamma.webhook.sources.gamma.scheme", "standard-webhooks");
    properties.put("gamma.webhook.secret-key", KEY);
    properties.put(OWN + "api-url", "https://api.gamma.example/v1");
    properties.put(OWN + "credentials", "token-1");
    properties.put(OWN + "public-url", "https://hooks.example.com/webhooks/gamma");
  }

  private List<ConfigurationProblem> problems() {
    StandardEnvironment environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
    return StartCheck.problems(environment, List.of(GammaWebhookAutoConfiguration.section()));
  }

  /** The only one. */
  private ConfigurationProblem problem() {
    assertThat(problems()).hasSize(1);
    return problems().get(0);
  }

  private void hub() {
    properties.put("gamma.webhook.sources.hub.scheme", "github");
    properties.put("gamma.webhook.sources.hub.secrets", HUB_SECRET);
    properties.put(HUB + "api", "github");
    properties.put(HUB + "credentials", "token-2");
    properties.put(HUB + "parameters.owner", "acme");
    properties.put(HUB + "parameters.repo", "shop");
    properties.put(HUB + "public-url", "https://hooks.example.com/webhooks/hub");
  }

  @Test
  void aSoundOneIsLetPassAndItsSourceNeedsNoSecret() {
    hub();
    assertThat(problems()).isEmpty();
  }

  @Test
  void withoutItsRegistrationTheSourceNeedsASecret() {
    properties.keySet().removeIf(name -> name.startsWith(OWN));
    assertThat(problem().property()).isEqualTo("gamma.webhook.sources.gamma.secrets");
  }

  @Test
  void oneThatIsOffNeedsNoCredentialsAndItsSecretStillCounts() {
    properties.put(OWN + "mode", "off");
    properties.remove(OWN + "credentials");
    assertThat(problems()).isEmpty();
  }

  @Test
  void allFaultsOfAllAreSaidAtOnce() {
    hub();
    properties.put(OWN + "api", "gama");
    properties.put(OWN + "api-url", "http://api.gamma.example/v1");
    properties.put(OWN + "credentials", "${NOBODY_SETS_THIS}");
    properties.put(OWN + "public-url", "http://hooks.example.com/webhooks/gamma");
    properties.put(OWN + "timeout", "10m");
    properties.put(OWN + "check-interval", "1s");
    properties.put(HUB + "source", "hubb");
    properties.remove(HUB + "parameters.owner");
    properties.put(HUB + "most-enables-per-day", "1000");
    assertThat(problems())
        .extracting(ConfigurationProblem::property)
        .contains(
            OWN + "api",
            OWN + "api-url",
            OWN + "credentials",
            OWN + "public-url",
            OWN + "timeout",
            OWN + "check-interval",
            HUB + "source",
            HUB + "parameters.owner",
            HUB + "most-enables-per-day");
    assertThat(problems())
        .allSatisfy(problem -> assertThat(problem.cure()).as(problem.property()).isNotBlank())
        .noneMatch(problem -> problem.toString().contains("token-"));
  }

  @ParameterizedTest
  @CsvSource({
    "api, gama, Did you mean gamma?",
    "source, gamm, Did you mean gamma?",
    "api, file:/not/there.yaml, readable",
  })
  void theCureNamesWhatWasMeant(String option, String value, String cure) {
    properties.put(OWN + option, value);
    assertThat(problems())
        .filteredOn(problem -> problem.property().equals(OWN + option))
        .singleElement()
        .satisfies(problem -> assertThat(problem.cure()).contains(cure));
  }

  @ParameterizedTest
  @CsvSource({
    "public-url, https://hooks.example.com/webhooks/gamma",
    "credentials, token",
    "api-url, base address",
  })
  void whatIsMissingIsNamed(String option, String cure) {
    properties.remove(OWN + option);
    assertThat(problem().property()).isEqualTo(OWN + option);
    assertThat(problem().toString()).contains("is missing");
    assertThat(problem().cure()).contains(cure);
  }

  @ParameterizedTest
  @CsvSource({
    "api-url, ftp://x, such as https://api.example.com/v1",
    "api-url, https://api.gamma.example/v1?a=b, such as https://api.example.com/v1",
    "credentials, two words, alone",
    "check-interval, 1s, within these bounds",
    "parameters.colour, red, Delete it",
  })
  void theCureSaysWhatIsRight(String option, String value, String cure) {
    properties.put(OWN + option, value);
    assertThat(problem().property()).isEqualTo(OWN + option);
    assertThat(problem().cure()).contains(cure);
  }

  @Test
  void theCureOfAParameterIsWhatTheApiSaysOfIt() {
    hub();
    properties.remove(HUB + "parameters.repo");
    assertThat(problem().cure()).startsWith("Set it to the repository's name, without .git");
  }

  @Test
  void theAddressMayBeThatOfTheSource() {
    properties.put("gamma.webhook.sources.gamma.public-url", properties.remove(OWN + "public-url"));
    assertThat(problems()).isEmpty();
  }

  @Test
  void plainHttpIsForThisMachineAndForDevMode() {
    properties.put(OWN + "api-url", "http://localhost:9999/v1");
    assertThat(problems()).isEmpty();
    properties.put(OWN + "public-url", "http://localhost:8080/webhooks/gamma");
    assertThat(problem().property()).isEqualTo(OWN + "public-url");
    properties.put("gamma.webhook.mode", "dev");
    assertThat(problems()).isEmpty();
  }

  @Test
  void aManagedSecretNeedsAKeyInProduction() {
    properties.remove("gamma.webhook.secret-key");
    assertThat(problem().property()).isEqualTo("gamma.webhook.secret-key");
    assertThat(problem().cure()).contains("openssl rand -base64 32");
    properties.put("gamma.webhook.mode", "dev");
    assertThat(problems()).isEmpty();
    properties.put("gamma.webhook.mode", "production");
    properties.put("gamma.webhook.sources.gamma.secrets", SECRET);
    assertThat(problems()).as("its secret is the source's").isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"abc", "c2hvcnQ=", "'${NOBODY_SETS_THIS}'", "file:/not/there"})
  void aKeyThatIsNoneIsRefusedAndNotShown(String key) {
    properties.put("gamma.webhook.secret-key", key);
    assertThat(problem().property()).isEqualTo("gamma.webhook.secret-key");
    if (!key.contains("/") && !key.contains("$")) {
      assertThat(problem().toString() + problem().cure()).doesNotContain(key);
    }
  }

  @Test
  void twoOfOneAddressAtOneApiAreRefused() {
    properties.put("gamma.webhook.registrations.again.source", "gamma");
    for (String option : List.of("api-url", "credentials", "public-url")) {
      properties.put("gamma.webhook.registrations.again." + option, properties.get(OWN + option));
    }
    assertThat(problem().property()).isEqualTo(OWN + "public-url");
    assertThat(problem().toString()).contains("'again'");
    properties.put("gamma.webhook.registrations.again.api-url", "https://other.example/v1");
    assertThat(problems()).isEmpty();
  }

  @Test
  void theSchemeOfTheSourceHasToBeTheOneThatTheApiSignsBy() {
    hub();
    properties.put("gamma.webhook.sources.hub.scheme", "standard-webhooks");
    properties.put("gamma.webhook.sources.hub.secrets", SECRET);
    assertThat(problem().property()).isEqualTo(HUB + "api");
    assertThat(problem().cure()).contains("gamma.webhook.sources.hub.scheme: github");
    properties.put("gamma.webhook.sources.gamma.scheme", "gamma-hub");
    assertThat(problems()).as("another way of the same sender").hasSize(1);
  }

  @Test
  void aSecretOfTheSourceHasToBeThereAndTheApiHasToTakeIt() {
    properties.put(OWN + "secret", "source");
    assertThat(problems()).extracting(ConfigurationProblem::property).contains(OWN + "secret");
    properties.put("gamma.webhook.sources.stripe.scheme", "stripe");
    properties.put("gamma.webhook.sources.stripe.secrets", "whsec_abc");
    properties.put(OWN + "secret", "managed");
    String stripe = "gamma.webhook.registrations.stripe.";
    properties.put(stripe + "api", "stripe");
    properties.put(stripe + "credentials", "sk_test");
    properties.put(stripe + "public-url", "https://hooks.example.com/webhooks/stripe");
    assertThat(problem().property()).isEqualTo(stripe + "secret");
    properties.put(stripe + "mode", "check");
    assertThat(problems()).isEmpty();
    properties.put(stripe + "mode", "apply");
    properties.put(stripe + "secret", "managed");
    assertThat(problems()).isEmpty();
  }

  @Test
  void credentialsAndKeyMayBeInFiles() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "token-1\n");
    Path key = Files.writeString(folder.resolve("key"), KEY + "\n");
    properties.put(OWN + "credentials", "file:" + token);
    properties.put("gamma.webhook.secret-key", "file:" + key);
    assertThat(problems()).isEmpty();
    Files.delete(token);
    assertThat(problem().property()).isEqualTo(OWN + "credentials");
    properties.put(OWN + "credentials", "{{hashicorp:secret:gamma/token}}");
    assertThat(problems()).as("Camel's vaults are asked later").isEmpty();
  }

  @Test
  void aMisspeltOptionIsShownTheNearest() {
    properties.put(OWN + "public-ulr", "https://x.example");
    assertThat(problems())
        .filteredOn(problem -> problem.property().equals(OWN + "public-ulr"))
        .singleElement()
        .satisfies(problem -> assertThat(problem.cure()).contains(OWN + "public-url"));
  }
}
