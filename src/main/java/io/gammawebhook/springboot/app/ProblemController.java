package io.gammawebhook.springboot.app;

import io.gammawebhook.receive.Answer;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.servlet.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Answers whatever no source serves, as {@code application/problem+json} (RFC 9457). Nothing of the
 * request is in the answer: not its path, not its headers, not an exception's message.
 */
@RestController
class ProblemController implements ErrorController {

  @RequestMapping("${server.error.path:/error}")
  ResponseEntity<byte[]> problem(HttpServletRequest request) {
    HttpStatus status = status(request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE));
    Answer answer = Answer.problem(status.value(), status.getReasonPhrase());
    return ResponseEntity.status(status)
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(answer.body());
  }

  private static HttpStatus status(@Nullable Object code) {
    HttpStatus status = code instanceof Integer number ? HttpStatus.resolve(number) : null;
    // Without an error to tell of, somebody asked for the error page itself: there is none.
    return status == null ? HttpStatus.NOT_FOUND : status;
  }
}
