package io.gammawebhook.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks, and whom a trusted proxy speaks for. */
class NetworkTest {

  @ParameterizedTest(name = "{1} in {0}: {2}")
  @CsvSource({
    "192.0.2.0/24, 192.0.2.255, true",
    "192.0.2.0/24, 192.0.3.0, false",
    "192.0.2.128/25, 192.0.2.127, false",
    "192.0.2.7, 192.0.2.7, true",
    "192.0.2.7, 192.0.2.6, false",
    "0.0.0.0/0, 203.0.113.9, true",
    "0.0.0.0/0, 2001:db8::1, false",
    "192.0.2.0/24, ::ffff:192.0.2.1, true",
    "2001:db8::/32, 2001:db8:ffff::1, true",
    "2001:db8::/32, 2001:db9::1, false",
    "fe80::/10, fe80::1%eth0, true",
    "::1, 0:0:0:0:0:0:0:1, true",
    "127.0.0.0/8, localhost, false",
    "127.0.0.0/8, '', false",
    "127.0.0.0/8, 127.1, false",
    "127.0.0.0/8, 2130706433, false",
    "127.0.0.0/8, 999.0.0.1, false",
  })
  void anAddressIsInItOrNot(String network, String address, boolean expected) {
    assertThat(Network.parse(network).contains(address)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "example.com",
        "192.0.2.0/33",
        "192.0.2.1/24",
        "2001:db8::/129",
        "192.0.2.0/",
        "1/8",
        "192.0.2.0/-1",
        "192.0.2.0/24/8",
        "192.0.2/24",
        ":",
        "localhost/8"
      })
  void whatIsNoNetworkIsRefused(String text) {
    assertThatThrownBy(() -> Network.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }

  @ParameterizedTest(name = "from {0}, forwarded for {1}: {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "203.0.113.9 |                                  | 203.0.113.9",
        "203.0.113.9 | 192.0.2.1                        | 203.0.113.9",
        "10.0.0.1    |                                  | 10.0.0.1",
        "10.0.0.1    | 192.0.2.1                        | 192.0.2.1",
        "10.0.0.1    | 198.51.100.1, 192.0.2.1          | 192.0.2.1",
        "10.0.0.1    | 192.0.2.1, 10.0.0.2              | 192.0.2.1",
        "10.0.0.1    | 10.0.0.3, 10.0.0.2               | 10.0.0.3",
        "10.0.0.1    | 198.51.100.1; 192.0.2.1          | 192.0.2.1",
        "10.0.0.1    | 192.0.2.1, unknown, 10.0.0.2     | 10.0.0.2",
        "10.0.0.1    | localhost                        | 10.0.0.1",
        "10.0.0.1    | 2001:db8::1                      | 2001:db8::1",
      })
  void whatATrustedProxyAppendedIsBelievedAndNothingBeforeIt(
      String peer, @Nullable String values, String sender) {
    TrustedProxies proxies = new TrustedProxies(List.of(Network.parse("10.0.0.0/8")));
    List<String> forwarded =
        values == null
            ? List.of()
            : Arrays.stream(values.split(";", -1)).map(String::strip).toList();
    assertThat(proxies.sender(peer, forwarded)).isEqualTo(sender);
  }

  @Test
  void aHopMayHaveAPortAndOnlyAnIpv6AddressAZone() {
    TrustedProxies loopback = new TrustedProxies(List.of(Network.parse("127.0.0.0/8")));
    assertThat(loopback.sender("127.0.0.1", List.of("192.0.2.7:4711"))).isEqualTo("192.0.2.7");
    assertThat(loopback.sender("127.0.0.1", List.of("[2001:db8::5]:4711")))
        .isEqualTo("2001:db8::5");
    assertThat(loopback.sender("127.0.0.1", List.of("192.0.2.7%lo"))).isEqualTo("127.0.0.1");
    assertThat(loopback.sender("127.0.0.1", List.of("fe80::1%" + "a".repeat(17))))
        .isEqualTo("127.0.0.1");
    assertThat(Network.isAddress("fe80::1%eth0")).isTrue();
    assertThat(Network.isAddress("::")).isTrue();
  }
}
