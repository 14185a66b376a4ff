package io.gammawebhook.springboot.http;

import io.gammawebhook.receive.TrustedProxies;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is at the other end of a connection: a proxy that is trusted, or somebody whom TLS has to
 * keep from being read and changed on the way. Safe for use by many threads.
 */
public final class Peers {

  private static final Logger LOG = LoggerFactory.getLogger(Peers.class);

  private final TrustedProxies proxies;
  private final boolean needsTls;
  private final AtomicBoolean toldPlain = new AtomicBoolean();

  /**
   * @param needsTls whether plain HTTP is taken from trusted proxies only
   */
  public Peers(TrustedProxies proxies, boolean needsTls) {
    this.proxies = proxies;
    this.needsTls = needsTls;
  }

  /** The sender's network address, as far as trusted proxies know it. */
  String sender(HttpServletRequest request) {
    String peer = peer(request);
    return proxies.include(peer)
        ? proxies.sender(peer, Collections.list(request.getHeaders("X-Forwarded-For")))
        : peer;
  }

  /** Whether nobody but trusted proxies could have read the request on its way. */
  boolean isProtected(HttpServletRequest request) {
    if (!needsTls || request.isSecure() || proxies.include(peer(request))) {
      return true;
    }
    if (toldPlain.compareAndSet(false, true)) {
      LOG.warn(
          "A webhook over plain HTTP from {} is refused with 403, and so are others like it: in"
              + " production configure HTTPS (server.ssl.bundle), or name the networks of the proxy"
              + " that ends TLS in gamma.webhook.http.trusted-proxies",
          request.getRemoteAddr());
    }
    return false;
  }

  /** A connection over a socket file has no address. */
  private static String peer(HttpServletRequest request) {
    @Nullable String address = request.getRemoteAddr();
    return address == null ? "" : address;
  }
}
