package io.gammawebhook.registration.api;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends requests to where they say and nowhere else: no redirect is followed. Each is sent once,
 * and ends within its time-out; an answer has at most 1 MB. Safe for use by many threads.
 */
final class Transport {

  private static final int MOST_ANSWER = 1 << 20;

  private final HttpClient client;

  /**
   * @param timeout the longest of any request
   */
  Transport(Duration timeout) {
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            // Before the call's own time is up: then it is known that nothing was done.
            .connectTimeout(timeout.dividedBy(2).plusMillis(1))
            .build();
  }

  /**
   * @param verdict on what comes back
   */
  ApiOutcome<HttpAnswer> send(HttpRequest request, Duration timeout, Verdict verdict) {
    CompletableFuture<HttpResponse<byte[]>> sent =
        client.sendAsync(request, info -> new BoundedBody(MOST_ANSWER));
    try {
      HttpResponse<byte[]> response = sent.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      return verdict.of(new HttpAnswer(response.statusCode(), response.headers(), response.body()));
    } catch (ExecutionException e) {
      return verdict.of(e.getCause(), timeout);
    } catch (TimeoutException e) {
      return verdict.of(e, timeout);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return verdict.givenUp();
    } finally {
      // Closes the connection of one that is not at its end.
      sent.cancel(true);
    }
  }
}
