package io.gammawebhook.springboot.http;

import io.gammawebhook.http.HttpTimes;
import io.gammawebhook.receive.Answer;
import io.gammawebhook.receive.Answers;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.Set;

/**
 * The response to a POST that may be a webhook, on a path that no source is known to have, while
 * the application starts: a route that is still to come may open the path. Where the host refuses
 * it, in whatever way, as not there or as not allowed (401, 403, 404, 405), the sender is told to
 * come again (503). Every other answer is the host's.
 */
final class NotYetThere extends HttpServletResponseWrapper {

  private static final Answer LATER = Answers.notOpen(HttpTimes.RETRY_AFTER_SECONDS);

  private static final Set<Integer> REFUSALS =
      Set.of(SC_UNAUTHORIZED, SC_FORBIDDEN, SC_NOT_FOUND, SC_METHOD_NOT_ALLOWED);

  private boolean refused;
  private boolean answered;

  NotYetThere(HttpServletResponse response) {
    super(response);
  }

  /** Whoever brings a login is a user of the host, and gets its own answer. */
  static boolean mayBeAWebhook(HttpServletRequest request) {
    return request.getMethod().equals("POST")
        && request.getHeader("Authorization") == null
        && request.getHeader("Cookie") == null;
  }

  @Override
  public void setStatus(int status) {
    refused = answered || REFUSALS.contains(status);
    // Never 200 in place of a refusal, even if nobody comes to write an answer.
    super.setStatus(refused ? LATER.status() : status);
  }

  @Override
  public void sendError(int status) throws IOException {
    refused = answered || REFUSALS.contains(status);
    if (refused) {
      comeAgain();
    } else {
      super.sendError(status);
    }
  }

  @Override
  public void sendError(int status, String message) throws IOException {
    refused = answered || REFUSALS.contains(status);
    if (refused) {
      comeAgain();
    } else {
      super.sendError(status, message);
    }
  }

  @Override
  public ServletOutputStream getOutputStream() throws IOException {
    if (refused) {
      comeAgain();
      return new Nowhere();
    }
    return super.getOutputStream();
  }

  @Override
  public PrintWriter getWriter() throws IOException {
    if (refused) {
      comeAgain();
      return new PrintWriter(Writer.nullWriter());
    }
    return super.getWriter();
  }

  @Override
  public void flushBuffer() throws IOException {
    if (refused) {
      comeAgain();
    } else {
      super.flushBuffer();
    }
  }

  /** Writes what a host that set a status and nothing else has left to be written. */
  void finish() throws IOException {
    if (refused) {
      comeAgain();
    }
  }

  private void comeAgain() throws IOException {
    if (answered || isCommitted()) {
      return;
    }
    answered = true;
    // What the host said of its refusal, such as how to log in, and its length.
    reset();
    super.setStatus(LATER.status());
    LATER.headers().forEach(super::setHeader);
    setContentType(LATER.contentType());
    setContentLength(LATER.body().length);
    super.getOutputStream().write(LATER.body());
    super.flushBuffer();
  }

  /** Where the host's own words go. */
  private static final class Nowhere extends ServletOutputStream {

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      throw new IllegalStateException("The answer is complete");
    }

    @Override
    public void write(int b) {
      // It has been answered.
    }
  }
}
