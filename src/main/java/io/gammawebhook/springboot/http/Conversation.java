package io.gammawebhook.springboot.http;

import io.gammawebhook.event.RawBody;
import io.gammawebhook.http.BodyBuffer;
import io.gammawebhook.http.Deadlines;
import io.gammawebhook.http.HttpTimes;
import io.gammawebhook.http.OpenRequest;
import io.gammawebhook.http.Pace;
import io.gammawebhook.receive.Answer;
import io.gammawebhook.receive.Answers;
import io.gammawebhook.receive.Inflated;
import io.gammawebhook.receive.Receiver;
import io.gammawebhook.receive.WaitingLine;
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
import java.util.concurrent.atomic.AtomicReference;
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
final class Conversation implements OpenRequest, ReadListener, WriteListener, AsyncListener {

  private static final Logger LOG = LoggerFactory.getLogger(Conversation.class);

  /** Where refused bytes go. All write to it and nobody reads it. */
  private static final byte[] NOWHERE = new byte[16 * 1024];

  private static final Answer TOO_SLOW = Answer.problem(408, "The body did not come in time");

  private enum Phase {
    READING,
    ROUTING,
    ANSWERING,
    /** Answered; the rest of the body is thrown away. */
    DRAINING,
    ENDED
  }

  private enum Written {
    NOTHING,
    ALL,
    FLUSHED
  }

  private final WebhookServer server;
  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final WaitingLine.Place place;
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.READING);
  private final AsyncContext async;
  private final long announced;
  private final boolean http1;
  private volatile long deadline;
  private volatile long lastRead;
  private volatile boolean routed;
  private volatile @Nullable Answer answer;
  private final Pace pace;
  private @Nullable Receiver receiver;
  private String sender = "";
  private @Nullable BodyBuffer buffer;
  private boolean listening;
  private boolean bodyEnded;
  private Written written = Written.NOTHING;

  Conversation(WebhookServer server, HttpServletRequest request, HttpServletResponse response) {
    this.server = server;
    this.request = request;
    this.response = response;
    place = server.line().open();
    announced = request.getContentLengthLong();
    http1 = request.getProtocol().startsWith("HTTP/1");
    bodyEnded =
        announced == 0
            || (announced < 0 && http1 && request.getHeader("Transfer-Encoding") == null);
    long now = server.deadlines().now();
    pace = new Pace(now);
    deadline = now + server.times().body().toNanos();
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
    BodyBuffer body = new BodyBuffer(place, to.definition().maxBodySize(), announced);
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
    if (phase.get() == Phase.READING && body != null) {
      while (phase.get() == Phase.READING && in.isReady()) {
        if (!read(body, in)) {
          return;
        }
      }
    } else if (phase.get() == Phase.DRAINING) {
      drain(in);
    }
    // While answering, what came waits: the answer goes first, then onWritePossible reads on.
  }

  @Override
  public void onAllDataRead() {
    bodyEnded = true;
    Receiver to = receiver;
    BodyBuffer body = buffer;
    if (phase.get() == Phase.DRAINING) {
      complete();
    } else if (to != null && body != null) {
      route(to, body);
    }
  }

  /** False if the body is not wanted any more. */
  private boolean read(BodyBuffer body, ServletInputStream in) throws IOException {
    return switch (body.readFrom(in)) {
      case SOME -> {
        pace.came(body.length(), server.deadlines().now());
        yield true;
      }
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
        answerFrom(Phase.READING, Answers.unavailable(HttpTimes.RETRY_AFTER_SECONDS));
        yield false;
      }
    };
  }

  private void route(Receiver to, BodyBuffer body) {
    if (!place.tryEnter()) {
      answerFrom(Phase.READING, Answers.unavailable(HttpTimes.RETRY_AFTER_SECONDS));
      return;
    }
    RawBody sent = body.body();
    String encoding = request.getHeader("Content-Encoding");
    long inflated = Inflated.length(to.definition(), encoding, sent);
    if (inflated <= to.definition().maxBodySize() && !place.tryGrow(inflated)) {
      answerFrom(Phase.READING, Answers.unavailable(HttpTimes.RETRY_AFTER_SECONDS));
      return;
    }
    deadline = server.deadlines().now() + server.times().answer().toNanos();
    // Set before the phase: whoever sees the conversation end must know whom the place belongs to.
    routed = true;
    if (!phase.compareAndSet(Phase.READING, Phase.ROUTING)) {
      place.close();
      return;
    }
    buffer = null;
    String path = to.definition().path();
    WebhookHttpConsumer consumer = server.engine().at(path);
    if (consumer == null) {
      reply(Answers.unavailable(HttpTimes.RETRY_AFTER_SECONDS));
      return;
    }
    consumer.receive(Requests.of(request, path, sender, sent), this::reply);
  }

  /** The route is done with the request, whether or not its sender still waits. */
  private void reply(Answer result) {
    place.close();
    answerFrom(Phase.ROUTING, result);
  }

  private void answerFrom(Phase before, Answer result) {
    if (take(before, result)) {
      write();
    }
  }

  /** Makes this the one answer, and gives back what the request held. */
  private boolean take(Phase before, Answer result) {
    if (!phase.compareAndSet(before, Phase.ANSWERING)) {
      return false;
    }
    answer = result;
    buffer = null;
    if (!routed) {
      place.close();
    }
    return true;
  }

  private void write() {
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
    if (result == null || phase.get() != Phase.ANSWERING) {
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
    long now = server.deadlines().now();
    lastRead = now;
    deadline = now + server.times().linger().toNanos();
    if (phase.compareAndSet(Phase.ANSWERING, Phase.DRAINING)) {
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
    while (phase.get() == Phase.DRAINING && in.isReady()) {
      long now = server.deadlines().now();
      if (now - deadline >= 0) {
        // From a listener, an exception is the one way to close without reading on.
        throw new IOException("The sender did not stop sending a refused body");
      }
      lastRead = now;
      if (in.read(NOWHERE) < 0) {
        return;
      }
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
    if (!take(Phase.READING, TOO_SLOW)) {
      return 0;
    }
    server.answers().execute(this::write);
    return held;
  }

  @Override
  public void look(long now, boolean givenUp) {
    Phase current = phase.get();
    if (current == Phase.DRAINING) {
      boolean idle = now - lastRead >= server.times().lingerIdle().toNanos();
      if (now - deadline >= 0 || idle || givenUp) {
        complete();
      }
    } else if (now - deadline >= 0 && current == Phase.READING) {
      server.answers().execute(() -> answerFrom(Phase.READING, TOO_SLOW));
    } else if (givenUp && current == Phase.READING) {
      server
          .answers()
          .execute(
              () -> answerFrom(Phase.READING, Answers.unavailable(HttpTimes.RETRY_AFTER_SECONDS)));
    } else if (now - deadline >= 0 && current == Phase.ROUTING) {
      server
          .answers()
          .execute(
              () -> answerFrom(Phase.ROUTING, Answers.unavailable(HttpTimes.RETRY_AFTER_SECONDS)));
    }
  }

  private void complete() {
    if (phase.getAndSet(Phase.ENDED) != Phase.ENDED) {
      try {
        async.complete();
      } catch (IllegalStateException e) {
        LOG.debug("The container has ended the request already", e);
      }
      ended();
    }
  }

  private void ended() {
    phase.set(Phase.ENDED);
    server.deadlines().remove(this);
    if (!routed) {
      place.close();
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
    ended();
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
