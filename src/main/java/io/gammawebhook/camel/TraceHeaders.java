package io.gammawebhook.camel;

import io.gammawebhook.event.TraceContext;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * A trace on a Camel message. The two headers of W3C Trace Context are where Camel's tracers look
 * for the parent of a route's first span, and where each span leaves its own for what comes after
 * it. So a tracer needs no other thread between us and it, and none has to be on the class path.
 */
final class TraceHeaders {

  private TraceHeaders() {}

  /** The trace that the message stands in, if there is one. */
  static @Nullable TraceContext of(Message message) {
    return TraceContext.of(
        message.getHeader(TraceContext.PARENT_HEADER) instanceof String parent ? parent : null,
        message.getHeader(TraceContext.STATE_HEADER) instanceof String state ? state : null);
  }

  static void set(Message message, @Nullable TraceContext trace) {
    if (trace != null) {
      message.setHeader(TraceContext.PARENT_HEADER, trace.parent());
      if (trace.state() != null) {
        message.setHeader(TraceContext.STATE_HEADER, trace.state());
      }
    }
  }
}
