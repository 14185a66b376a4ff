package io.gammawebhook.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.Environment;

/** Orders that Spring refuses before the Actuator endpoint sees them. */
@Timeout(120)
class UnreadableOrdersTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theyAreProblemsWithReasonAndCureAndOtherEndpointsAnswerAsEver(boolean ownPort)
      throws Exception {
    try (App app =
        App.host(
            folder,
            ownPort
                ? Map.of(
                    "management.server.port",
                    "0",
                    "management.endpoints.web.base-path",
                    "/manage",
                    "management.endpoints.web.exposure.include",
                    "webhooks,loggers")
                : Map.of(
                    "server.servlet.context-path",
                    "/shop",
                    "management.endpoints.web.exposure.include",
                    "webhooks,loggers"))) {
      URI base =
          ownPort
              ? URI.create(
                  "http://127.0.0.1:"
                      + app.bean(Environment.class).getProperty("local.management.port")
                      + "/manage/")
              : app.url("/shop/actuator/");
      String replay = base + "webhooks/replay";

      for (String body : new String[] {"{", "{\"who\":", "[]", "\"who\"", "{\"who\":{\"a\":1}}"}) {
        JsonNode problem = problem(app, replay, body, "application/json", 400);
        assertThat(problem.get("detail").asText()).contains("JSON object", "who and why");
      }
      for (String type : new String[] {"text/plain", "application/x-www-form-urlencoded"}) {
        JsonNode problem = problem(app, replay, "{}", type, 415);
        assertThat(problem.get("detail").asText()).contains("Content-Type: application/json");
      }
      assertThat(problem(app, replay, "{}", "application/json", 400).get("detail").asText())
          .contains("'delivery' is missing");
      assertThat(
              app.sender()
                  .post(
                      URI.create(base + "loggers/orders"),
                      "{",
                      Map.of("content-type", "application/json"))
                  .body())
          .doesNotContain("who and why");
      assertThat(
              app.sender()
                  .post(
                      URI.create(base + "loggers/orders"),
                      "{",
                      Map.of("content-type", "text/plain"))
                  .status())
          .isEqualTo(415);
    }
  }

  private static JsonNode problem(App app, String url, String body, String type, int status)
      throws Exception {
    Sender.Answer answer = app.sender().post(URI.create(url), body, Map.of("content-type", type));
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().get("content-type")).startsWith("application/problem+json");
    JsonNode problem = new ObjectMapper().readTree(answer.body());
    assertThat(problem.get("status").asInt()).isEqualTo(status);
    return problem;
  }
}
