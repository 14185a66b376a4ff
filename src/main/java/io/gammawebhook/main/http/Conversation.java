package io.gammawebhook.main.http;

import io.gammawebhook.camel.IngressCall;
import io.gammawebhook.event.RawBody;
import io.gammawebhook.http.BodyBuffer;
import io.gammawebhook.http.HttpTimes;
import io.gammawebhook.http.OpenRequest;
import io.gammawebhook.http.Pace;
import io.gammawebhook.receive.Answer;
import io.gammawebhook.receive.Answers;
import io.gammawebhook.receive.Inflated;
import io.gammawebhook.receive.Receiver;
import io.gammawebhook.receive.WaitingLine;
import io.gammawebhook.receive.WebhookRequest;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on a Vert.x server and its one answer, without a thread that waits.
 *
 * <p>Vert.x calls the handlers of one request on one event loop. Two others come in between, the
 * end of the route and the deadlines; whoever moves the phase on to {@code ANSWERING} has the
 * answer, so that there is exactly one, and it is written on the event loop.
 */
final class Conversation implements OpenRequest {

  private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);

  private static final Answer TOO_SLOW = Answer.problem(408, "The body did not come in time");

  private enum Phase {
    READING,
    ROUTING,
    ANSWERING,
    /** Answered; the rest of the body is thrown away. */
    DRAINING,
    ENDED
  }

  private final VertxWebhookEngine server;
  private final HttpServerRequest request;
  private final IngressCall call;
  private final Context loop;
  private final WaitingLine.Place place;
  private final Pace pace;
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.READING);
  private volatile long deadline;
  private volatile long lastRead;
  private volatile boolean routed;
  // The event loop's own.
  private @Nullable BodyBuffer buffer;
  private boolean bodyEnded;

  Conversation(VertxWebhookEngine server, HttpServerRequest request, IngressCall call) {
    this.server = server;
    this.request = request;
    this.call = call;
    loop = Vertx.currentContext();
    place = server.line().open();
    long now = server.deadlines().now();
    pace = new Pace(now);
    deadline = now + server.times().body().toNanos();
    bodyEnded = request.isEnded();
    server.deadlines().add(this);
    request.exceptionHandler(this::gone);
    request.response().closeHandler(closed -> ended());
  }

  /** The Content-Length, or -1. */
  static long announced(HttpServerRequest request) {
    @Nullable String length = request.getHeader("Content-Length");
    try {
      return length == null ? -1 : Long.parseLong(length.strip());
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** Answers at once; what is left of the body is not wanted. */
  void refuse(Answer refusal) {
    request.handler(this::discard);
    request.endHandler(end -> bodyEnds());
    answerFrom(Phase.READING, refusal);
  }

  /**
   * Reads the body, routes the request to the receiver's route, and answers.
   *
   * @param from the sender's network address
   */
  void receive(Receiver to, String from) {
    buffer = new BodyBuffer(place, to.definition().maxBodySize(), announced(request));
    if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
      request.response().writeContinue();
    }
    request.handler(this::came);
    request.endHandler(
        end -> {
          BodyBuffer whole = buffer;
          if (whole != null && phase.get() == Phase.READING) {
            bodyEnded = true;
            route(to, from, whole);
          } else {
            bodyEnds();
          }
        });
  }

  private void came(Buffer bytes) {
    BodyBuffer body = buffer;
    if (body == null || phase.get() != Phase.READING) {
      discard(bytes);
      return;
    }
    try (InputStream in = new ByteArrayInputStream(bytes.getBytes())) {
      while (in.available() > 0 && read(body, in)) {
        pace.came(body.length(), server.deadlines().now());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** False if the body is not wanted any more. */
  private boolean read(BodyBuffer body, InputStream in) throws IOException {
    return switch (body.readFrom(in)) {
      case SOME -> true;
      case END -> false;
      case TOO_LARGE -> {
        answerFrom(Phase.READING, Answers.tooLarge());
        yield false;
      }
      case NO_PLACE -> {
        // Memory that slow senders hold is for those who send.
        if (server.deadlines().endSlower(this, server.line())) {
          yield true;
        }
        answerFrom(Phase.READING, busy());
        yield false;
      }
    };
  }

  private static Answer busy() {
    return Answers.unavailable(HttpTimes.RETRY_AFTER_SECONDS);
  }

  private void route(Receiver to, String sender, BodyBuffer body) {
    if (!place.tryEnter()) {
      answerFrom(Phase.READING, busy());
      return;
    }
    RawBody sent = body.body();
    long inflated = Inflated.length(to.definition(), request.getHeader("Content-Encoding"), sent);
    if (inflated <= to.definition().maxBodySize() && !place.tryGrow(inflated)) {
      answerFrom(Phase.READING, busy());
      return;
    }
    deadline = server.deadlines().now() + server.times().answer().toNanos();
    // Set before the phase: whoever sees the request end must know whom the place belongs to.
    routed = true;
    if (!phase.compareAndSet(Phase.READING, Phase.ROUTING)) {
      place.close();
      return;
    }
    buffer = null;
    call.route(
        new WebhookRequest(
            request.method().name(),
            to.definition().path(),
            request.query(),
            headers(request.headers()),
            sender,
            sent),
        this::reply);
  }

  private static Map<String, List<String>> headers(MultiMap sent) {
    Map<String, List<String>> headers = new HashMap<>();
    for (String name : sent.names()) {
      headers.put(name.toLowerCase(Locale.ROOT), List.copyOf(sent.getAll(name)));
    }
    return Collections.unmodifiableMap(headers);
  }

  /** The route is done with the request, whether or not its sender still waits. */
  private void reply(Answer result) {
    place.close();
    answerFrom(Phase.ROUTING, result);
  }

  private void answerFrom(Phase before, Answer result) {
    if (take(before)) {
      onLoop(() -> write(result));
    }
  }

  /** Makes this the one answer, and gives back what the request held. */
  private boolean take(Phase before) {
    if (!phase.compareAndSet(before, Phase.ANSWERING)) {
      return false;
    }
    if (!routed) {
      place.close();
    }
    return true;
  }

  private void onLoop(Runnable task) {
    if (Vertx.currentContext() == loop) {
      task.run();
    } else {
      loop.runOnContext(unused -> task.run());
    }
  }

  private void write(Answer answer) {
    buffer = null;
    HttpServerResponse response = request.response();
    if (response.closed() || response.ended()) {
      ended();
      return;
    }
    response.setStatusCode(answer.status());
    answer.headers().forEach(response::putHeader);
    if (answer.contentType() != null) {
      response.putHeader("Content-Type", answer.contentType());
    }
    response.putHeader("Content-Length", Integer.toString(answer.body().length));
    if (bodyEnded || request.isEnded()) {
      phase.set(Phase.ENDED);
      response.end(Buffer.buffer(answer.body()));
      ended();
      return;
    }
    // The rest of a refused body is taken, or a sender in the middle of it would see its
    // connection reset and might never read the answer. Until then the response does not end: its
    // end closes the connection of a sender that said 'Connection: close'.
    if (request.version() != HttpVersion.HTTP_2) {
      response.putHeader("Connection", "close");
    }
    long now = server.deadlines().now();
    lastRead = now;
    deadline = now + server.times().linger().toNanos();
    phase.set(Phase.DRAINING);
    response.write(Buffer.buffer(answer.body()));
    request.resume();
  }

  private void discard(Buffer unwanted) {
    lastRead = server.deadlines().now();
  }

  private void bodyEnds() {
    bodyEnded = true;
    if (phase.compareAndSet(Phase.DRAINING, Phase.ENDED)) {
      HttpServerResponse response = request.response();
      if (!response.ended() && !response.closed()) {
        response.end();
      }
      close();
      ended();
    }
  }

  /** A sender that was told so; over HTTP/2 only the stream is at its end. */
  private void close() {
    if (request.version() == HttpVersion.HTTP_2) {
      if (!request.response().ended()) {
        request.response().reset();
      }
    } else {
      request.connection().close();
    }
  }

  @Override
  public boolean holdsBody() {
    return phase.get() == Phase.READING && place.bytes() > 0;
  }

  @Override
  public boolean isSmall() {
    return place.bytes() < WaitingLine.SMALL;
  }

  @Override
  public double pace(long now) {
    return pace.bytesPerSecond(now);
  }

  @Override
  public long giveWay() {
    long held = place.bytes();
    if (!take(Phase.READING)) {
      return 0;
    }
    loop.runOnContext(unused -> write(TOO_SLOW));
    return held;
  }

  @Override
  public void look(long now, boolean givenUp) {
    Phase current = phase.get();
    boolean late = now - deadline >= 0;
    if (current == Phase.DRAINING) {
      boolean idle = now - lastRead >= server.times().lingerIdle().toNanos();
      if (late || idle || givenUp) {
        loop.runOnContext(unused -> endDrain());
      }
    } else if (late && current == Phase.READING) {
      answerFrom(Phase.READING, TOO_SLOW);
    } else if (givenUp && current == Phase.READING) {
      answerFrom(Phase.READING, busy());
    } else if (late && current == Phase.ROUTING) {
      answerFrom(Phase.ROUTING, busy());
    }
  }

  private void endDrain() {
    if (phase.compareAndSet(Phase.DRAINING, Phase.ENDED)) {
      close();
      ended();
    }
  }

  private void gone(Throwable failure) {
    LOG.debug("A sender went away", failure);
    ended();
  }

  private void ended() {
    phase.set(Phase.ENDED);
    server.deadlines().remove(this);
    if (!routed) {
      place.close();
    }
  }
}
