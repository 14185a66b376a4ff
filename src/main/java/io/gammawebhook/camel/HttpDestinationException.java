package io.gammawebhook.camel;

import java.io.IOException;
import org.apache.hc.core5.http.HttpHost;

/**
 * No answer came from a destination. The message is its host and port: the cause, such as {@code
 * Read timed out}, often does not say which one it was.
 */
final class HttpDestinationException extends IOException {

  private static final long serialVersionUID = 1L;

  HttpDestinationException(HttpHost destination, Exception cause) {
    super(
        destination.getPort() < 0
            ? destination.getHostName()
            : destination.getHostName() + ":" + destination.getPort(),
        cause);
  }
}
