package io.gammawebhook.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A way to a local server that a test can cut and restore: an outage on real sockets. It keeps its
 * port while it is cut, since another socket of this machine could have taken it meanwhile.
 */
public final class TcpProxy implements AutoCloseable {

  private final int target;
  private final ServerSocket listening;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;

  public TcpProxy(int target) {
    this.target = target;
    try {
      listening = new ServerSocket();
      listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    daemon(this::serve);
  }

  public int port() {
    return listening.getLocalPort();
  }

  /** Resets all connections, and each new one at once. */
  public void cut() {
    cut = true;
    sockets.forEach(this::reset);
  }

  public void restore() {
    cut = false;
  }

  private void serve() {
    try {
      while (true) {
        connect(listening.accept());
      }
    } catch (IOException e) {
      // It is closed.
    }
  }

  private void connect(Socket client) {
    sockets.add(client);
    if (cut) {
      reset(client);
      return;
    }
    Socket upstream;
    try {
      upstream = new Socket(InetAddress.getLoopbackAddress(), target);
    } catch (IOException e) {
      reset(client);
      return;
    }
    sockets.add(upstream);
    // One that came while the others were being cut.
    if (cut) {
      reset(client);
      reset(upstream);
    }
    daemon(() -> pump(client, upstream));
    daemon(() -> pump(upstream, client));
  }

  private void pump(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // It was cut, or one end has gone.
    } finally {
      close(from);
      close(to);
    }
  }

  /** Ends a connection as a dead host does, without the wait of an orderly end. */
  private void reset(Socket socket) {
    try {
      socket.setOption(StandardSocketOptions.SO_LINGER, 0);
    } catch (IOException e) {
      // It is closed already.
    }
    close(socket);
  }

  private void close(Socket socket) {
    sockets.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "tcp-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    cut();
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
