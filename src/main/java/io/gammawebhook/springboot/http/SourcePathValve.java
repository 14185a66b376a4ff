package io.gammawebhook.springboot.http;

import io.gammawebhook.camel.Receivers;
import io.gammawebhook.http.HttpTimes;
import io.gammawebhook.measure.Measure;
import io.gammawebhook.measure.RequestOutcome;
import io.gammawebhook.receive.Answer;
import io.gammawebhook.receive.Answers;
import io.gammawebhook.receive.Receiver;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.function.Supplier;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/**
 * Says in our words what Tomcat refuses on the exact path of a source before any filter has seen
 * it: an unknown transfer coding (Tomcat: 501) or HTTP version (505), CONNECT (501), TRACE (405
 * with the methods of whichever servlet is there), a broken header (400). A sender that hears 5xx
 * takes it for our fault and sends the same again. Every other path keeps Tomcat's own answer.
 *
 * <p>Safe for use by many threads.
 */
public final class SourcePathValve extends ValveBase {

  private final Supplier<Receivers> receivers;
  private final Supplier<String> contextPath;
  private final Supplier<Measure> measure;

  /**
   * @param receivers asked for the first time when there is something to refuse
   * @param contextPath the application's; what Tomcat refuses has often not come far enough to know
   */
  public SourcePathValve(
      Supplier<Receivers> receivers, Supplier<String> contextPath, Supplier<Measure> measure) {
    // Or no request of the whole server could be asynchronous.
    super(true);
    this.receivers = receivers;
    this.contextPath = contextPath;
    this.measure = measure;
  }

  @Override
  public void invoke(Request request, Response response) throws IOException, ServletException {
    Receiver receiver = response.isErrorReportRequired() ? receiver(request) : null;
    if (receiver == null || response.isCommitted()) {
      getNext().invoke(request, response);
    } else {
      Answer answer = answer(request, response.getStatus(), receiver);
      measure.get().answered(receiver.definition().name(), answer.outcome(), 0);
      write(answer, response);
    }
  }

  private @Nullable Receiver receiver(Request request) {
    String uri = request.getRequestURI();
    String context = contextPath.get();
    return uri != null && uri.startsWith(context)
        ? receivers.get().atPath(uri.substring(context.length()))
        : null;
  }

  private static Answer answer(Request request, int status, Receiver receiver) {
    if (status == HttpStatus.SERVICE_UNAVAILABLE.value()) {
      return Answers.unavailable(HttpTimes.RETRY_AFTER_SECONDS, "server");
    }
    String method = request.getMethod();
    if (method.equals("TRACE") || method.equals("CONNECT")) {
      Answer refusal = receiver.admit(method, 0, null, request.getRemoteAddr());
      return refusal == null
          ? Answers.methodNotAllowed(receiver.definition().scheme().methods())
          : refusal;
    }
    int typed = status >= 500 ? HttpStatus.BAD_REQUEST.value() : status;
    return Answer.problem(typed, HttpStatus.valueOf(typed).getReasonPhrase())
        .as(RequestOutcome.refused("malformed-request"));
  }

  private static void write(Answer answer, Response response) throws IOException {
    // Tomcat's error has ended the response; this takes its place.
    response.setErrorReported();
    response.setSuspended(false);
    response.setStatus(answer.status());
    answer.headers().forEach(response::setHeader);
    response.setContentType(answer.contentType());
    response.setContentLength(answer.body().length);
    response.getOutputStream().write(answer.body());
    response.finishResponse();
  }
}
