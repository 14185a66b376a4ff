package io.gammawebhook.registration.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gammawebhook.registration.api.ApiDescription.Rotation;
import io.gammawebhook.registration.api.ApiDescription.Telling;
import io.gammawebhook.registration.api.ApiOutcome.Done;
import io.gammawebhook.registration.api.ApiOutcome.Kind;
import io.gammawebhook.registration.api.ApiOutcome.Refused;
import io.gammawebhook.verify.SchemeCatalogue;
import io.gammawebhook.verify.SecretText;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each API of the jar, against answers of the shape that its page shows. */
class ShippedApisTest {

  private static final String URL = "https://hooks.example.com/webhooks/in";
  private static final SecretText SECRET =
      SecretText.valueOf("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

  private static final Map<String, String> REPO =
      Map.of("owner", "octo-org", "repo", "hello.world");
  private static final Map<String, String> APP =
      Map.of("app-id", "app_1srOrx2ZWZBpBUvZwXKQmoEYga2");

  private static final Wanted ALL =
      new Wanted(URL, List.of(), true, "orders", "gamma-webhook:orders");
  private static final Wanted SOME =
      new Wanted(URL, List.of("invoice.paid", "order.*"), false, null, "gamma-webhook:orders");

  private final ScriptedApi server = new ScriptedApi();

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void theIndexNamesThem() {
    assertThat(new ApiCatalogue().names()).containsExactly("gamma", "github", "stripe", "svix");
  }

  @Test
  void eachNamesASchemeOfTheCatalogueAndAllButGammaTheirPage() {
    for (String name : new ApiCatalogue().names()) {
      ApiDescription api = new ApiCatalogue().named(name);
      assertThat(api.name()).isEqualTo(name);
      assertThat(new SchemeCatalogue().names()).contains(api.scheme());
      assertThat(api.reference() == null).isEqualTo(name.equals("gamma"));
      assertThat(api.baseUrl() == null).isEqualTo(name.equals("gamma"));
      assertThat(api.takesAllEvents()).isTrue();
      assertThat(api.canDisable()).isTrue();
      assertThat(api.tellsEvents()).isTrue();
      assertThat(api.tellsEnabled()).isTrue();
    }
  }

  @Test
  void whatBecomesOfSecretsAndMarkers() {
    ApiDescription gamma = new ApiCatalogue().named("gamma");
    assertThat(gamma.secretGiven()).isTrue();
    assertThat(gamma.tells(Telling.CREATE)).isTrue();
    assertThat(gamma.tells(Telling.ROTATE)).isTrue();
    assertThat(gamma.tells(Telling.READ)).isFalse();
    assertThat(gamma.rotation()).isEqualTo(Rotation.CALL);
    assertThat(gamma.rotatesToGiven()).isTrue();
    assertThat(gamma.keepsMarker()).isTrue();
    assertThat(gamma.canMark()).isFalse();
    ApiDescription github = new ApiCatalogue().named("github");
    assertThat(github.secretGiven()).isTrue();
    assertThat(github.tells(Telling.CREATE)).isFalse();
    assertThat(github.tells(Telling.READ)).isFalse();
    assertThat(github.rotation()).isEqualTo(Rotation.CALL);
    assertThat(github.rotatesToGiven()).isTrue();
    assertThat(github.updateTakesSecret()).isTrue();
    assertThat(github.keepsMarker()).isFalse();
    assertThat(github.keepsDescription()).isFalse();
    ApiDescription stripe = new ApiCatalogue().named("stripe");
    assertThat(stripe.secretGiven()).isFalse();
    assertThat(stripe.tells(Telling.CREATE)).isTrue();
    assertThat(stripe.rotation()).isEqualTo(Rotation.REPLACE);
    assertThat(stripe.rotatesToGiven()).isFalse();
    assertThat(stripe.canMark()).isTrue();
    assertThat(stripe.canTest(Map.of())).isFalse();
    ApiDescription svix = new ApiCatalogue().named("svix");
    assertThat(svix.secretGiven()).isTrue();
    assertThat(svix.tells(Telling.CREATE)).isFalse();
    assertThat(svix.tells(Telling.READ)).isTrue();
    assertThat(svix.rotation()).isEqualTo(Rotation.CALL);
    assertThat(svix.canTest(APP)).isFalse();
    assertThat(svix.canTest(Map.of("app-id", "a", "test-event-type", "x"))).isTrue();
  }

  // Gamma

  private static String gamma(String id, String more) {
    return """
        {"id":"%s","url":"%s","events":["*"],"description":"orders","enabled":true,"disabled_reason":null,
        "created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z",
        "metadata":{"registration":"gamma-webhook:orders"}%s}"""
        .formatted(id, URL, more);
  }

  @Test
  void gammaListsPageByPage() {
    server.answer(200, "{\"data\":[" + gamma("wh_1", "") + "],\"next_cursor\":\"a b&c\"}");
    server.answer(
        200,
        """
        {"data":[{"id":"wh_2","url":"https://x.example","events":["a"],"enabled":false,
        "disabled_reason":"too many failures"}],"next_cursor":null}""");
    List<Registered> all = done(server.client("gamma", Map.of()).list());
    assertThat(server.calls())
        .containsExactly("GET /webhooks?limit=100", "GET /webhooks?limit=100&cursor=a%20b%26c");
    assertThat(server.last().header("Authorization")).isEqualTo("Bearer " + ScriptedApi.TOKEN);
    assertThat(server.last().header("User-agent")).isEqualTo("camel-gamma-webhook");
    assertThat(all)
        .containsExactly(
            new Registered(
                "wh_1", URL, List.of(), true, null, "orders", "gamma-webhook:orders", null),
            new Registered(
                "wh_2",
                "https://x.example",
                List.of("a"),
                false,
                "too many failures",
                null,
                null,
                null));
  }

  @Test
  void gammaMakesAnEntryWithOurSecret() {
    server.answer(201, gamma("wh_1", ""));
    Registered made = done(server.client("gamma", Map.of()).create(ALL, SECRET, "key-1"));
    assertThat(server.calls()).containsExactly("POST /webhooks");
    assertThat(server.last().header("Idempotency-key")).isEqualTo("key-1");
    assertThat(server.last().header("Content-type")).isEqualTo("application/json");
    assertThat(json(server.last().body()))
        .isEqualTo(
            json(
                """
                {"url":"%s","events":["*"],"description":"orders","enabled":true,"secret":"%s",
                "metadata":{"registration":"gamma-webhook:orders"}}"""
                    .formatted(URL, SECRET.reveal())));
    assertThat(made.id()).isEqualTo("wh_1");
    assertThat(made.secret()).isEqualTo(SECRET);
  }

  @Test
  void gammaMakesTheSecretWhereWeGiveNone() {
    server.answer(201, gamma("wh_1", ",\"secret\":\"whsec_AAAA\""));
    Registered made = done(server.client("gamma", Map.of()).create(SOME, null, "key-1"));
    assertThat(json(server.last().body()))
        .isEqualTo(
            json(
                """
                {"url":"%s","events":["invoice.paid","order.*"],"enabled":false,
                "metadata":{"registration":"gamma-webhook:orders"}}"""
                    .formatted(URL)));
    assertThat(made.secret()).isEqualTo(SecretText.valueOf("whsec_AAAA"));
  }

  @Test
  void gammaChangesAnEntryAndLeavesItsSecretAndMetadata() {
    server.answer(200, gamma("wh_1", ""));
    done(server.client("gamma", Map.of()).update("wh_1", ALL, SECRET));
    assertThat(server.calls()).containsExactly("PATCH /webhooks/wh_1");
    assertThat(json(server.last().body()))
        .isEqualTo(
            json(
                """
                {"url":"%s","events":["*"],"description":"orders","enabled":true}"""
                    .formatted(URL)));
  }

  @Test
  void gammaRotatesTestsAndDeletes() {
    RegistrationApi api = server.client("gamma", Map.of());
    server.answer(200, gamma("wh_1", ",\"secret\":\"whsec_BBBB\""));
    assertThat(done(api.rotate("wh_1", null)).secret()).isEqualTo(SecretText.valueOf("whsec_BBBB"));
    assertThat(server.last().body()).isEqualTo("{}");
    server.answer(200, gamma("wh_1", ""));
    assertThat(done(api.rotate("wh_1", SECRET)).secret()).isEqualTo(SECRET);
    assertThat(json(server.last().body()).path("secret").asText()).isEqualTo(SECRET.reveal());
    server.answer(202, "");
    assertThat(done(api.test("wh_1"))).isEqualTo(202);
    server.answer(204, "");
    assertThat(done(api.delete("wh_1"))).isTrue();
    server.answer(404, "{\"error\":{\"code\":\"not_found\",\"message\":\"no such webhook\"}}");
    assertThat(done(api.delete("wh_1"))).isFalse();
    assertThat(server.calls())
        .containsExactly(
            "POST /webhooks/wh_1/rotate",
            "POST /webhooks/wh_1/rotate",
            "POST /webhooks/wh_1/test",
            "DELETE /webhooks/wh_1",
            "DELETE /webhooks/wh_1");
    assertThat(refused(api.secret("wh_1")).kind()).isEqualTo(Kind.INVALID);
    assertThat(server.calls()).hasSize(5);
  }

  // GitHub

  private static String hook(long id, String url, String events) {
    return """
        {"type":"Repository","id":%d,"name":"web","active":true,"events":%s,
        "config":{"content_type":"json","insecure_ssl":"0","secret":"********","url":"%s"},
        "updated_at":"2019-06-03T00:57:16Z","created_at":"2019-06-03T00:57:16Z",
        "url":"https://api.github.com/repos/octo-org/hello.world/hooks/%d",
        "last_response":{"code":null,"status":"unused","message":null}}"""
        .formatted(id, events, url, id);
  }

  @Test
  void gitHubListsByTheHeaderLink() {
    String next = server.url() + "/repositories/1/hooks?per_page=100&page=2";
    server.answer(
        200,
        "[" + hook(12345678, URL, "[\"push\",\"pull_request\"]") + "]",
        "Link",
        "<" + server.url() + "/x>; rel=\"prev\", <" + next + ">; rel=\"next\"");
    server.answer(
        200,
        "[" + hook(2, "https://x.example", "[\"*\"]") + "]",
        "Link",
        "<" + server.url() + "/y>; rel=\"first\"");
    List<Registered> all = done(server.client("github", REPO).list());
    assertThat(server.calls())
        .containsExactly(
            "GET /repos/octo-org/hello.world/hooks?per_page=100",
            "GET /repositories/1/hooks?per_page=100&page=2");
    assertThat(server.last().header("Accept")).isEqualTo("application/vnd.github+json");
    assertThat(server.last().header("X-github-api-version")).isEqualTo("2022-11-28");
    assertThat(all)
        .containsExactly(
            new Registered(
                "12345678", URL, List.of("push", "pull_request"), true, null, null, null, null),
            new Registered("2", "https://x.example", List.of(), true, null, null, null, null));
  }

  @Test
  void gitHubMakesAnEntryWithASecretOnly() {
    RegistrationApi api = server.client("github", REPO);
    assertThat(refused(api.create(SOME, null, "k")).kind()).isEqualTo(Kind.INVALID);
    assertThat(server.calls()).isEmpty();
    server.answer(201, hook(7, URL, "[\"invoice.paid\",\"order.*\"]"));
    Registered made = done(api.create(SOME, SECRET, "k"));
    assertThat(json(server.last().body()))
        .isEqualTo(
            json(
                """
                {"name":"web","active":false,"events":["invoice.paid","order.*"],"config":
                {"url":"%s","content_type":"json","insecure_ssl":"0","secret":"%s"}}"""
                    .formatted(URL, SECRET.reveal())));
    assertThat(made.id()).isEqualTo("7");
    // Ours, not the stars of the answer.
    assertThat(made.secret()).isEqualTo(SECRET);
  }

  @Test
  void gitHubIsNeverToldAConfigWithoutItsSecret() {
    RegistrationApi api = server.client("github", REPO);
    for (SecretText known : new SecretText[] {null, SECRET}) {
      int before = server.calls().size();
      server.answer(200, hook(7, URL, "[\"*\"]"));
      server.answer(200, "{\"content_type\":\"json\",\"secret\":\"********\",\"url\":\"x\"}");
      server.answer(200, hook(7, URL, "[\"*\"]"));
      assertThat(done(api.update("7", ALL, known)).id()).isEqualTo("7");
      List<ScriptedApi.Got> got = server.got().subList(before, before + 3);
      assertThat(got.stream().map(ScriptedApi.Got::call))
          .containsExactly(
              "PATCH /repos/octo-org/hello.world/hooks/7",
              "PATCH /repos/octo-org/hello.world/hooks/7/config",
              "GET /repos/octo-org/hello.world/hooks/7");
      assertThat(json(got.get(0).body())).isEqualTo(json("{\"active\":true,\"events\":[\"*\"]}"));
      assertThat(json(got.get(1).body()))
          .isEqualTo(
              json(
                  """
                  {"url":"%s","content_type":"json","insecure_ssl":"0"%s}"""
                      .formatted(
                          URL, known == null ? "" : ",\"secret\":\"" + known.reveal() + "\"")));
    }
  }

  @Test
  void gitHubTellsOfAnUpdateThatStopsHalfWayThatAPartMayBeDone() {
    server.answer(200, hook(7, URL, "[\"*\"]"));
    server.answer(422, "{\"message\":\"Validation Failed\"}");
    Refused<Registered> refused = refused(server.client("github", REPO).update("7", ALL, SECRET));
    assertThat(refused.kind()).isEqualTo(Kind.INVALID);
    assertThat(refused.maybeDone()).isTrue();
    assertThat(server.calls()).hasSize(2);
  }

  @Test
  void gitHubRotatesWithoutTouchingTheRest() {
    RegistrationApi api = server.client("github", REPO);
    server.answer(200, "{\"content_type\":\"json\",\"secret\":\"********\",\"url\":\"x\"}");
    assertThat(done(api.rotate("7", SECRET)).secret()).isEqualTo(SECRET);
    assertThat(server.last().call()).isEqualTo("PATCH /repos/octo-org/hello.world/hooks/7/config");
    assertThat(json(server.last().body()))
        .isEqualTo(json("{\"secret\":\"" + SECRET.reveal() + "\"}"));
    assertThat(refused(api.rotate("7", null)).kind()).isEqualTo(Kind.INVALID);
    server.answer(204, "");
    assertThat(done(api.test("7"))).isEqualTo(204);
    assertThat(server.last().call()).isEqualTo("POST /repos/octo-org/hello.world/hooks/7/pings");
    server.answer(204, "");
    assertThat(done(api.delete("7"))).isTrue();
  }

  @Test
  void gitHubSaysLimitsAndConflictsInItsOwnWay() {
    RegistrationApi api = server.client("github", REPO);
    server.answer(
        403,
        "{\"message\":\"API rate limit exceeded for user ID 1.\"}",
        "X-RateLimit-Remaining",
        "0",
        "X-RateLimit-Reset",
        String.valueOf(ScriptedApi.NOW.getEpochSecond() + 90));
    Refused<?> limited = refused(api.list());
    assertThat(limited.kind()).isEqualTo(Kind.LIMITED);
    assertThat(limited.retryAfter()).hasSeconds(90);
    server.answer(403, "{\"message\":\"You have exceeded a secondary rate limit\"}");
    assertThat(refused(api.list()).kind()).isEqualTo(Kind.LIMITED);
    server.answer(
        403, "{\"message\":\"Resource not accessible\"}", "X-RateLimit-Remaining", "4999");
    assertThat(refused(api.list()).kind()).isEqualTo(Kind.CREDENTIALS);
    server.answer(
        422,
        """
        {"message":"Validation Failed","errors":[{"resource":"Hook","code":"custom",
        "message":"Hook already exists on this repository"}]}""");
    assertThat(refused(api.create(ALL, SECRET, "k")).kind()).isEqualTo(Kind.CONFLICT);
  }

  // Stripe

  private static String endpoint(String id, String status, String more) {
    return """
        {"id":"%s","object":"webhook_endpoint","api_version":null,"application":null,"created":1680122196,
        "description":"orders","enabled_events":["charge.succeeded","charge.failed"],"livemode":false,
        "metadata":{"registration":"gamma-webhook:orders"},"status":"%s","url":"%s"%s}"""
        .formatted(id, status, URL, more);
  }

  @Test
  void stripeListsBehindTheLastId() {
    server.answer(
        200,
        "{\"object\":\"list\",\"url\":\"/v1/webhook_endpoints\",\"has_more\":true,\"data\":["
            + endpoint("we_1", "enabled", "")
            + "]}");
    server.answer(
        200,
        "{\"object\":\"list\",\"has_more\":false,\"data\":["
            + endpoint("we_2", "disabled", "")
            + "]}");
    List<Registered> all = done(server.client("stripe", Map.of()).list());
    assertThat(server.calls())
        .containsExactly(
            "GET /v1/webhook_endpoints?limit=100",
            "GET /v1/webhook_endpoints?limit=100&starting_after=we_1");
    assertThat(all).extracting(Registered::id).containsExactly("we_1", "we_2");
    assertThat(all).extracting(Registered::enabled).containsExactly(true, false);
    assertThat(all.get(0).events()).containsExactly("charge.succeeded", "charge.failed");
    assertThat(all.get(0).marker()).isEqualTo("gamma-webhook:orders");
  }

  @Test
  void stripeIsToldByFormsAndTellsTheSecretOnce() {
    RegistrationApi api = server.client("stripe", Map.of());
    server.answer(200, endpoint("we_1", "enabled", ",\"secret\":\"whsec_stripe\""));
    Registered made = done(api.create(SOME, null, "key-1"));
    assertThat(made.secret()).isEqualTo(SecretText.valueOf("whsec_stripe"));
    assertThat(server.last().header("Content-type")).isEqualTo("application/x-www-form-urlencoded");
    assertThat(server.last().header("Idempotency-key")).isEqualTo("key-1");
    assertThat(server.last().body())
        .isEqualTo(
            "url=https%3A%2F%2Fhooks.example.com%2Fwebhooks%2Fin&enabled_events%5B%5D=invoice.paid"
                + "&enabled_events%5B%5D=order.*&metadata%5Bregistration%5D=gamma-webhook%3Aorders");
    assertThat(refused(api.create(ALL, SECRET, "k")).kind()).isEqualTo(Kind.INVALID);
    server.answer(200, endpoint("we_1", "enabled", ""));
    Refused<Registered> without = refused(api.create(ALL, null, "k"));
    assertThat(without.kind()).isEqualTo(Kind.UNREADABLE);
    assertThat(without.maybeDone()).isTrue();
    server.answer(200, endpoint("we_1", "disabled", ""));
    assertThat(done(api.update("we_1", SOME, null)).enabled()).isFalse();
    assertThat(server.last().call()).isEqualTo("POST /v1/webhook_endpoints/we_1");
    assertThat(server.last().body()).contains("&disabled=true&").doesNotContain("description");
    assertThat(refused(api.rotate("we_1", null)).kind()).isEqualTo(Kind.INVALID);
    assertThat(refused(api.test("we_1")).kind()).isEqualTo(Kind.INVALID);
    server.answer(200, "{\"id\":\"we_1\",\"object\":\"webhook_endpoint\",\"deleted\":true}");
    assertThat(done(api.delete("we_1"))).isTrue();
  }

  // Svix

  private static String svix(String id, String more) {
    return """
        {"id":"%s","url":"%s","version":1,"description":"orders","createdAt":"2019-08-24T14:15:22Z",
        "updatedAt":"2019-08-24T14:15:22Z","metadata":{"registration":"gamma-webhook:orders","a":"b"}%s}"""
        .formatted(id, URL, more);
  }

  @Test
  void svixListsUntilItIsDone() {
    server.answer(
        200,
        "{\"data\":["
            + svix("ep_1", ",\"filterTypes\":[\"user.signup\"],\"disabled\":true")
            + "],\"iterator\":\"-iter\",\"done\":false}");
    server.answer(
        200, "{\"data\":[" + svix("ep_2", "") + "],\"iterator\":\"still\",\"done\":true}");
    List<Registered> all = done(server.client("svix", APP).list());
    assertThat(server.calls())
        .containsExactly(
            "GET /api/v1/app/app_1srOrx2ZWZBpBUvZwXKQmoEYga2/endpoint?limit=100",
            "GET /api/v1/app/app_1srOrx2ZWZBpBUvZwXKQmoEYga2/endpoint?limit=100&iterator=-iter");
    assertThat(all)
        .containsExactly(
            new Registered(
                "ep_1",
                URL,
                List.of("user.signup"),
                false,
                null,
                "orders",
                "gamma-webhook:orders",
                null),
            new Registered(
                "ep_2", URL, List.of(), true, null, "orders", "gamma-webhook:orders", null));
  }

  @Test
  void svixTakesNoTypesForAll() {
    RegistrationApi api = server.client("svix", APP);
    server.answer(201, svix("ep_1", ""));
    Registered made = done(api.create(ALL, null, "key-1"));
    assertThat(json(server.last().body()))
        .isEqualTo(
            json(
                """
                {"url":"%s","filterTypes":null,"description":"orders","disabled":false,
                "metadata":{"registration":"gamma-webhook:orders"}}"""
                    .formatted(URL)));
    assertThat(made.secret()).isNull();
    server.answer(200, "{\"key\":\"whsec_svix\"}");
    assertThat(done(api.secret("ep_1"))).isEqualTo(SecretText.valueOf("whsec_svix"));
    assertThat(server.last().uri()).endsWith("/endpoint/ep_1/secret");
    server.answer(200, svix("ep_1", ",\"filterTypes\":[\"a\"]"));
    assertThat(done(api.update("ep_1", SOME, SECRET)).events()).containsExactly("a");
    assertThat(server.last().method()).isEqualTo("PATCH");
    assertThat(json(server.last().body()))
        .isEqualTo(
            json(
                """
                {"url":"%s","filterTypes":["invoice.paid","order.*"],"disabled":true}"""
                    .formatted(URL)));
  }

  @Test
  void svixRotatesAndTests() {
    RegistrationApi api = server.client("svix", APP);
    server.answer(204, "");
    assertThat(done(api.rotate("ep_1", SECRET)).secret()).isEqualTo(SECRET);
    assertThat(json(server.last().body())).isEqualTo(json("{\"key\":\"" + SECRET.reveal() + "\"}"));
    server.answer(204, "");
    assertThat(done(api.rotate("ep_1", null)).secret()).isNull();
    assertThat(server.last().body()).isEqualTo("{}");
    assertThat(refused(api.test("ep_1")).detail()).contains("test-event-type");
    server.answer(202, "{\"id\":\"msg_1\"}");
    RegistrationApi testing =
        server.client("svix", Map.of("app-id", "x", "test-event-type", "user.signup"));
    assertThat(done(testing.test("ep_1"))).isEqualTo(202);
    assertThat(server.last().call()).isEqualTo("POST /api/v1/app/x/endpoint/ep_1/send-example");
    assertThat(server.last().body()).isEqualTo("{\"eventType\":\"user.signup\"}");
  }

  static <T> T done(ApiOutcome<T> outcome) {
    assertThat(outcome).isInstanceOf(Done.class);
    return ((Done<T>) outcome).value();
  }

  static <T> Refused<T> refused(ApiOutcome<T> outcome) {
    assertThat(outcome).isInstanceOf(Refused.class);
    return (Refused<T>) outcome;
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
