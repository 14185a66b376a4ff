package io.gammawebhook.springboot;

import io.gammawebhook.receive.Answer;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import org.springframework.web.filter.OncePerRequestFilter;

/** Refuses requests to Actuator whose {@code Host} is none of {@link ActuatorHosts}. */
final class ActuatorHostFilter extends OncePerRequestFilter {

  private static final byte[] PROBLEM =
      """
      {"type":"about:blank","title":"Forbidden","status":403,"detail":"Without a login, Actuator is \
      reached as localhost, by an address, or by a name in gamma.webhook.admin.hosts: use one of \
      these, or add the name there"}"""
          .getBytes(StandardCharsets.UTF_8);

  private final ActuatorHosts hosts;
  private final Predicate<HttpServletRequest> actuator;

  /**
   * @param actuator whether a request is one to Actuator
   */
  ActuatorHostFilter(ActuatorHosts hosts, Predicate<HttpServletRequest> actuator) {
    this.hosts = hosts;
    this.actuator = actuator;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    // The header itself: what stands in for it behind a proxy, a page could send along.
    String header = request.getHeader("Host");
    if (hosts.has(header == null ? request.getServerName() : header) || !actuator.test(request)) {
      chain.doFilter(request, response);
      return;
    }
    response.setStatus(HttpServletResponse.SC_FORBIDDEN);
    response.setContentType(Answer.PROBLEM_JSON);
    response.setContentLength(PROBLEM.length);
    response.getOutputStream().write(PROBLEM);
  }
}
