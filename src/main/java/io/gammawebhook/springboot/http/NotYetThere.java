package io.gammawebhook.springboot.http;

import io.gammawebhook.receive.Answer;
import io.gammawebhook.receive.Answers;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;

/**
 * The response to a POST on a path that nobody serves, while the application starts: a route that
 * is still to come, such as a source Kamelet's, may open the path, so the sender is told to come
 * again (503) and not that there is nothing (404).
 */
final class NotYetThere extends HttpServletResponseWrapper {

  private static final Answer LATER = Answers.unavailable(Conversation.RETRY_AFTER_SECONDS);

  NotYetThere(HttpServletResponse response) {
    super(response);
  }

  @Override
  public void sendError(int status) throws IOException {
    if (status == SC_NOT_FOUND) {
      comeAgain();
    } else {
      super.sendError(status);
    }
  }

  @Override
  public void sendError(int status, String message) throws IOException {
    if (status == SC_NOT_FOUND) {
      comeAgain();
    } else {
      super.sendError(status, message);
    }
  }

  private void comeAgain() throws IOException {
    setStatus(LATER.status());
    LATER.headers().forEach(this::setHeader);
    setContentType(LATER.contentType());
    getOutputStream().write(LATER.body());
  }
}
