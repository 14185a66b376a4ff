package io.gammawebhook.camel;

import java.net.URI;
import java.net.URISyntaxException;
import org.apache.camel.Exchange;
import org.apache.camel.util.URISupport;
import org.jspecify.annotations.Nullable;

/**
 * What a route had sent to when it failed, for people who look for the cause of many failures. Of
 * an HTTP address host and port alone: the rest may be secret. Of other endpoints the scheme and
 * what follows up to the options, without user and password.
 */
final class FailedDestination {

  private static final int LONGEST = 120;

  private FailedDestination() {}

  /** The last endpoint of the exchange; null if it was sent to none. */
  static @Nullable String of(Exchange exchange) {
    String uri = exchange.getProperty(Exchange.FAILURE_ENDPOINT, String.class);
    if (uri == null) {
      uri = exchange.getProperty(Exchange.TO_ENDPOINT, String.class);
    }
    return uri == null ? null : of(uri);
  }

  static String of(String uri) {
    int options = uri.indexOf('?');
    String plain = options < 0 ? uri : uri.substring(0, options);
    if (plain.startsWith("http:") || plain.startsWith("https:")) {
      String scheme = plain.substring(0, plain.indexOf(':'));
      try {
        URI address = new URI(plain);
        String host = address.getHost();
        return host == null
            ? scheme
            : scheme + "://" + host + (address.getPort() < 0 ? "" : ":" + address.getPort());
      } catch (URISyntaxException e) {
        return scheme;
      }
    }
    String clean = URISupport.sanitizeUri(plain).replaceFirst("//[^/@]*@", "//");
    return clean.length() > LONGEST ? clean.substring(0, LONGEST) : clean;
  }
}
