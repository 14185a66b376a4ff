package io.gammawebhook.camel;

import io.gammawebhook.event.SourceName;
import io.gammawebhook.receive.Receiver;
import java.util.Objects;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.support.AsyncProcessorSupport;
import org.jspecify.annotations.Nullable;

/** A step of the ingress: it works for one source, whose receiver it finds in the registry. */
abstract class IngressStep extends AsyncProcessorSupport implements CamelContextAware {

  private @Nullable CamelContext camelContext;
  private @Nullable String source;
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
  }

  SourceName source() {
    return new SourceName(Objects.requireNonNull(source, "source"));
  }

  Receivers receivers() {
    Receivers known = receivers;
    if (known == null) {
      known = Receivers.of(Objects.requireNonNull(camelContext, "camelContext"));
      receivers = known;
    }
    return known;
  }

  /** Looked up each time: a source that is closed and opened again has a new one. */
  Receiver receiver() {
    return receivers().required(Objects.requireNonNull(source, "source"));
  }
}
