package io.gammawebhook.camel;

import io.gammawebhook.event.SourceName;
import io.gammawebhook.receive.Answer;
import io.gammawebhook.receive.Receiver;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.jspecify.annotations.Nullable;

/** A step of the ingress: it works for one source, whose receiver it finds in the registry. */
abstract class IngressStep extends AsyncProcessorSupport implements CamelContextAware {

  private @Nullable CamelContext camelContext;
  private @Nullable String source;
  private @Nullable SourceName name;
  private @Nullable Receivers receivers;

  @Override
  public @Nullable CamelContext getCamelContext() {
    return camelContext;
  }

  @Override
  public void setCamelContext(CamelContext camelContext) {
    this.camelContext = camelContext;
  }

  public @Nullable String getSource() {
    return source;
  }

  /** The name of a configured source. */
  public void setSource(String source) {
    this.source = source;
    name = null;
  }

  /** Checked at the first request, and not at each. */
  SourceName source() {
    SourceName known = name;
    if (known == null) {
      known = new SourceName(Objects.requireNonNull(source, "source"));
      name = known;
    }
    return known;
  }

  Receivers receivers() {
    Receivers known = receivers;
    if (known == null) {
      known = Receivers.of(Objects.requireNonNull(camelContext, "camelContext"));
      receivers = known;
    }
    return known;
  }

  /**
   * Goes on once the answer is there, without a thread that waits for it.
   *
   * @return whether it went on at once, as {@link #process} says it
   */
  final boolean answerLater(
      Exchange exchange, CompletionStage<Answer> awaited, AsyncCallback callback) {
    CompletableFuture<Answer> answer = awaited.toCompletableFuture();
    if (answer.isDone()) {
      finish(exchange, answer);
      callback.done(true);
      return true;
    }
    var unused =
        answer.whenComplete(
            (done, failure) ->
                receivers()
                    .answers()
                    .execute(
                        () -> {
                          finish(exchange, answer);
                          callback.done(false);
                        }));
    return false;
  }

  private static void finish(Exchange exchange, CompletableFuture<Answer> answer) {
    try {
      exchange.setProperty(IngressProperties.ANSWER, answer.join());
    } catch (CompletionException e) {
      exchange.setException(cause(e));
    } catch (RuntimeException e) {
      exchange.setException(e);
    }
  }

  private static Throwable cause(CompletionException e) {
    @Nullable Throwable cause = e.getCause();
    return cause == null ? e : cause;
  }

  /** Looked up each time: a source that is closed and opened again has a new one. */
  Receiver receiver() {
    return receivers().required(source());
  }
}
