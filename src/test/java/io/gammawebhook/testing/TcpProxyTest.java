package io.gammawebhook.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An outage on real sockets, after which the way is there again. */
@Timeout(30)
class TcpProxyTest {

  private static final InetAddress HERE = InetAddress.getLoopbackAddress();

  private ServerSocket target;
  private TcpProxy proxy;

  /** Open until the end, so that it is the proxy that ends a connection. */
  private final List<Socket> accepted = new ArrayList<>();

  @BeforeEach
  void open() throws IOException {
    target = new ServerSocket(0, 50, HERE);
    proxy = new TcpProxy(target.getLocalPort());
  }

  @AfterEach
  void close() throws IOException {
    proxy.close();
    target.close();
    for (Socket socket : accepted) {
      socket.close();
    }
  }

  @Test
  void aCutEndsWhatIsConnectedAndRefusesWhatComes() throws IOException {
    try (Socket before = passing()) {
      proxy.cut();

      assertEnded(before);
      try (Socket during = new Socket(HERE, proxy.port())) {
        assertEnded(during);
      } catch (IOException e) {
        // It was reset before the connection was made.
      }
    }

    proxy.restore();

    passing().close();
  }

  @Test
  void nobodyElseGetsItsPortWhileItIsCut() {
    proxy.cut();

    assertThatThrownBy(() -> new ServerSocket(proxy.port(), 50, HERE).close())
        .isInstanceOf(BindException.class);
  }

  /** A connection through the proxy that has carried a byte. */
  private Socket passing() throws IOException {
    Socket client = new Socket(HERE, proxy.port());
    Socket server = target.accept();
    accepted.add(server);
    client.getOutputStream().write(7);
    assertThat(server.getInputStream().read()).isEqualTo(7);
    return client;
  }

  private static void assertEnded(Socket socket) {
    try {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("reset");
    }
  }
}
