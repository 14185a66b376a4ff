package io.gammawebhook.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An HTTP destination on a real socket that answers as a test says, also what no server would. */
public final class RawDestination implements AutoCloseable {

  private static final Pattern LENGTH = Pattern.compile("(?i)content-length: *(\\d+)");

  private final ServerSocket listening;
  private final Answer answer;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final List<String> heads = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();
  private final AtomicLong written = new AtomicLong();

  /** What is written for each request. */
  @FunctionalInterface
  public interface Answer {
    void writeTo(OutputStream out) throws IOException;
  }

  public RawDestination(Answer answer) {
    this.answer = answer;
    try {
      listening = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    daemon(this::serve);
  }

  /** Answers each request with this text. */
  public static RawDestination answering(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return new RawDestination(out -> out.write(bytes));
  }

  /** Answers with a beginning, and then with the same again and again for as long as it is read. */
  public static RawDestination endless(String begin, String rest) {
    byte[] first = begin.getBytes(StandardCharsets.ISO_8859_1);
    byte[] again = rest.getBytes(StandardCharsets.ISO_8859_1);
    return new RawDestination(
        out -> {
          out.write(first);
          while (true) {
            out.write(again);
          }
        });
  }

  /** Answers with a beginning, and then with a byte every 20 ms. */
  public static RawDestination dripping(String begin) {
    byte[] first = begin.getBytes(StandardCharsets.ISO_8859_1);
    CountDownLatch never = new CountDownLatch(1);
    return new RawDestination(
        out -> {
          out.write(first);
          try {
            while (!never.await(20, TimeUnit.MILLISECONDS)) {
              out.write('x');
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  public int port() {
    return listening.getLocalPort();
  }

  public String url() {
    return "http://127.0.0.1:" + port();
  }

  /** How many connections were opened. */
  public int connections() {
    return connections.get();
  }

  /** How many connections the other side closed. */
  public int closed() {
    return closed.get();
  }

  public long written() {
    return written.get();
  }

  /** The head of each request. */
  public List<String> heads() {
    return heads;
  }

  private void serve() {
    try {
      while (true) {
        Socket socket = listening.accept();
        sockets.add(socket);
        connections.incrementAndGet();
        daemon(() -> converse(socket));
      }
    } catch (IOException e) {
      // It is closed.
    }
  }

  private void converse(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = counted(socket.getOutputStream());
      for (String head = head(in); !head.isEmpty(); head = head(in)) {
        heads.add(head);
        Matcher length = LENGTH.matcher(head);
        in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
        answer.writeTo(out);
      }
    } catch (IOException e) {
      // The client is gone, or the test has ended.
    }
    closed.incrementAndGet();
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private OutputStream counted(OutputStream out) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        out.write(b);
        written.incrementAndGet();
      }

      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        out.write(bytes, from, length);
        written.addAndGet(length);
      }
    };
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "raw-destination");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      listening.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
