package io.gammawebhook.admin;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.util.ServletRequestPathUtils;

/**
 * Answers an order to the endpoint {@code webhooks} that Spring cannot read, and so never hands to
 * the endpoint, as the endpoint answers: with a problem (RFC 9457) that names reason and cure. What
 * is not under the endpoint's path it leaves to the others. Safe for use by many threads.
 */
public final class UnreadableOrder implements HandlerExceptionResolver {

  private final Supplier<@Nullable String> path;

  /**
   * @param path the endpoint's, within the application, such as {@code /actuator/webhooks}; null
   *     where it has none
   */
  public UnreadableOrder(Supplier<@Nullable String> path) {
    this.path = path;
  }

  @Override
  public @Nullable ModelAndView resolveException(
      HttpServletRequest request,
      HttpServletResponse response,
      @Nullable Object handler,
      Exception exception) {
    if (!isOurs(request)) {
      return null;
    }
    if (exception instanceof HttpMessageNotReadableException) {
      return answer(
          response,
          400,
          "Bad Request",
          "The body cannot be read: give one JSON object whose values are texts, with who and why,"
              + " and delivery, source and subscription, registration, or request");
    }
    if (exception instanceof HttpMediaTypeNotSupportedException) {
      return answer(
          response,
          415,
          "Unsupported Media Type",
          "The body is read as JSON only: send it with Content-Type: application/json");
    }
    return null;
  }

  private boolean isOurs(HttpServletRequest request) {
    String own = path.get();
    return own != null
        && ServletRequestPathUtils.hasParsedRequestPath(request)
        && ServletRequestPathUtils.getParsedRequestPath(request)
            .pathWithinApplication()
            .value()
            .startsWith(own + "/");
  }

  private static ModelAndView answer(
      HttpServletResponse response, int status, String title, String detail) {
    String problem =
        "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}"
            .formatted(title, status, detail);
    response.setStatus(status);
    response.setContentType("application/problem+json");
    try {
      response.getOutputStream().write(problem.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ModelAndView();
  }
}
