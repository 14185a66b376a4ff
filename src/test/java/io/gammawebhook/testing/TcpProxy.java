package io.gammawebhook.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A way to a local server that a test can cut and restore: an outage on real sockets. It keeps its
 * port while it is cut, since another socket of this machine could have taken it meanwhile.
 */
public final class TcpProxy implements AutoCloseable {

  private final int target;
  private final ServerSocket listening;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable Lost> lost = new AtomicReference<>();
  private volatile boolean cut;
  private volatile CountDownLatch answering = new CountDownLatch(0);

  /** An answer that is to be lost: to the second text, on a connection that had sent the first. */
  private record Lost(String before, String text, @Nullable CountDownLatch until) {}

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
    answering.countDown();
  }

  /** Takes what clients send, and gives them no answer until it is restored. */
  public void hang() {
    answering = new CountDownLatch(1);
  }

  /**
   * Lets a client's text through and loses the server's answer to it, once: on the first connection
   * that sends it after another text. Both ends are then reset.
   */
  public void loseAnswerTo(String text, String before) {
    lost.set(new Lost(before, text, null));
  }

  /** The same, but the answer is only held until then, and the connection goes on. */
  public void holdAnswerTo(String text, String before, CountDownLatch until) {
    lost.set(new Lost(before, text, until));
  }

  /** Whether an answer was lost, or is held, since it was asked for. */
  public boolean hasLost() {
    return lost.get() == null;
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
    AtomicReference<@Nullable Lost> next = new AtomicReference<>();
    daemon(() -> pump(client, upstream, bytes -> next.set(taken(bytes))));
    daemon(
        () ->
            pump(
                upstream,
                client,
                bytes -> {
                  awaitEnd(answering);
                  Lost answer = next.get();
                  if (answer != null && answer.until() != null) {
                    awaitEnd(answer.until());
                  } else if (answer != null) {
                    reset(client);
                    reset(upstream);
                  }
                }));
  }

  /** What was sent on the one connection that has sent the first text of what is to be lost. */
  private final ThreadLocal<Boolean> hasSentTheFirst = ThreadLocal.withInitial(() -> false);

  private static void awaitEnd(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What is to be done with the answer to these bytes; null for nothing. */
  private @Nullable Lost taken(byte[] bytes) {
    Lost wanted = lost.get();
    if (wanted == null) {
      return null;
    }
    String sent = new String(bytes, StandardCharsets.ISO_8859_1);
    int first = sent.indexOf(wanted.before());
    if (first >= 0) {
      hasSentTheFirst.set(true);
    }
    boolean loses = hasSentTheFirst.get() && sent.indexOf(wanted.text(), Math.max(0, first)) >= 0;
    return loses && lost.compareAndSet(wanted, null) ? wanted : null;
  }

  private void pump(Socket from, Socket to, Consumer<byte[]> watcher) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[64 * 1024];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        watcher.accept(Arrays.copyOf(buffer, read));
        out.write(buffer, 0, read);
      }
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
    answering.countDown();
    cut();
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
