package io.gammawebhook.springboot.http;

import io.gammawebhook.camel.IngressGate;
import io.gammawebhook.camel.Receivers;
import io.gammawebhook.http.Deadlines;
import io.gammawebhook.http.HttpTimes;
import io.gammawebhook.http.Peers;
import io.gammawebhook.measure.Measure;
import io.gammawebhook.receive.Answer;
import io.gammawebhook.receive.Answers;
import io.gammawebhook.receive.Receiver;
import io.gammawebhook.receive.WaitingLine;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.web.filter.ServerHttpObservationFilter;

/**
 * Answers every request on the path of a source, and lets all others pass untouched. It stands
 * before Spring Security and the filters that parse forms, at {@link #ORDER}, so that none of them
 * eats the bytes a signature covers or refuses a sender that brings a signature and no session. It
 * reads the body itself and never asks the container for a parameter, for the same reason.
 *
 * <p>It has to be registered for asynchronous requests, and for the REQUEST dispatch only.
 */
public final class WebhookFilter implements Filter {

  /** Right after Boot's observation filter, which measures our requests too. */
  public static final int ORDER = Ordered.HIGHEST_PRECEDENCE + 2;

  private static final Logger LOG = LoggerFactory.getLogger(WebhookFilter.class);

  private final Receivers receivers;
  private final WebhookHttpEngine engine;
  private final IngressGate gate;
  private final WaitingLine line;
  private final HttpTimes times;
  private final Peers peers;
  private final LongSupplier nanoTime;
  private final Measure measure;
  private final AtomicBoolean toldNotAsync = new AtomicBoolean();
  private @Nullable WebhookServer server;

  /**
   * @param nanoTime a clock that never goes back, such as {@code System::nanoTime}
   */
  public WebhookFilter(
      Receivers receivers,
      WebhookHttpEngine engine,
      IngressGate gate,
      WaitingLine line,
      HttpTimes times,
      Peers peers,
      LongSupplier nanoTime,
      Measure measure) {
    this.receivers = receivers;
    this.engine = engine;
    this.gate = gate;
    this.line = line;
    this.times = times;
    this.peers = peers;
    this.nanoTime = nanoTime;
    this.measure = measure;
  }

  @Override
  public void init(FilterConfig config) {
    Deadlines deadlines =
        new Deadlines(nanoTime, () -> !gate.isOpen() && !gate.isStarting(), times.shutdownDrain());
    server = new WebhookServer(engine, line, times, receivers.answers(), deadlines, measure);
  }

  @Override
  public void destroy() {
    WebhookServer running = server;
    if (running != null) {
      running.deadlines().close();
    }
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    WebhookServer running = server;
    if (running == null
        || !(request instanceof HttpServletRequest http)
        || !(response instanceof HttpServletResponse httpResponse)) {
      chain.doFilter(request, response);
      return;
    }
    String raw = rawPath(http);
    String decoded = decodedPath(http);
    Receiver exact = receivers.atPath(raw);
    Receiver meant = exact != null ? exact : receivers.atPath(decoded);
    if (meant == null && !gate.isAwaited(raw) && !gate.isAwaited(decoded)) {
      passBy(http, httpResponse, chain);
      return;
    }
    if (!http.isAsyncSupported()) {
      refuseNotAsync(httpResponse);
      return;
    }
    if (meant == null) {
      new Conversation(running, http, httpResponse, null).refuse(unavailable());
      return;
    }
    observe(http, meant);
    Conversation conversation =
        new Conversation(running, http, httpResponse, meant.definition().name());
    Peers.Peer peer =
        peers.of(http.getRemoteAddr(), () -> Collections.list(http.getHeaders("X-Forwarded-For")));
    Answer refusal = refusal(http, exact, peer);
    if (refusal != null) {
      conversation.refuse(refusal);
    } else {
      conversation.receive(meant, peer.sender());
    }
  }

  private void passBy(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (gate.isStarting() && NotYetThere.mayBeAWebhook(request)) {
      NotYetThere answer = new NotYetThere(response);
      chain.doFilter(request, answer);
      answer.finish();
    } else {
      chain.doFilter(request, response);
    }
  }

  private static Answer unavailable() {
    return Answers.notOpen(HttpTimes.RETRY_AFTER_SECONDS);
  }

  private @Nullable Answer refusal(
      HttpServletRequest request, @Nullable Receiver exact, Peers.Peer peer) {
    if (!gate.isOpen()) {
      return unavailable();
    }
    // One spelling, one path: whatever a proxy in front matched, it matched the same text.
    if (exact == null) {
      return Answers.notFound();
    }
    return peers.isProtected(request.isSecure(), peer)
        ? exact.admit(
            request.getMethod(),
            request.getContentLengthLong(),
            request.getContentType(),
            peer.sender())
        : Answers.plainHttp();
  }

  private static String rawPath(HttpServletRequest request) {
    String uri = request.getRequestURI();
    String context = request.getContextPath();
    return uri.startsWith(context) ? uri.substring(context.length()) : uri;
  }

  private static String decodedPath(HttpServletRequest request) {
    String info = request.getPathInfo();
    return info == null ? request.getServletPath() : request.getServletPath() + info;
  }

  private static void observe(HttpServletRequest request, Receiver receiver) {
    ServerHttpObservationFilter.findObservationContext(request)
        .ifPresent(context -> context.setPathPattern(receiver.definition().path()));
  }

  private void refuseNotAsync(HttpServletResponse response) throws IOException {
    if (toldNotAsync.compareAndSet(false, true)) {
      LOG.error(
          "Every webhook is refused, because a servlet filter before {} does not support"
              + " asynchronous requests; set asyncSupported on that filter, or order it later",
          WebhookFilter.class.getName());
    }
    Answer answer = unavailable();
    response.setStatus(answer.status());
    answer.headers().forEach(response::setHeader);
    response.setContentType(answer.contentType());
    response.getOutputStream().write(answer.body());
  }
}
