package io.gammawebhook.kamelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is behind the firewall is not found, in any spelling. */
class PublicNetworksTest {

  private final PublicNetworks networks = new PublicNetworks();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.1",
        "2130706433",
        "localhost",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "3fff::1",
      })
  void anAddressThatIsNotPublicIsNotFound(String host) {
    assertThatThrownBy(() -> networks.resolve(host))
        .isInstanceOf(UnknownHostException.class)
        .hasMessageContaining("allowPrivateNetworks");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "172.15.0.1",
        "172.32.0.1",
        "100.63.0.1",
        "100.128.0.1",
        "192.0.1.1",
        "198.17.0.1",
        "198.20.0.1",
        "203.0.112.1",
        "223.255.255.255",
        "2606:4700:4700::1111",
        "2001:4860:4860::8888",
      })
  void aPublicAddressIsFound(String host) throws UnknownHostException {
    assertThat(networks.resolve(host)).containsExactly(InetAddress.getByName(host));
  }

  @Test
  void aNameThatNobodyKnowsStaysUnknown() {
    assertThatThrownBy(() -> networks.resolve("no-such-host.invalid"))
        .isInstanceOf(UnknownHostException.class)
        .hasMessageNotContaining("allowPrivateNetworks");
  }
}
