package io.gammawebhook.camel;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.core5.concurrent.Cancellable;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Bounds one request in time, and takes of its answer status and headers only.
 *
 * <p>A socket's time-out is for each read, so a destination that sends a byte a second, or does not
 * read what is posted to it, would never run into it. So from the connection to the end of the
 * headers a request has twice its response time-out, or 30 s if it has none; then the connection is
 * closed under it.
 *
 * <p>The body is of no use here. A short one is read to its end, so that the connection can be used
 * again; when that takes longer than a second, or the body is longer than 64 KB, the connection is
 * closed instead. Either way the answer counts.
 */
final class BoundedAnswer implements ExecChainHandler {

  private static final Timeout DEFAULT_RESPONSE_TIMEOUT = Timeout.ofSeconds(15);
  private static final int RESPONSE_TIMEOUTS = 2;
  private static final long MOST_BODY_MILLIS = 1_000;
  private static final int MOST_BODY = 64 << 10;

  private final ScheduledExecutorService timer;

  BoundedAnswer(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    ClassicHttpResponse response = head(request, scope, chain);
    leaveBody(response, scope);
    return response;
  }

  private ClassicHttpResponse head(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain) throws IOException {
    long millis = wholeMillis(scope);
    Deadline deadline = new Deadline(scope.originalRequest, millis);
    try {
      return chain.proceed(request, scope);
    } catch (IOException | HttpException | RuntimeException e) {
      // A connection that is closed under a request shows itself in many ways.
      throw new HttpDestinationException(
          scope.route.getTargetHost(),
          deadline.passed
              ? new SocketTimeoutException("No answer within " + millis + " ms in all")
              : e);
    } finally {
      deadline.met();
    }
  }

  private static long wholeMillis(ExecChain.Scope scope) {
    @Nullable Timeout timeout =
        scope.clientContext.getRequestConfigOrDefault().getResponseTimeout();
    return RESPONSE_TIMEOUTS
        * (timeout == null || timeout.isDisabled() ? DEFAULT_RESPONSE_TIMEOUT : timeout)
            .toMilliseconds();
  }

  private void leaveBody(ClassicHttpResponse response, ExecChain.Scope scope) {
    HttpEntity body = response.getEntity();
    if (body == null) {
      return;
    }
    response.setEntity(null);
    Deadline deadline = new Deadline(scope.originalRequest, MOST_BODY_MILLIS);
    try {
      readToItsEnd(body);
    } catch (IOException | RuntimeException e) {
      // The status is known, and that is what the answer is for.
    } finally {
      deadline.met();
      // Has no effect on a connection that was given back at the body's end.
      scope.execRuntime.discardEndpoint();
    }
  }

  private static void readToItsEnd(HttpEntity body) throws IOException {
    // Not closed: that would read what is left.
    InputStream content = body.getContent();
    byte[] buffer = new byte[8 << 10];
    int left = MOST_BODY;
    while (left > 0) {
      int read = content.read(buffer);
      if (read < 0) {
        return;
      }
      left -= read;
    }
  }

  /** Closes the connection of a request when its time has passed. */
  private final class Deadline {
    private final Future<?> timeout;
    private volatile boolean passed;

    Deadline(ClassicHttpRequest request, long millis) {
      timeout =
          timer.schedule(
              () -> {
                passed = true;
                if (request instanceof Cancellable running) {
                  running.cancel();
                }
              },
              millis,
              TimeUnit.MILLISECONDS);
    }

    void met() {
      timeout.cancel(false);
    }
  }
}
