package io.gammawebhook.http;

import io.gammawebhook.event.RawBody;
import io.gammawebhook.event.SourceName;
import io.gammawebhook.measure.Measure;
import io.gammawebhook.measure.RequestOutcome;
import io.gammawebhook.receive.Answer;
import io.gammawebhook.receive.Answers;
import io.gammawebhook.receive.Inflated;
import io.gammawebhook.receive.Receiver;
import io.gammawebhook.receive.WaitingLine;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One request and its one answer, whichever server it came through: what it holds in memory, how
 * far it has come and how long it may take. The server's part reads and writes.
 *
 * <p>Three may want to answer: who reads the body, the end of the route, and {@link Deadlines}.
 * Whoever moves the phase on to {@code ANSWERING} has the answer, so that there is exactly one.
 */
public abstract class AnsweredOnce implements OpenRequest {

  private static final Answer TOO_SLOW = Answers.tooSlow();

  /** To the one that it is ended for, it looks the same. */
  private static final Answer GAVE_WAY = TOO_SLOW.as(RequestOutcome.refused("gave-way"));

  /** How far a request has come. */
  protected enum Phase {
    READING,
    ROUTING,
    ANSWERING,
    /** Answered; the rest of the body is thrown away. */
    DRAINING,
    ENDED
  }

  private final WaitingLine line;
  private final HttpTimes times;
  private final Deadlines deadlines;
  private final Measure measure;
  private final @Nullable SourceName source;
  private final long beganNanos;
  private final WaitingLine.Place place;
  private final WaitingLine.Place head;
  private final boolean admitted;
  private final Pace pace;
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.READING);
  private volatile long deadline;
  private volatile long lastRead;
  private volatile boolean routed;
  private volatile boolean gaveWay;

  /**
   * @param source whose path it came to; null where that is not known yet
   * @param headBytes the memory that the head of the request holds; 0 where the server bounds the
   *     heads of all connections itself
   */
  protected AnsweredOnce(
      WaitingLine line,
      HttpTimes times,
      Deadlines deadlines,
      Measure measure,
      @Nullable SourceName source,
      long headBytes) {
    this.line = line;
    this.times = times;
    this.deadlines = deadlines;
    this.measure = measure;
    this.source = source;
    place = line.open();
    head = line.open();
    long now = deadlines.now();
    beganNanos = now;
    pace = new Pace(now);
    deadline = now + times.body().toNanos();
    // A crowd of heads without bodies gives way to whoever comes.
    admitted =
        head.tryGrow(headBytes) || (deadlines.endSlower(this, line) && head.tryGrow(headBytes));
  }

  /** Whether there is memory for its head; else it is to be answered {@link #busy} and ended. */
  public final boolean isAdmitted() {
    return admitted;
  }

  /** Whether its memory is needed for others, so that the rest of its body is not awaited. */
  protected final boolean gaveWay() {
    return gaveWay || !admitted;
  }

  /** Writes the one answer. Called once at most, by whoever moved the phase to it. */
  protected abstract void write(Answer answer);

  /** Does something where writing is allowed, and not on the caller's thread. */
  protected abstract void later(Runnable task);

  /** Ends a request whose sender does not end its refused body. */
  protected abstract void endDraining();

  protected final boolean is(Phase asked) {
    return phase.get() == asked;
  }

  protected final BodyBuffer buffer(Receiver to, long announced) {
    return new BodyBuffer(place, to.definition().maxBodySize(), announced);
  }

  /** Reads once of what is there; false if the body is not wanted any more. */
  protected final boolean read(BodyBuffer body, InputStream in) throws IOException {
    return switch (body.readFrom(in)) {
      case SOME -> {
        pace.came(body.length(), deadlines.now());
        yield true;
      }
      case END -> false;
      case TOO_LARGE -> {
        answerFrom(Phase.READING, Answers.tooLarge());
        yield false;
      }
      case NO_PLACE -> {
        // Memory that slow senders hold is for those who send.
        if (deadlines.endSlower(this, line)) {
          yield true;
        }
        answerFrom(Phase.READING, busy());
        yield false;
      }
    };
  }

  /** There is no memory for it, or there are as many as there may be. */
  protected static Answer busy() {
    return unavailable("line-full");
  }

  /**
   * @param reason a fixed code, for the metrics
   */
  protected static Answer unavailable(String reason) {
    return Answers.unavailable(HttpTimes.RETRY_AFTER_SECONDS, reason);
  }

  /**
   * Makes a whole body ready for its route.
   *
   * @param encoding the header Content-Encoding, or null
   * @return null if it has been answered
   */
  protected final @Nullable RawBody beginRouting(
      Receiver to, BodyBuffer body, @Nullable String encoding) {
    if (!place.tryEnter()) {
      answerFrom(Phase.READING, busy());
      return null;
    }
    RawBody sent = body.body();
    long inflated = Inflated.length(to.definition(), encoding, sent);
    if (inflated <= to.definition().maxBodySize() && !place.tryGrow(inflated)) {
      answerFrom(Phase.READING, busy());
      return null;
    }
    deadline = deadlines.now() + times.answer().toNanos();
    // Set before the phase: whoever sees the request end must know whom the place belongs to.
    routed = true;
    if (!phase.compareAndSet(Phase.READING, Phase.ROUTING)) {
      place.close();
      return null;
    }
    return sent;
  }

  /** The route is done with the request, whether or not its sender still waits. */
  protected final void reply(Answer result) {
    place.close();
    answerFrom(Phase.ROUTING, result);
  }

  /** Answers on the caller's thread, unless somebody else has. */
  protected final void answerFrom(Phase before, Answer result) {
    if (take(before)) {
      tell(result.outcome());
      write(result);
    }
  }

  private void tell(RequestOutcome outcome) {
    measure.answered(source, outcome, deadlines.now() - beganNanos);
  }

  /** Makes the caller the one who answers, and gives back what the request held. */
  private boolean take(Phase before) {
    if (!phase.compareAndSet(before, Phase.ANSWERING)) {
      return false;
    }
    if (!routed) {
      place.close();
    }
    return true;
  }

  /** The answer is out, and the rest of the body is not wanted; false if it has ended meanwhile. */
  protected final boolean beginDraining() {
    long now = deadlines.now();
    lastRead = now;
    deadline = now + times.linger().toNanos();
    return phase.compareAndSet(Phase.ANSWERING, Phase.DRAINING);
  }

  /** Some of it has come; false if it has come for too long. */
  protected final boolean drained() {
    long now = deadlines.now();
    lastRead = now;
    return now - deadline < 0;
  }

  /** Whether it was not ended before. */
  protected final boolean end() {
    Phase before = phase.getAndSet(Phase.ENDED);
    if (before == Phase.READING || before == Phase.ROUTING) {
      tell(RequestOutcome.GONE);
    }
    deadlines.remove(this);
    head.close();
    if (!routed) {
      place.close();
    }
    return before != Phase.ENDED;
  }

  @Override
  public final boolean holdsBody() {
    return is(Phase.READING) && place.bytes() + head.bytes() > 0;
  }

  @Override
  public final boolean isSmall() {
    return place.bytes() < WaitingLine.SMALL;
  }

  @Override
  public final double pace(long now) {
    return pace.bytesPerSecond(now);
  }

  @Override
  public final long giveWay() {
    long held = place.bytes() + head.bytes();
    if (!take(Phase.READING)) {
      return 0;
    }
    head.close();
    gaveWay = true;
    tell(GAVE_WAY.outcome());
    later(() -> write(GAVE_WAY));
    return held;
  }

  @Override
  public final void look(long now, boolean givenUp) {
    Phase current = phase.get();
    boolean late = now - deadline >= 0;
    if (current == Phase.DRAINING) {
      boolean idle = now - lastRead >= times.lingerIdle().toNanos();
      if (late || idle || givenUp) {
        endDraining();
      }
    } else if (late && current == Phase.READING) {
      later(() -> answerFrom(Phase.READING, TOO_SLOW));
    } else if (givenUp && current == Phase.READING) {
      later(() -> answerFrom(Phase.READING, Answers.notOpen(HttpTimes.RETRY_AFTER_SECONDS)));
    } else if (late && current == Phase.ROUTING) {
      later(() -> answerFrom(Phase.ROUTING, unavailable("answer-timeout")));
    }
  }
}
