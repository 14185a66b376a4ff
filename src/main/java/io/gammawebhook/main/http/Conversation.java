package io.gammawebhook.main.http;

import io.gammawebhook.camel.IngressCall;
import io.gammawebhook.event.RawBody;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.http.AnsweredOnce;
import io.gammawebhook.http.BodyBuffer;
import io.gammawebhook.receive.Answer;
import io.gammawebhook.receive.Receiver;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request on a Vert.x server, without a thread that waits. Vert.x calls the handlers of one
 * request on one event loop, and there its answer is written.
 */
final class Conversation extends AnsweredOnce {

  /** In bytes, of a request without headers and of a header without text. */
  private static final long OF_ANY = 4096;

  private static final long OF_A_HEADER = 128;

  /** RFC 9113, section 7. */
  private static final long NO_ERROR = 0;

  private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);

  private final HttpServerRequest request;
  private final IngressCall call;
  private final Context loop;
  // The event loop's own.
  private @Nullable BodyBuffer buffer;
  private boolean bodyEnded;
  private boolean closing;

  /**
   * @param source whose path it came to; null where that is not known yet
   */
  Conversation(
      VertxWebhookEngine server,
      HttpServerRequest request,
      IngressCall call,
      @Nullable SourceName source) {
    super(
        server.line(),
        server.times(),
        server.deadlines(),
        server.measure(),
        source,
        headBytes(request));
    this.request = request;
    this.call = call;
    loop = Vertx.currentContext();
    bodyEnded = request.isEnded();
    server.deadlines().add(this);
    request.exceptionHandler(this::gone);
    request.response().closeHandler(closed -> end());
  }

  /** About what Vert.x holds for the head: its texts, and an object for each header. */
  private static long headBytes(HttpServerRequest request) {
    long bytes = OF_ANY + 2L * request.uri().length();
    for (Map.Entry<String, String> header : request.headers()) {
      bytes += OF_A_HEADER + 2L * (header.getKey().length() + header.getValue().length());
    }
    return bytes;
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

  /** Answers at once and reads nothing more of the connection: what follows may be no request. */
  void refuseAndClose(Answer refusal) {
    closing = true;
    refuse(refusal);
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
    buffer = buffer(to, announced(request));
    if (request.version() != HttpVersion.HTTP_1_0
        && "100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
      request.response().writeContinue();
    }
    request.handler(this::came);
    request.endHandler(
        end -> {
          BodyBuffer whole = buffer;
          if (whole != null && is(Phase.READING)) {
            bodyEnded = true;
            route(to, from, whole);
          } else {
            bodyEnds();
          }
        });
  }

  private void came(Buffer bytes) {
    BodyBuffer body = buffer;
    if (body == null || !is(Phase.READING)) {
      discard(bytes);
      return;
    }
    try (InputStream in = new ByteArrayInputStream(bytes.getBytes())) {
      while (in.available() > 0) {
        if (!read(body, in)) {
          return;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void route(Receiver to, String sender, BodyBuffer body) {
    @Nullable RawBody sent = beginRouting(to, body, request.getHeader("Content-Encoding"));
    if (sent == null) {
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

  @Override
  protected void later(Runnable task) {
    loop.runOnContext(unused -> task.run());
  }

  @Override
  protected void write(Answer answer) {
    if (Vertx.currentContext() == loop) {
      writeHere(answer);
    } else {
      later(() -> writeHere(answer));
    }
  }

  private void writeHere(Answer answer) {
    buffer = null;
    HttpServerResponse response = request.response();
    if (response.closed() || response.ended()) {
      end();
      return;
    }
    response.setStatusCode(answer.status());
    answer.headers().forEach(response::putHeader);
    if (answer.contentType() != null) {
      response.putHeader("Content-Type", answer.contentType());
    }
    response.putHeader("Content-Length", Integer.toString(answer.body().length));
    if (closing || gaveWay()) {
      response.end(Buffer.buffer(answer.body()));
      if (end()) {
        close();
      }
      return;
    }
    if (bodyEnded || request.isEnded()) {
      response.end(Buffer.buffer(answer.body()));
      end();
      return;
    }
    // The rest of a refused body is taken, or a sender in the middle of it would see its
    // connection reset and might never read the answer. Until then the response does not end: its
    // end closes the connection of a sender that said 'Connection: close'.
    if (request.version() != HttpVersion.HTTP_2) {
      response.putHeader("Connection", "close");
    }
    if (!beginDraining()) {
      return;
    }
    response.write(Buffer.buffer(answer.body()));
    request.resume();
  }

  private void discard(Buffer unwanted) {
    if (!drained() && is(Phase.DRAINING)) {
      endDrainingHere();
    }
  }

  private void bodyEnds() {
    bodyEnded = true;
    if (is(Phase.DRAINING)) {
      HttpServerResponse response = request.response();
      if (!response.ended() && !response.closed()) {
        response.end();
      }
      endDrainingHere();
    }
  }

  /** A sender that was told so; over HTTP/2 only the stream is at its end. */
  private void close() {
    if (request.version() == HttpVersion.HTTP_2) {
      // The response is whole; what is left of the request would be held by the connection.
      request.response().reset(NO_ERROR);
    } else {
      request.connection().close();
    }
  }

  @Override
  protected void endDraining() {
    later(this::endDrainingHere);
  }

  private void endDrainingHere() {
    if (end()) {
      close();
    }
  }

  private void gone(Throwable failure) {
    LOG.debug("A sender went away", failure);
    end();
  }
}
