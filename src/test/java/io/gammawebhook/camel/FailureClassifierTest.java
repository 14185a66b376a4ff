package io.gammawebhook.camel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jayway.jsonpath.InvalidJsonException;
import io.gammawebhook.audit.Redaction;
import io.gammawebhook.dispatch.Failure;
import io.gammawebhook.dispatch.PermanentFailureException;
import io.gammawebhook.event.RawBody;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a route's exception means for its delivery, and what of it is written down. */
class FailureClassifierTest {

  private static final RawBody BODY =
      RawBody.of(
          "{\"card\":\"4111 1111 1111 1111\",\"name\":\"Zoë\"}".getBytes(StandardCharsets.UTF_8));
  private static final InstantSource NOON =
      InstantSource.fixed(Instant.parse("2026-01-01T12:00:00Z"));

  private final FailureClassifier classifier =
      new FailureClassifier(List.of("java.lang.IllegalArgumentException"), Redaction.defaults());

  @ParameterizedTest
  @CsvSource({
    "400, true", "401, true", "404, true", "410, true", "422, true", "499, true",
    "408, false", "425, false", "429, false", "500, false", "503, false", "302, false"
  })
  void anHttpAnswerIsPermanentIfItIs4xxBut408And425And429(int status, boolean permanent) {
    Failure failure = classify(http(status, Map.of()));

    assertThat(failure.permanent()).isEqualTo(permanent);
    assertThat(failure.reason()).isEqualTo("http-" + status);
  }

  @Test
  void ofAnAddressHostAndPortAreWrittenDownAndNothingElseNorTheAnswersBody() {
    assertThat(classify(http(500, Map.of())).detail())
        .isEqualTo("The destination example.com answered HTTP 500");
    assertThat(classify(http("https://u:p@h.example:8443/path?token=1#f")).detail())
        .isEqualTo("The destination h.example:8443 answered HTTP 500");
    assertThat(classify(http("http://[::1]:80/path")).detail())
        .isEqualTo("The destination [::1]:80 answered HTTP 500");
    assertThat(classify(http("no address at all")).detail())
        .isEqualTo("The destination answered HTTP 500");
  }

  @ParameterizedTest
  @CsvSource({"Retry-After, 120, 120", "retry-after, 0, 0", "Retry-After, soon, 0", "Other, 9, 0"})
  void retryAfterInSecondsIsRead(String header, String value, long seconds) {
    assertThat(classify(http(503, Map.of(header, value))).retryAfter())
        .isEqualTo(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Thu, 01 Jan 2026 12:01:30 GMT | 90",
        "Thu, 01 Jan 2026 11:00:00 GMT | 0",
        "Thu, 41 Jan 2026 11:00:00 GMT | 0",
        "-5 | 0",
        "99999999999999999999 | 0"
      })
  void retryAfterMayBeADateAndNonsenseAsksForNothing(String value, long seconds) {
    assertThat(HttpFailure.parse(value.strip(), NOON)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @Test
  void aDeclaredExceptionItsSubclassesAndItsCauseArePermanent() {
    assertThat(permanent(new IllegalArgumentException("x"))).isTrue();
    assertThat(permanent(new NumberFormatException("x"))).isTrue();
    assertThat(permanent(new ExecutionException(new NumberFormatException("x")))).isTrue();
    assertThat(permanent(new PermanentFailureException("x"))).isTrue();
    assertThat(permanent(new IllegalStateException("x"))).isFalse();
  }

  @Test
  void theReasonIsTheRootCausesClass() {
    Failure failure = classify(new ExecutionException("outer", new IOException("the disk")));

    assertThat(failure.reason()).isEqualTo("java.io.IOException");
    assertThat(failure.detail()).isEqualTo("the disk");
  }

  @Test
  void causesThatGoInACircleEnd() {
    Exception one = new Exception("one");
    one.initCause(new Exception("two", one));

    assertThat(classify(one).permanent()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Cannot bind '4111 1111 1111 1111'",
        "Unexpected character in {\"card\":\"4111 1111",
        "bad value: 1111 1111 1111\",\"name"
      })
  void aMessageThatQuotesTheBodyIsWithheld(String message) {
    assertThat(detail(message)).doesNotContain("1111").contains("withheld");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Cannot reach https://user:hunter2@db.internal/x",
        "Cannot create smtp://host?password=hunter2",
        "Cannot create smtp://host?username=me&password=hunter2&to=you",
        "Cannot create x?accessKey=1&secretKey=hunter2 at all",
        "Cannot connect to jdbc:postgresql://h/db?user=u&password=hunter2"
      })
  void aSecretOfAUriIsNotWrittenDown(String message) {
    assertThat(detail(message)).doesNotContain("hunter2");
  }

  @Test
  void onlyTheFirstLineIsWrittenDownAndNotMoreThan300Characters() {
    assertThat(detail("first\nsecond")).isEqualTo("first");
    assertThat(detail("y".repeat(1000))).hasSize(300);
    assertThat(classify(new IOException()).detail()).isEqualTo("no message");
  }

  @Test
  void jsonThatNobodyReadsIsPermanentIfItIsTheEventItself() {
    RawBody broken = RawBody.of("{\"a\":[1,}".getBytes(StandardCharsets.UTF_8));

    for (Object onMessage : List.of(broken.bytes().clone(), "{\"a\":[1,}")) {
      Failure failure = classifier.classify(parseError(), broken, onMessage);

      assertThat(failure.permanent()).isTrue();
      assertThat(failure.reason()).isEqualTo("unreadable-json");
      assertThat(failure.detail()).startsWith("The body cannot be read as JSON: Unexpected");
    }
  }

  @Test
  void theBrokenAnswerOfADestinationIsReadAgain() {
    RawBody broken = RawBody.of("{\"a\":[1,}".getBytes(StandardCharsets.UTF_8));

    assertThat(classifier.classify(parseError(), broken, "<html>busy</html>").permanent())
        .isFalse();
    assertThat(classifier.classify(parseError(), broken, null).permanent()).isFalse();
  }

  @Test
  void aComplaintAboutAnEventThatIsGoodJsonIsNotAboutTheEvent() {
    assertThat(classifier.classify(parseError(), BODY, BODY.bytes()).permanent()).isFalse();
  }

  @Test
  void anyOtherFailureOfAnEventThatIsNoJsonIsTriedAgain() {
    RawBody text = RawBody.of("hello".getBytes(StandardCharsets.UTF_8));

    assertThat(classifier.classify(new IOException("down"), text, text.bytes()).permanent())
        .isFalse();
  }

  /** As Camel's JSONPath throws it. */
  private static Exception parseError() {
    try {
      new ObjectMapper().readTree("{\"a\":[1,}");
      throw new AssertionError("read");
    } catch (JsonProcessingException e) {
      return new RuntimeCamelException(new InvalidJsonException(e));
    }
  }

  private Failure classify(Throwable exception) {
    return classifier.classify(exception, BODY, BODY.bytes());
  }

  private String detail(String message) {
    return classify(new IOException(message)).detail();
  }

  private boolean permanent(Exception exception) {
    return classify(exception).permanent();
  }

  private static HttpOperationFailedException http(String uri) {
    return new HttpOperationFailedException(uri, 500, "no", null, Map.of(), null);
  }

  private static HttpOperationFailedException http(int status, Map<String, String> headers) {
    return new HttpOperationFailedException(
        "http://user:hunter2@example.com/?token=hunter2",
        status,
        "no",
        null,
        headers,
        "4111 1111 1111 1111");
  }
}
