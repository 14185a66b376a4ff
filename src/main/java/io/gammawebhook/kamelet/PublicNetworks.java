package io.gammawebhook.kamelet;

import io.gammawebhook.receive.Network;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;

/**
 * Finds only addresses of public networks, so that whoever may choose a destination's name, or its
 * DNS, does not reach what stands behind the firewall. What is looked up is what is connected to,
 * so that a name cannot mean another address a moment later. Safe for use by many threads.
 */
final class PublicNetworks implements DnsResolver {

  /** What of IPv6 is in use; an address outside it may carry one of IPv4. */
  private static final Network UNICAST_6 = Network.parse("2000::/3");

  private static final List<Network> SPECIAL =
      Stream.of(
              "0.0.0.0/8",
              "10.0.0.0/8",
              "100.64.0.0/10",
              "127.0.0.0/8",
              "169.254.0.0/16",
              "172.16.0.0/12",
              "192.0.0.0/24",
              "192.0.2.0/24",
              "192.168.0.0/16",
              "198.18.0.0/15",
              "198.51.100.0/24",
              "203.0.113.0/24",
              "224.0.0.0/3",
              "2001::/23",
              "2001:db8::/32",
              "2002::/16",
              "3fff::/20")
          .map(Network::parse)
          .toList();

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
    String text = address.getHostAddress();
    return (address instanceof Inet4Address || UNICAST_6.contains(text))
        && SPECIAL.stream().noneMatch(network -> network.contains(text));
  }
}
