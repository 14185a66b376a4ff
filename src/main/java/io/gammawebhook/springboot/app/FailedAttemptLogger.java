package io.gammawebhook.springboot.app;

import io.gammawebhook.audit.AuditLog;
import io.gammawebhook.audit.BoundedLine;
import io.gammawebhook.audit.BoundedLines;
import org.apache.camel.LoggingLevel;
import org.apache.camel.processor.errorhandler.DefaultErrorHandler;
import org.apache.camel.spi.CamelLogger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * What the routes' error handler logs with. The failed attempt of a delivery has its line in the
 * audit, with class, message and delivery id; its stack trace is written at DEBUG. The failure of
 * any other exchange, such as a timer's, is known from here only and stays as Camel has it, within
 * a bound for each class of exception. Safe for use by many threads.
 */
final class FailedAttemptLogger extends CamelLogger {

  private final BoundedLines<String> failures = new BoundedLines<>();

  FailedAttemptLogger() {
    super(LoggerFactory.getLogger(DefaultErrorHandler.class), LoggingLevel.ERROR);
  }

  @Override
  public void log(String message, Throwable exception) {
    log(message, exception, getLevel());
  }

  @Override
  public void log(String message) {
    log(message, getLevel());
  }

  @Override
  public void log(String message, Throwable exception, LoggingLevel level) {
    if (ofDelivery()) {
      super.log(message, exception, LoggingLevel.DEBUG);
    } else {
      failures
          .of(exception.getClass().getName(), "others")
          .write(leftOut -> super.log(message + BoundedLine.told(leftOut), exception, level));
    }
  }

  @Override
  public void log(String message, LoggingLevel level) {
    super.log(message, ofDelivery() ? LoggingLevel.DEBUG : level);
  }

  private static boolean ofDelivery() {
    return MDC.get(AuditLog.MDC_DELIVERY_ID) != null;
  }
}
