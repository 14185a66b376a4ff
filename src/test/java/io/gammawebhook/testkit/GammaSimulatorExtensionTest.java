package io.gammawebhook.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.gammawebhook.simulator.GammaSimulator;
import io.gammawebhook.simulator.Totals;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A simulator for all tests of a class, and one for each. */
class GammaSimulatorExtensionTest {

  @RegisterExtension static final GammaSimulatorExtension FOR_ALL = new GammaSimulatorExtension();

  @RegisterExtension
  final GammaSimulatorExtension forEach =
      new GammaSimulatorExtension(GammaSimulator.builder(InstantSource.system()).seed(7));

  private static final Set<Object> OF_THE_CLASS = new HashSet<>();
  private static final Set<Object> OF_THE_TESTS = new HashSet<>();

  @RepeatedTest(2)
  void anEndpointUnderTestIsSentEvents() throws Exception {
    OF_THE_CLASS.add(FOR_ALL.gamma());
    OF_THE_TESTS.add(forEach.gamma());
    assertThat(OF_THE_CLASS).hasSize(1);
    assertThat(OF_THE_TESTS).doesNotContainAnyElementsOf(OF_THE_CLASS);

    HttpServer endpoint =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    endpoint.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    endpoint.start();
    try {
      GammaSimulator gamma = forEach.gamma();
      gamma.register("http://127.0.0.1:" + endpoint.getAddress().getPort(), List.of(), null);
      gamma.burst(20);
      assertThat(gamma.awaitIdle(Duration.ofSeconds(10))).isTrue();
      assertThat(gamma.totals()).isEqualTo(new Totals(1, 20, 0, 20, 20, 0, 0, 0, 0));
    } finally {
      endpoint.stop(0);
    }
  }

  @RepeatedTest(1)
  void withoutARunningTestThereIsNone() {
    assertThatThrownBy(() -> new GammaSimulatorExtension().gamma())
        .hasMessageContaining("@RegisterExtension");
  }
}
