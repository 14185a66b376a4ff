package io.gammawebhook.springboot.http;

import io.gammawebhook.event.RawBody;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.http.AnsweredOnce;
import io.gammawebhook.http.BodyBuffer;
import io.gammawebhook.http.Deadlines;
import io.gammawebhook.receive.Answer;
import io.gammawebhook.receive.Receiver;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its one answer, without a thread that waits: for the body, for the commit, or for
 * the sender to take the answer.
 *
 * <p>The container calls the listeners of one request one after the other, never two at once. Two
 * others come in between, the end of the route and {@link Deadlines}; whoever moves the phase on to
 * {@code ANSWERING} has the answer, so that there is exactly one.
 */
final class Conversation extends AnsweredOnce
    implements ReadListener, WriteListener, AsyncListener {

  private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);

  /** Where refused bytes go. All write to it and nobody reads it. */
  private static final byte[] NOWHERE = new byte[16 * 1024];

  private enum Written {
    NOTHING,
    ALL,
    FLUSHED
  }

  private final WebhookServer server;
  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final AsyncContext async;
  private final long announced;
  private final boolean http1;
  private volatile @Nullable Answer answer;
  private @Nullable Receiver receiver;
  private String sender = "";
  private @Nullable BodyBuffer buffer;
  private boolean listening;
  private boolean bodyEnded;
  private Written written = Written.NOTHING;

  /**
   * @param source whose path it came to; null where that is not known yet
   */
  Conversation(
      WebhookServer server,
      HttpServletRequest request,
      HttpServletResponse response,
      @Nullable SourceName source) {
    super(server.line(), server.times(), server.deadlines(), server.measure(), source, 0);
    this.server = server;
    this.request = request;
    this.response = response;
    announced = request.getContentLengthLong();
    http1 = request.getProtocol().startsWith("HTTP/1");
    bodyEnded =
        announced == 0
            || (announced < 0 && http1 && request.getHeader("Transfer-Encoding") == null);
    async = request.startAsync();
    async.setTimeout(0);
    async.addListener(this);
    server.deadlines().add(this);
  }

  /** Answers at once; what is left of the body is not wanted. */
  void refuse(Answer refusal) {
    try {
      skim();
    } catch (IOException e) {
      LOG.debug("A sender went away while sending", e);
    }
    answerFrom(Phase.READING, refusal);
  }

  /** A small body that is here already is thrown away at once, so that the connection lives on. */
  private void skim() throws IOException {
    ServletInputStream in = request.getInputStream();
    long left = announced;
    while (!bodyEnded && announced <= NOWHERE.length && left > 0 && in.available() > 0) {
      left -= Math.max(0, in.read(NOWHERE, 0, (int) left));
      bodyEnded = left == 0;
    }
  }

  /**
   * Reads the body, routes the request to the receiver's route, and answers.
   *
   * @param from the sender's network address
   */
  void receive(Receiver to, String from) {
    receiver = to;
    sender = from;
    BodyBuffer body = buffer(to, announced);
    buffer = body;
    try {
      // Most bodies arrive together with their headers: then there is nothing to wait for.
      ServletInputStream in = request.getInputStream();
      while (!bodyEnded && announced > 0 && in.available() > 0) {
        if (!read(body, in)) {
          return;
        }
        bodyEnded = body.length() == announced;
      }
      if (bodyEnded) {
        route(to, body);
      } else {
        listen(in);
      }
    } catch (IOException e) {
      LOG.debug("A sender went away while sending", e);
      complete();
    }
  }

  @Override
  public void onDataAvailable() throws IOException {
    ServletInputStream in = request.getInputStream();
    BodyBuffer body = buffer;
    if (is(Phase.READING) && body != null) {
      while (is(Phase.READING) && in.isReady()) {
        if (!read(body, in)) {
          return;
        }
      }
    } else if (is(Phase.DRAINING)) {
      drain(in);
    }
    // While answering, what came waits: the answer goes first, then onWritePossible reads on.
  }

  @Override
  public void onAllDataRead() {
    bodyEnded = true;
    Receiver to = receiver;
    BodyBuffer body = buffer;
    if (is(Phase.DRAINING)) {
      complete();
    } else if (to != null && body != null) {
      route(to, body);
    }
  }

  private void route(Receiver to, BodyBuffer body) {
    @Nullable RawBody sent = beginRouting(to, body, request.getHeader("Content-Encoding"));
    if (sent == null) {
      return;
    }
    buffer = null;
    String path = to.definition().path();
    WebhookHttpConsumer consumer = server.engine().at(path);
    if (consumer == null) {
      reply(unavailable("route-stopped"));
      return;
    }
    consumer.receive(Requests.of(request, path, sender, sent), this::reply);
  }

  @Override
  protected void write(Answer result) {
    answer = result;
    buffer = null;
    try {
      response.getOutputStream().setWriteListener(this);
    } catch (IOException | RuntimeException e) {
      // The container has ended this request on another thread, and takes its objects back.
      LOG.debug("A sender went away before its answer", e);
      complete();
    }
  }

  @Override
  public void onWritePossible() throws IOException {
    Answer result = answer;
    if (result == null || !is(Phase.ANSWERING)) {
      return;
    }
    ServletOutputStream out = response.getOutputStream();
    while (out.isReady()) {
      switch (written) {
        case NOTHING -> {
          writeHead(result);
          out.write(result.body());
          written = Written.ALL;
        }
        case ALL -> {
          // Flushed here without blocking; what is left for complete() to flush would block.
          out.flush();
          written = Written.FLUSHED;
        }
        case FLUSHED -> {
          afterAnswer();
          return;
        }
      }
    }
  }

  private void writeHead(Answer result) {
    response.setStatus(result.status());
    result.headers().forEach(response::setHeader);
    if (result.contentType() != null) {
      response.setContentType(result.contentType());
    }
    response.setContentLength(result.body().length);
    if (!bodyEnded && http1) {
      response.setHeader("Connection", "close");
    }
  }

  /**
   * The rest of a refused body is taken, or a sender in the middle of it would see its connection
   * (over HTTP/2: its stream) reset and might never read the answer.
   */
  private void afterAnswer() throws IOException {
    if (bodyEnded) {
      complete();
      return;
    }
    if (beginDraining()) {
      ServletInputStream in = request.getInputStream();
      if (listening) {
        drain(in);
      } else {
        listen(in);
      }
    }
  }

  private void listen(ServletInputStream in) {
    listening = true;
    in.setReadListener(this);
  }

  private void drain(ServletInputStream in) throws IOException {
    while (is(Phase.DRAINING) && in.isReady()) {
      if (!drained()) {
        // From a listener, an exception is the one way to close without reading on.
        throw new IOException("The sender did not stop sending a refused body");
      }
      if (in.read(NOWHERE) < 0) {
        return;
      }
    }
  }

  @Override
  protected void later(Runnable task) {
    server.answers().execute(task);
  }

  @Override
  protected void endDraining() {
    complete();
  }

  private void complete() {
    if (end()) {
      try {
        async.complete();
      } catch (IllegalStateException e) {
        LOG.debug("The container has ended the request already", e);
      }
    }
  }

  /** The sender has gone, or broke the protocol: of the read and of the write side. */
  @Override
  public void onError(Throwable failure) {
    LOG.debug("A sender went away", failure);
  }

  @Override
  public void onError(AsyncEvent event) {
    complete();
  }

  @Override
  public void onComplete(AsyncEvent event) {
    end();
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    // There is none: Deadlines does it.
  }

  @Override
  public void onStartAsync(AsyncEvent event) {
    // It is started once.
  }
}
