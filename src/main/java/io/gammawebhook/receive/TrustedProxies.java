package io.gammawebhook.receive;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The proxies whose word on a sender's address is taken. Only what they append to {@code
 * X-Forwarded-For} counts: what stands before it may be the sender's own invention.
 */
public final class TrustedProxies {

  private static final Pattern WITH_PORT =
      Pattern.compile("([0-9.]+):[0-9]{1,5}|\\[([^\\]]+)](?::[0-9]{1,5})?");

  private final List<Network> networks;

  public TrustedProxies(List<Network> networks) {
    this.networks = List.copyOf(networks);
  }

  /** Some proxies write the port too: {@code 192.0.2.7:4711}, {@code [2001:db8::5]:4711}. */
  private static String withoutPort(String hop) {
    Matcher matcher = WITH_PORT.matcher(hop);
    if (!matcher.matches()) {
      return hop;
    }
    return matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
  }

  /** Whether the peer of a connection is one of them. */
  public boolean include(String address) {
    byte[] bytes = Network.bytes(address);
    for (Network network : networks) {
      if (network.contains(bytes)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The nearest address that is no trusted proxy; the peer itself if it is none, or if nothing is
   * known beyond it.
   *
   * @param peer the network address of the connection
   * @param forwardedFor the values of {@code X-Forwarded-For}, in order
   */
  public String sender(String peer, List<String> forwardedFor) {
    return include(peer) ? beyond(peer, forwardedFor) : peer;
  }

  /** The same for a peer that is known to be one of them. */
  public String beyond(String peer, List<String> forwardedFor) {
    List<String> hops = new ArrayList<>();
    for (String value : forwardedFor) {
      for (String hop : value.split(",", -1)) {
        hops.add(withoutPort(hop.strip()));
      }
    }
    Collections.reverse(hops);
    String nearest = peer;
    for (String hop : hops) {
      if (!Network.isAddress(hop)) {
        // What is behind it is not known.
        return nearest;
      }
      nearest = hop;
      if (!include(hop)) {
        return nearest;
      }
    }
    return nearest;
  }
}
