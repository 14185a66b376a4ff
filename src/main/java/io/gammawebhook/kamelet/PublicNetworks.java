package io.gammawebhook.kamelet;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;

/**
 * Finds only addresses of public networks, so that whoever may choose a destination's name, or its
 * DNS, does not reach what stands behind the firewall. What is looked up is what is connected to,
 * so that a name cannot mean another address a moment later. Safe for use by many threads.
 */
final class PublicNetworks implements DnsResolver {

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    InetAddress[] found = SystemDefaultDnsResolver.INSTANCE.resolve(host);
    for (InetAddress address : found) {
      // One is enough: no public service has a private address beside its public one.
      if (!isPublic(address)) {
        throw new UnknownHostException(
            host + " is in a network that is not public; allowPrivateNetworks lets it pass");
      }
    }
    return found;
  }

  @Override
  public String resolveCanonicalHostname(String host) throws UnknownHostException {
    return SystemDefaultDnsResolver.INSTANCE.resolveCanonicalHostname(host);
  }

  /** Whether it is globally reachable (the IANA special-purpose address registries). */
  static boolean isPublic(InetAddress address) {
    if (address.isAnyLocalAddress()
        || address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isSiteLocalAddress()
        || address.isMulticastAddress()) {
      return false;
    }
    byte[] bytes = address.getAddress();
    return address instanceof Inet4Address ? isPublic4(bytes) : isPublic6(bytes);
  }

  private static boolean isPublic4(byte[] bytes) {
    int a = bytes[0] & 0xFF;
    int b = bytes[1] & 0xFF;
    int c = bytes[2] & 0xFF;
    boolean special =
        a == 0
            || a >= 240
            || (a == 100 && b >= 64 && b < 128)
            || (a == 192 && b == 0 && (c == 0 || c == 2))
            || (a == 198 && (b == 18 || b == 19))
            || (a == 198 && b == 51 && c == 100)
            || (a == 203 && b == 0 && c == 113);
    return !special;
  }

  /** Of what is not 2000::/3 nothing is public; nor are addresses that carry one of IPv4. */
  private static boolean isPublic6(byte[] bytes) {
    int first = (bytes[0] & 0xFF) << 8 | (bytes[1] & 0xFF);
    int second = (bytes[2] & 0xFF) << 8 | (bytes[3] & 0xFF);
    boolean teredoOrDocumentation = first == 0x2001 && (second < 0x200 || second == 0xDB8);
    boolean sixToFour = first == 0x2002;
    return (first & 0xE000) == 0x2000 && !teredoOrDocumentation && !sixToFour;
  }
}
