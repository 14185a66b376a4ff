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

  /**
   * Who is at the other end of one connection.
   *
   * @param sender the sender's network address, as far as trusted proxies know it
   * @param isTrusted whether it is a trusted proxy
   */
  record Peer(String sender, boolean isTrusted) {}

  Peer of(HttpServletRequest request) {
    // A connection over a socket file has no address.
    @Nullable String address = request.getRemoteAddr();
    String peer = address == null ? "" : address;
    boolean trusted = proxies.include(peer);
    String sender =
        trusted
            ? proxies.beyond(peer, Collections.list(request.getHeaders("X-Forwarded-For")))
            : peer;
    return new Peer(sender, trusted);
  }

  /** Whether nobody but trusted proxies could have read the request on its way. */
  boolean isProtected(HttpServletRequest request, Peer peer) {
    if (!needsTls || request.isSecure() || peer.isTrusted()) {
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
}
