package io.gammawebhook.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Addresses, forwarding headers and CloudEvents of anybody's making. */
class AddressPropertiesTest {

  private static String text(int address) {
    return (address >>> 24)
        + "."
        + (address >>> 16 & 255)
        + "."
        + (address >>> 8 & 255)
        + "."
        + (address & 255);
  }

  @Property
  void anAddressIsInANetworkIfTheirFirstBitsAreEqual(
      @ForAll int network, @ForAll int address, @ForAll @IntRange(max = 32) int prefix) {
    int mask = prefix == 0 ? 0 : -1 << 32 - prefix;
    Network range = Network.parse(text(network & mask) + "/" + prefix);
    assertThat(range.contains(text(address))).isEqualTo((address & mask) == (network & mask));
    assertThat(range.contains(text(network))).isTrue();
    assertThat(range.contains(text(network ^ (prefix == 0 ? 0 : 1 << 32 - prefix))))
        .isEqualTo(prefix == 0);
  }

  @Provide
  Arbitrary<String> forwarded() {
    return Arbitraries.oneOf(
            Arbitraries.strings().ofMaxLength(20),
            Arbitraries.of(
                "10.0.0.1", "10.9.9.9", "192.0.2.1", "::1", "", " ", "unknown", "[::1]:80"))
        .list()
        .ofMaxSize(5)
        .map(hops -> String.join(",", hops));
  }

  @Property
  void theSenderIsThePeerOrAnAddressAndNoTrustedProxyIfAnyOtherIsKnown(
      @ForAll("forwarded") String header) {
    Network trusted = Network.parse("10.0.0.0/8");
    TrustedProxies proxies = new TrustedProxies(List.of(trusted));
    String sender = proxies.sender("10.0.0.1", List.of(header));
    assertThat(Network.isAddress(sender)).isTrue();
    assertThat(proxies.sender("192.0.2.9", List.of(header))).isEqualTo("192.0.2.9");
    // Whoever writes in front of what a proxy appended changes nothing.
    assertThat(proxies.sender("10.0.0.1", List.of(header + ",192.0.2.7"))).isEqualTo("192.0.2.7");
  }

  @Property
  void anyRequestIsACloudEventOrNone(
      @ForAll String id, @ForAll String source, @ForAll String type, @ForAll byte[] body) {
    Map<String, List<String>> headers = new HashMap<>();
    headers.put("ce-specversion", List.of("1.0"));
    headers.put("ce-id", List.of(id));
    headers.put("ce-source", List.of(source));
    headers.put("ce-type", List.of(type));
    CloudEvent event = CloudEvent.of(TestSource.request(headers, body));
    if (event != null) {
      assertThat(event.id()).isNotEmpty();
      assertThat(event.source()).isNotEmpty().doesNotContain(" ");
    }
    headers.put("content-type", List.of("application/cloudevents+json"));
    assertThat(CloudEvent.of(TestSource.request(headers, body))).isNull();
  }
}
