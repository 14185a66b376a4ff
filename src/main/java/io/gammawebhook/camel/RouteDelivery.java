package io.gammawebhook.camel;

import io.gammawebhook.audit.AuditLog;
import io.gammawebhook.audit.LogText;
import io.gammawebhook.dispatch.DeliveryHandler;
import io.gammawebhook.dispatch.Failure;
import io.gammawebhook.event.SubscriptionName;
import io.gammawebhook.event.WebhookEvent;
import io.gammawebhook.inbox.LeasedDelivery;
import io.gammawebhook.verify.FormText;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.spi.Synchronization;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Runs a delivery through the consumer's route, on a fresh exchange: the raw body and our own
 * headers, nothing of the HTTP request but its checked trace. The delivery is done when the
 * exchange's unit of work is, also where the route hands it over to another thread.
 */
final class RouteDelivery implements DeliveryHandler {

  private final WebhookInboxConsumer consumer;
  private final SubscriptionName subscription;
  private final FailureClassifier failures;

  RouteDelivery(
      WebhookInboxConsumer consumer, SubscriptionName subscription, FailureClassifier failures) {
    this.consumer = consumer;
    this.subscription = subscription;
    this.failures = failures;
  }

  @Override
  public void handle(LeasedDelivery delivery, Done done) {
    Exchange exchange = exchange(delivery);
    exchange.getExchangeExtension().addOnCompletion(new Ending(delivery.event(), done));
    WebhookEvent event = delivery.event();
    MDC.put(AuditLog.MDC_SOURCE, event.source().value());
    MDC.put(AuditLog.MDC_SUBSCRIPTION, subscription.value());
    MDC.put(AuditLog.MDC_REFERENCE, event.reference().toString());
    MDC.put(AuditLog.MDC_DELIVERY_ID, delivery.lease().delivery().toString());
    MDC.put(AuditLog.MDC_ATTEMPT, Integer.toString(delivery.lease().attempt()));
    if (event.eventId() != null) {
      MDC.put(AuditLog.MDC_EVENT_ID, LogText.value(event.eventId().value()));
    }
    if (event.trace() != null) {
      MDC.put(AuditLog.MDC_TRACE_ID, event.trace().traceId());
    }
    try {
      consumer
          .getAsyncProcessor()
          .process(exchange, doneSync -> failedBeforeItsUnitOfWork(exchange, delivery, done));
    } catch (Throwable e) {
      // Errors too, such as a class that is missing in a route.
      done.failed(failure(e, exchange, event));
    } finally {
      MDC.remove(AuditLog.MDC_SOURCE);
      MDC.remove(AuditLog.MDC_SUBSCRIPTION);
      MDC.remove(AuditLog.MDC_REFERENCE);
      MDC.remove(AuditLog.MDC_DELIVERY_ID);
      MDC.remove(AuditLog.MDC_ATTEMPT);
      MDC.remove(AuditLog.MDC_EVENT_ID);
      MDC.remove(AuditLog.MDC_TRACE_ID);
    }
  }

  private Exchange exchange(LeasedDelivery delivery) {
    WebhookEvent event = delivery.event();
    Exchange exchange = consumer.createExchange(false);
    exchange.setPattern(ExchangePattern.InOnly);
    Message message = exchange.getIn();
    message.setBody(event.body().bytes());
    message.setHeader(WebhookConstants.REFERENCE, event.reference().toString());
    message.setHeader(WebhookConstants.SOURCE, event.source().value());
    message.setHeader(WebhookConstants.SUBSCRIPTION, subscription.value());
    message.setHeader(WebhookConstants.DELIVERY_ID, delivery.lease().delivery().toString());
    message.setHeader(WebhookConstants.ATTEMPT, delivery.lease().attempt());
    message.setHeader(WebhookConstants.RECEIVED_AT, delivery.receivedAt());
    message.setHeader(WebhookConstants.HEADERS, event.headers());
    exchange.setProperty(WebhookConstants.DELIVERY_ID, delivery.lease().delivery().toString());
    exchange.setProperty(RouteAudit.AT_WORK, RouteAudit.AtWork.of(delivery));
    TraceHeaders.set(message, event.trace());
    set(message, WebhookConstants.EVENT_ID, event.eventId());
    set(message, WebhookConstants.EVENT_TYPE, event.eventType());
    set(message, WebhookConstants.ORDERING_KEY, event.orderingKey());
    if (event.contentType() != null) {
      message.setHeader(WebhookConstants.CONTENT_TYPE, MediaType.orBytes(event.contentType()));
      if (MediaType.isForm(event.contentType())) {
        setForm(message, event);
      }
    }
    return exchange;
  }

  /** Names of a sender's choice, so they are keys of one map and never headers. */
  private static void setForm(Message message, WebhookEvent event) {
    Map<String, List<String>> fields = FormText.parse(event.body().bytes());
    if (fields != null) {
      Map<String, Object> form = new TreeMap<>();
      fields.forEach((name, values) -> form.put(name, values.size() == 1 ? values.get(0) : values));
      message.setHeader(WebhookConstants.FORM, form);
    }
  }

  private static void set(Message message, String header, @Nullable Object value) {
    if (value != null) {
      message.setHeader(header, value.toString());
    }
  }

  /** A route that is stopping refuses an exchange before it has a unit of work that could end. */
  private void failedBeforeItsUnitOfWork(Exchange exchange, LeasedDelivery delivery, Done done) {
    Throwable exception = exchange.getException();
    if (exception != null) {
      done.failed(failure(exception, exchange, delivery.event()));
    }
  }

  private Failure failure(Throwable exception, Exchange exchange, WebhookEvent event) {
    return failures
        .classify(exception, event.body(), exchange.getMessage().getBody())
        .to(FailedDestination.of(exchange));
  }

  /** The end of the unit of work, wherever it comes. */
  private final class Ending implements Synchronization {
    private final WebhookEvent event;
    private final Done done;

    Ending(WebhookEvent event, Done done) {
      this.event = event;
      this.done = done;
    }

    @Override
    public void onComplete(Exchange exchange) {
      if (exchange.isRollbackOnly()) {
        onFailure(exchange);
      } else {
        done.succeeded(exchange.getProperty(Exchange.EXCEPTION_CAUGHT) != null);
      }
    }

    @Override
    public void onFailure(Exchange exchange) {
      Throwable exception = exchange.getException();
      if (exception == null) {
        exception = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
      }
      done.failed(
          exception == null
              ? Failure.temporary("rollback", "The route marked the exchange for rollback")
              : failure(exception, exchange, event));
    }
  }
}
