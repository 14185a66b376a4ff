package io.gammawebhook.springboot.app;

import io.gammawebhook.receive.Answer;
import java.io.IOException;
import java.util.Set;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;

/**
 * Answers what never becomes a request of the application, such as a request line that is no HTTP,
 * and what the application refuses without a body, in the same form as everything else. Tomcat
 * makes it by its class name.
 */
public final class ProblemValve extends ErrorReportValve {

  private static final Logger LOG = LoggerFactory.getLogger(ProblemValve.class);

  /**
   * What Tomcat says of an unknown transfer coding or HTTP version; both are the sender's fault.
   */
  private static final Set<Integer> TYPED = Set.of(501, 505);

  @Override
  protected void report(Request request, Response response, Throwable failure) {
    if (failure == null && TYPED.contains(response.getStatus())) {
      response.setStatus(HttpStatus.BAD_REQUEST.value());
    }
    HttpStatus status = HttpStatus.resolve(response.getStatus());
    if (status == null || !status.isError() || response.getContentWritten() > 0) {
      return;
    }
    // A status without a word, as of an unknown health component, is no error to Tomcat.
    if (response.isError() && !response.setErrorReported()) {
      return;
    }
    Answer answer = Answer.problem(status.value(), status.getReasonPhrase());
    try {
      response.setContentType(answer.contentType());
      response.getOutputStream().write(answer.body());
      response.finishResponse();
    } catch (IOException e) {
      LOG.debug("The sender has gone", e);
    }
  }
}
