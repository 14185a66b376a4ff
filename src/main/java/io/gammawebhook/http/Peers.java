package io.gammawebhook.http;

import io.gammawebhook.receive.TrustedProxies;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
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
  private final String tlsOption;
  private final String proxiesOption;
  private final AtomicBoolean toldPlain = new AtomicBoolean();

  /**
   * @param needsTls whether plain HTTP is taken from trusted proxies only
   * @param tlsOption what the host calls the option that gives it a certificate, for messages
   * @param proxiesOption what it calls the networks of its proxies
   */
  public Peers(TrustedProxies proxies, boolean needsTls, String tlsOption, String proxiesOption) {
    this.tlsOption = tlsOption;
    this.proxiesOption = proxiesOption;
    this.proxies = proxies;
    this.needsTls = needsTls;
  }

  /**
   * Who is at the other end of one connection.
   *
   * @param sender the sender's network address, as far as trusted proxies know it
   * @param isTrusted whether it is a trusted proxy
   */
  public record Peer(String sender, boolean isTrusted) {}

  /**
   * @param address of the other end; null for a connection over a socket file, which has none
   * @param forwardedFor the values of the request's {@code X-Forwarded-For}, in order
   */
  public Peer of(@Nullable String address, Supplier<List<String>> forwardedFor) {
    String peer = address == null ? "" : address;
    boolean trusted = proxies.include(peer);
    return new Peer(trusted ? proxies.beyond(peer, forwardedFor.get()) : peer, trusted);
  }

  /**
   * Whether nobody but trusted proxies could have read a request on its way.
   *
   * @param secure whether it came over TLS
   */
  public boolean isProtected(boolean secure, Peer peer) {
    if (!needsTls || secure || peer.isTrusted()) {
      return true;
    }
    if (toldPlain.compareAndSet(false, true)) {
      LOG.warn(
          "A webhook over plain HTTP from {} is refused with 403, and so are others like it: in"
              + " production configure HTTPS ({}), or name the networks of the proxy that ends TLS"
              + " in {}",
          peer.sender(),
          tlsOption,
          proxiesOption);
    }
    return false;
  }
}
