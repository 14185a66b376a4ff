package io.gammawebhook.registration.api;

import static io.gammawebhook.testing.GeneratedPage.code;
import static org.assertj.core.api.Assertions.assertThat;

import io.gammawebhook.registration.api.ApiDescription.Parameter;
import io.gammawebhook.registration.api.ApiDescription.Rotation;
import io.gammawebhook.registration.api.ApiDescription.Telling;
import io.gammawebhook.testing.GeneratedPage;
import java.io.IOException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/apis.md} is made of the catalogue and of the example. After a change of either:
 * {@code mvn test -Dtest=ApisPageTest -Dapis.write=true}.
 */
class ApisPageTest {

  private static final String TEST_EVENT = "test-event-type";

  @Test
  void thePageShowsTheCatalogueAndTheExample() throws IOException {
    GeneratedPage page =
        new GeneratedPage(
            "apis",
            "APIs at which webhooks are registered",
            "Made of the catalogue by ApisPageTest; change the descriptions, or the texts there.");
    page.paragraph(
        "Of an API that sends webhooks the product has to know how entries are listed, made, changed and deleted, and what",
        "becomes of their secrets. That is data: one YAML document an API. These are in the jar:");
    page.table("api", "of", "described from", "address", "parameters", "signature scheme");
    ApiCatalogue catalogue = new ApiCatalogue();
    for (String name : catalogue.names()) {
      ApiDescription api = catalogue.named(name);
      page.cells(
          code(name),
          api.title() + ": " + api.facts().summary(),
          api.reference() == null ? "" : "[its page](" + api.reference() + ")",
          api.baseUrl() == null ? "none: it has to be given" : code(api.baseUrl().toString()),
          api.parameters().stream().map(ApisPageTest::parameter).collect(Collectors.joining("; ")),
          code(String.valueOf(api.scheme())));
    }
    page.paragraph(
        "None was tried against the live API: the build checks each against answers of the shape that its page shows.");
    page.paragraph("## What each can do");
    page.table(
        "api",
        "who chooses the secret",
        "who learns it",
        "another secret",
        "an entry is known by",
        "keeps a description",
        "a test");
    for (String name : catalogue.names()) {
      ApiDescription api = catalogue.named(name);
      page.cells(
          code(name),
          !api.secretGiven() ? "the API" : makesSecret(api) ? "we, or the API" : "we",
          learns(api),
          rotation(api),
          known(api),
          api.keepsDescription() ? "yes" : "no",
          api.calls().test() == null
              ? "no"
              : api.calls().test().says(TEST_EVENT) ? "with " + code(TEST_EVENT) : "yes");
    }
    page.paragraph("An update says only what is ours, so that it wipes nothing:");
    page.paragraph(
        "- GitHub's page says that a secret is removed if an update's `config` does not name it. So an update changes the hook",
        "  without its `config`, then the `config` field by field, with the secret where it is known, and then reads the hook.",
        "- Svix and Gamma replace an entry's metadata as a whole, so only a new entry gets our marker. Stripe changes them by name.",
        "- Stripe has no call for another secret: another entry is made, and the old one deleted once the new secret is live.",
        "- Svix goes on signing with the old secret, beside the new one, for 24 hours.");
    page.paragraph("## What a call comes to");
    page.table("outcome", "when", "was it done all the same?");
    page.cells("`CREDENTIALS`", "401, 403", "no");
    page.cells("`NOT_FOUND`", "404, 410; a delete that finds nothing is done", "no");
    page.cells("`CONFLICT`", "409; GitHub: 422 where such a hook is there already", "no");
    page.cells(
        "`INVALID`", "any other 4xx; what the API cannot do, which is not sent at all", "no");
    page.cells("`LIMITED`", "429; GitHub: 403 with the headers or the text of a limit", "no");
    page.cells(
        "`UNAVAILABLE`",
        "5xx, a time-out, a connection that is refused or lost",
        "perhaps, unless no connection came about: what is there has to be looked at");
    page.cells(
        "`UNREADABLE`",
        "an answer that is not as it is described, or has more than 1 MB; a list of more than 100 pages or 10 MB, or in a circle",
        "perhaps");
    page.cells(
        "`REDIRECTED`", "3xx: it is not followed, since the credentials would go there", "no");
    page.paragraph(
        "How long an API wants to be left alone is read from `Retry-After`, seconds or a date, and at GitHub from",
        "`X-RateLimit-Reset`; a day at most, to which up to a tenth is added, so that nodes do not come together. A call ends",
        "within the registration's `timeout`, body and all, a list within ten of them, and nothing is tried again inside.",
        "Credentials and secrets are in no text that is shown, also where the API echoes a part of them, in a refusal or in an",
        "entry; an id that holds one is refused. Credentials go to the host of `api-url` only, by `https` unless it is this",
        "machine.");
    page.paragraph("## Your own");
    page.paragraph(
        "Write a document of this form into a file, and name it with `api: file:…`. What is wrong with it is said at the start,",
        "with line, option and cure.");
    String example = ExampleApi.yaml();
    page.paragraph("```yaml", example.stripTrailing(), "```");
    page.paragraph(
        "This one is read and run by the build. To begin with one of the jar, copy its file from",
        "[src/main/resources/io/gammawebhook/apis](../src/main/resources/io/gammawebhook/apis).");
    page.table("option", "");
    option(page, "name", "lower-case letters, digits and hyphens; the file's name if absent");
    option(page, "title, description, reference", "for people: its name, a few words, its page");
    option(page, "base-url", "the address unless the registration has an `api-url`; `https`");
    option(page, "scheme", "the [signature scheme](schemes.md) that its events are signed by");
    option(page, "auth", "`header` and `value`, which holds `{credentials}`");
    option(page, "headers", "of every call");
    option(
        page,
        "format",
        "of the bodies: `json`, or `form` (`a[b]=c`, and `a[]=c` for each of a list)");
    option(
        page,
        "parameters",
        "by name: `description`, `needed` (yes unless `false`), `default`, `pattern` (a regular expression for the whole text)");
    option(
        page,
        "events.all",
        "the one name that stands for all events; `null` if a null in the place of the names does. Absent if neither does:"
            + " a registration then has to name them");
    option(
        page,
        "calls",
        "`list`, `create`, `update`, `delete`, and where there are such `rotate`, `read-secret`, `test`. Each has `method`,"
            + " `path`, `query`, `headers`, `body`, and `success` (statuses with blanks between them; any 2xx if absent). `update`"
            + " may be a list of calls: the answer of the last is the entry");
    option(
        page,
        "calls.….secret",
        "where the answer has the secret: of `create`, `rotate` and `read-secret`");
    option(
        page,
        "paging",
        "`kind` is `cursor` (`parameter` of the query, `next` in the answer, perhaps `more`), `last-id` (`parameter`, `more`),"
            + " `link-header` (`rel=\"next\"`) or `page-number` (`parameter`, `first`: 0 or 1). Absent if all is on one page");
    option(page, "items", "where the entries of a list are; `$` for the whole answer");
    option(
        page,
        "fields",
        "where an entry has `id`, `url`, and where there are such `events`, `enabled`, `disabled-reason`, `description`, `marker`."
            + " What is not there is never compared");
    option(
        page,
        "errors",
        "`message`: where a refusal says why. `limit-reset`: a header with the second of the epoch. `special`: answers that mean"
            + " something else than their status, by `status` and `text` of the body, or `header` and its `value`");
    page.paragraph(
        "A field is its name, with dots into what it is in: `config.url`. A yes or no may name the text that means yes:",
        "`status=enabled`, `disabled=false`. In paths, queries, headers and bodies these variables are filled in, and the",
        "parameters; a value is always one value, whatever it holds:");
    page.table("variable", "");
    option(page, "{url} {description} {marker}", "texts; a body leaves out what there is none of");
    option(page, "{events}", "a list; as `events.all` says it for all");
    option(page, "{enabled} {disabled}", "yes or no");
    option(
        page,
        "{secret}",
        "in `create` if we may choose it, in `rotate`, and in `update` if that is how it is changed");
    option(page, "{id}", "of the entry; in paths");
    option(page, "{idempotency-key}", "in a header of `create`: the same for each try");
    page.paragraph(
        "One that stands alone is written in quotes, such as `\"{id}\"`: braces are YAML's, too.");
    page.check();
  }

  private static boolean makesSecret(ApiDescription api) {
    return api.tells(Telling.CREATE) || api.tells(Telling.READ);
  }

  private static String learns(ApiDescription api) {
    return api.tells(Telling.READ)
        ? "whoever asks for it"
        : api.tells(Telling.CREATE) ? "who makes the entry, once" : "nobody";
  }

  private static String rotation(ApiDescription api) {
    return switch (api.rotation()) {
      case CALL ->
          "a call, "
              + (!api.rotatesToGiven()
                  ? "which makes it"
                  : api.tells(Telling.ROTATE) || api.tells(Telling.READ)
                      ? "with ours or not"
                      : "with ours");
      case UPDATE -> "an update, with ours";
      case REPLACE -> "another entry";
    };
  }

  private static String known(ApiDescription api) {
    return !api.keepsMarker()
        ? "its address"
        : api.canMark() ? "our marker" : "our marker, which a new one gets";
  }

  private static String parameter(Parameter parameter) {
    return code(parameter.name())
        + (parameter.needed() ? "" : " (optional)")
        + ", "
        + parameter.description();
  }

  private static void option(GeneratedPage page, String names, String what) {
    page.cells(
        names.startsWith("{")
            ? names.replaceAll("\\{[a-z-]+}", "`$0`")
            : names.replaceAll("[^, ]+", "`$0`"),
        what);
  }

  @Test
  void theExampleIsADescription() {
    ApiDescription example = new ApiCatalogue().fromYaml("example.yaml", "x", ExampleApi.yaml());
    assertThat(example.name()).isEqualTo("example");
    assertThat(example.rotation()).isEqualTo(Rotation.UPDATE);
    assertThat(example.secretGiven()).isTrue();
    assertThat(example.tells(Telling.CREATE)).isFalse();
    assertThat(example.canDisable()).isFalse();
    assertThat(example.takesAllEvents()).isTrue();
  }
}
